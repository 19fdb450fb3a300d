import { CORS_FILTER, type Json } from './envoy-route.js';
import { ACTIVATOR_REPLY, HOLD_HTTP_FILTER, NO_ACTIVATOR_REPLY, SLOT_LOG } from './hold-filter.js';

/** Carries the dialled address and port, or the host, to the choice of the scope; never leaves the proxy. */
export const DIALLED_HEADER = 'x-tidegate-dialled';

export const ADS: Json = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '30s' };

/** What Envoy or Tidegate act upon must not come from a client. */
const STRIPPED = [
  'x-envoy-attempt-count',
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-external-address',
  'x-envoy-force-trace',
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-internal',
  'x-envoy-ip-tags',
  'x-envoy-max-retries',
  'x-envoy-original-dst-host',
  'x-envoy-original-host',
  'x-envoy-original-path',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
  'x-envoy-retry-grpc-on',
  'x-envoy-retry-on',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-upstream-rq-timeout-ms',
  'x-tidegate-cold-start',
  'x-tidegate-dst',
  'x-tidegate-slot',
];

const HCM = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

/** `dialled`: the address that was dialled picks the table; `named`: the host that was asked for. */
export type RouteSource = { kind: 'rds'; name: string } | { kind: 'dialled' } | { kind: 'named' };

/** The network filter that speaks HTTP; `source` says where its routes come from. */
export function httpFilter(source: RouteSource, statPrefix: 'gateway' | 'mesh'): Json {
  return {
    name: 'http',
    typed_config: {
      '@type': HCM,
      stat_prefix: statPrefix,
      ...routeSource(source),
      http_filters: [
        { name: CORS_FILTER, typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors' } },
        HOLD_HTTP_FILTER,
        {
          name: 'envoy.filters.http.router',
          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router', suppress_envoy_headers: true },
        },
      ],
      early_header_mutation_extensions: [earlyMutation(source)],
      server_name: 'tidegate',
      server_header_transformation: 'APPEND_IF_ABSENT',
      use_remote_address: true,
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT',
      generate_request_id: true,
      // A caller inside the mesh passes its request's id on; the outside cannot choose one.
      preserve_external_request_id: statPrefix === 'mesh',
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      max_request_headers_kb: 64,
      common_http_protocol_options: { idle_timeout: '3600s', max_headers_count: 200 },
      http2_protocol_options: {
        max_concurrent_streams: 1000,
        initial_stream_window_size: 262_144,
        initial_connection_window_size: 1_048_576,
      },
      request_headers_timeout: '10s',
      stream_idle_timeout: '300s',
      delayed_close_timeout: '1s',
      access_log: [ACCESS_LOG, SLOT_LOG],
      // Each 2 s once more for a request that goes on: a reader that lost some of the log knows again what is open, and where.
      access_log_options: { flush_access_log_on_new_request: true, access_log_flush_interval: '2s' },
      local_reply_config: LOCAL_REPLIES,
    },
  };
}

function routeSource(source: RouteSource): Json {
  if (source.kind === 'rds') return { rds: { route_config_name: source.name, config_source: ADS } };
  // The same on every listener, so that Envoy keeps one table of scopes for all of them.
  return {
    scoped_routes: {
      name: 'dialled',
      scope_key_builder: { fragments: [{ header_value_extractor: { name: DIALLED_HEADER, index: 0 } }] },
      rds_config_source: ADS,
      scoped_rds: { scoped_rds_config_source: ADS },
    },
  };
}

function earlyMutation(source: RouteSource): Json {
  const value = source.kind === 'named' ? '%REQ(:AUTHORITY)%' : '%DOWNSTREAM_LOCAL_ADDRESS%';
  const dialled = { append: { header: { key: DIALLED_HEADER, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } };
  return {
    name: 'envoy.http.early_header_mutation.header_mutation',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation',
      mutations: [...STRIPPED.map((name) => ({ remove: name })), source.kind === 'rds' ? { remove: DIALLED_HEADER } : dialled],
    },
  };
}

const ACCESS_LOG: Json = {
  name: 'envoy.access_loggers.http_grpc',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig',
    common_config: {
      log_name: 'tidegate',
      transport_api_version: 'V3',
      grpc_service: { envoy_grpc: { cluster_name: 'telemetry' } },
      buffer_flush_interval: '0.1s',
      buffer_size_bytes: 65_536,
    },
    additional_response_headers_to_log: ['grpc-status'],
    additional_response_trailers_to_log: ['grpc-status'],
  },
};

const LATE = 'this service did not answer in time';

/** Short sentences instead of Envoy's own words. */
const LOCAL_REPLIES: Json = {
  mappers: [
    NO_ACTIVATOR_REPLY,
    ACTIVATOR_REPLY,
    reply(['NR'], 'no route matches this host and path'),
    reply(['UH'], 'this service has no ready endpoint'),
    reply(['UF'], 'this service could not be connected to'),
    reply(['UC', 'UR'], 'this service closed the connection before it answered'),
    reply(['UT', 'SI', 'DT'], LATE),
    reply(['UO'], 'too many requests are waiting for this service'),
    reply(['NC'], 'the backend of this route is not known yet'),
    // A stream that exceeds its duration raises no flag.
    {
      ...sentence(LATE),
      filter: { status_code_filter: { comparison: { op: 'EQ', value: { default_value: 504, runtime_key: 'tidegate.late' } } } },
    },
  ],
};

function reply(flags: string[], text: string): Json {
  return { ...sentence(text), filter: { response_flag_filter: { flags } } };
}

function sentence(text: string): Json {
  return { body_format_override: { text_format_source: { inline_string: `${text}\n` } } };
}
