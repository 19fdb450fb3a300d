import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import protobuf from 'protobufjs';

/** What is imported is loaded too; a new extension used in a snapshot gets its line here. */
const PROTO_FILES: readonly string[] = [
  'envoy/service/discovery/v3/ads.proto',
  'envoy/service/accesslog/v3/als.proto',
  'envoy/service/metrics/v3/metrics_service.proto',
  'envoy/service/auth/v3/external_auth.proto',
  'envoy/config/listener/v3/listener.proto',
  'envoy/config/cluster/v3/cluster.proto',
  'envoy/config/route/v3/route.proto',
  'envoy/config/route/v3/scoped_route.proto',
  'envoy/config/endpoint/v3/endpoint.proto',
  'envoy/extensions/access_loggers/file/v3/file.proto',
  'envoy/extensions/access_loggers/grpc/v3/als.proto',
  'envoy/extensions/clusters/composite/v3/cluster.proto',
  'envoy/extensions/filters/common/fault/v3/fault.proto',
  'envoy/extensions/filters/http/cors/v3/cors.proto',
  'envoy/extensions/filters/http/ext_authz/v3/ext_authz.proto',
  'envoy/extensions/filters/http/fault/v3/fault.proto',
  'envoy/extensions/filters/http/header_mutation/v3/header_mutation.proto',
  'envoy/extensions/filters/http/router/v3/router.proto',
  'envoy/extensions/filters/http/upstream_codec/v3/upstream_codec.proto',
  'envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.proto',
  'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
  'envoy/extensions/filters/network/rbac/v3/rbac.proto',
  'envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto',
  'envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.proto',
  'envoy/extensions/retry/host/previous_hosts/v3/previous_hosts.proto',
  'envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer.proto',
  'envoy/extensions/transport_sockets/tls/v3/secret.proto',
  'envoy/extensions/transport_sockets/tls/v3/tls.proto',
  'envoy/extensions/upstreams/http/v3/http_protocol_options.proto',
];

/** Options that change how bytes are written; all others (validation rules, deprecation notes) only cost memory. */
const WIRE_OPTIONS = new Set(['packed', 'proto3_optional']);

/**
 * Parses the .proto files that @grpc/grpc-js-xds ships, and our own proto/ folder for those it lacks, into the compact form
 * kept in generated/. The golden test compares the two. Field names stay in snake_case, as Envoy's documentation writes them.
 */
export function buildDescriptor(): unknown {
  const require = createRequire(import.meta.url);
  const folderOf = (module: string): string => path.dirname(require.resolve(`${module}/package.json`));
  const shipped = path.join(folderOf('@grpc/grpc-js-xds'), 'deps');
  const includes = [
    ...['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((name) => path.join(shipped, name)),
    folderOf('protobufjs'), // google/protobuf/descriptor.proto, which the annotations extend
    path.join(import.meta.dirname, '../proto'),
  ];
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => {
    const found = includes.map((folder) => path.join(folder, target)).find((file) => existsSync(file));
    return found ?? (path.isAbsolute(target) ? target : null);
  };
  root.loadSync([...PROTO_FILES], { keepCase: true });
  return withoutAnnotations(root.toJSON());
}

function withoutAnnotations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAnnotations);
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    if (key === 'comment' || key === 'comments') continue;
    if (key === 'options' && isOptionBag(child)) {
      const options = Object.entries(child).filter(([name]) => WIRE_OPTIONS.has(name));
      if (options.length > 0) kept[key] = Object.fromEntries(options);
    } else if (!isAnnotationExtension(child)) kept[key] = withoutAnnotations(child);
  }
  return kept;
}

/** A message may have a field called `options`; its definition has an `id`, an option bag has none. */
function isOptionBag(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !('id' in value) && !('fields' in value);
}

/** `extend google.protobuf.FieldOptions` and the like: they describe options that were dropped above. */
function isAnnotationExtension(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'extend' in value && String(value.extend).includes('google.protobuf.');
}
