import type { Json } from './envoy-bootstrap.js';
import { bootstrapOf, http2Options } from './envoy-bootstrap.js';

/** How a proxy reaches a part of the platform, and the name that the part's certificate has to have. */
export interface ProxyTarget {
  host: string;
  port: number;
  name: string;
}

export interface ClusterBootstrapOptions {
  mesh: ProxyTarget;
  telemetry: ProxyTarget;
  activator: ProxyTarget;
  /** Folder of the proxy's certificate: tls.crt, tls.key, ca.crt. */
  tlsFolder: string;
  /** Folder in which the files of this bootstrap lie. */
  ownFolder: string;
  /** Unix socket of Envoy's administration, in a folder that the proxy may write. */
  adminSocket: string;
  /** Plain HTTP: /ready for the kubelet, /stats/prometheus, and the drain before the end. */
  healthPort: number;
  /** Below /drain/: who knows it may begin the end of the proxy. */
  drainToken: string;
  /** How long the answer to a drain takes: meanwhile open requests end. */
  drainSeconds: number;
  maxConnections?: number;
}

const CERTIFICATE = 'certificate';
const AUTHORITIES = 'authorities';
const HCM = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const TLS = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3';

/**
 * The files of an Envoy in a pod, by name. Everything between it and the platform is mutual TLS; certificates are read again when their
 * files change. It is ready only when it has its first configuration, however long that takes. `node` comes from its command line.
 */
export function clusterBootstrap(options: ClusterBootstrapOptions): Record<string, string> {
  const { mesh, telemetry, activator, adminSocket, tlsFolder, maxConnections } = options;
  const bootstrap = bootstrapOf({
    adminSocket,
    clusters: [
      tlsCluster('xds', mesh, options),
      tlsCluster('telemetry', telemetry, options),
      // Every held request is an open call; how many there may be is the activator's decision.
      tlsCluster('activator', activator, options, 1_000_000),
      adminCluster(adminSocket),
    ],
    listeners: [healthListener(options)],
    // A new pod without configuration must not be sent requests: it waits for as long as it takes.
    firstFetch: '0s',
    ...(maxConnections === undefined ? {} : { maxConnections }),
  });
  const watched = { watched_directory: { path: tlsFolder } };
  const file = (name: string): Json => ({ filename: `${tlsFolder}/${name}` });
  const certificate = { tls_certificate: { certificate_chain: file('tls.crt'), private_key: file('tls.key'), ...watched } };
  const authorities = { validation_context: { trusted_ca: file('ca.crt'), ...watched } };
  return {
    'envoy.json': text(bootstrap),
    [`${CERTIFICATE}.json`]: text(secretFile(CERTIFICATE, certificate)),
    [`${AUTHORITIES}.json`]: text(secretFile(AUTHORITIES, authorities)),
  };
}

const text = (json: Json): string => `${JSON.stringify(json, null, 2)}\n`;

function secretFile(name: string, secret: Json): Json {
  return { resources: [{ '@type': `${TLS}.Secret`, name, ...secret }] };
}

function tlsCluster(
  name: string,
  { host, port, name: expected }: ProxyTarget,
  options: ClusterBootstrapOptions,
  maxRequests = 10_000,
): Json {
  const fromFile = (secret: string): Json => ({
    name: secret,
    sds_config: { path_config_source: { path: `${options.ownFolder}/${secret}.json` }, resource_api_version: 'V3' },
  });
  const endpoint = { address: { socket_address: { address: host, port_value: port } } };
  return {
    name,
    // A Service without an address of its own names every replica.
    type: 'STRICT_DNS',
    dns_lookup_family: 'ALL',
    connect_timeout: '2s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
    circuit_breakers: { thresholds: [{ max_connections: 1000, max_pending_requests: maxRequests, max_requests: maxRequests }] },
    typed_extension_protocol_options: http2Options(maxRequests),
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': `${TLS}.UpstreamTlsContext`,
        sni: expected,
        common_tls_context: {
          alpn_protocols: ['h2'],
          tls_params: { tls_minimum_protocol_version: 'TLSv1_2' },
          tls_certificate_sds_secret_configs: [fromFile(CERTIFICATE)],
          combined_validation_context: {
            default_validation_context: { match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: expected } }] },
            validation_context_sds_secret_config: fromFile(AUTHORITIES),
          },
        },
      },
    },
  };
}

function adminCluster(path: string): Json {
  return {
    name: 'admin',
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: { cluster_name: 'admin', endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path } } } }] }] },
  };
}

/**
 * Of the administration only what is named here can be reached. The kubelet begins a drain with a GET, which the administration does not take,
 * and ends the proxy once that is answered: so the call is passed on by a script, and its answer delayed.
 */
function healthListener({ healthPort, drainToken, drainSeconds }: ClusterBootstrapOptions): Json {
  const exact = (path: string, action: Json): Json => ({ match: { path }, ...action });
  const drain = `function envoy_on_request(handle)
  handle:httpCall("admin", {[":method"] = "POST", [":path"] = "/healthcheck/fail", [":authority"] = "admin"}, "", 5000)
end`;
  const lua = 'type.googleapis.com/envoy.extensions.filters.http.lua.v3';
  const fault = 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault';
  return {
    name: 'health',
    address: { socket_address: { address: '0.0.0.0', port_value: healthPort } },
    filter_chains: [
      {
        filters: [
          {
            name: 'http',
            typed_config: {
              '@type': HCM,
              stat_prefix: 'health',
              route_config: {
                virtual_hosts: [
                  {
                    name: 'health',
                    domains: ['*'],
                    routes: [
                      exact('/ready', { route: { cluster: 'admin' } }),
                      exact('/stats/prometheus', { route: { cluster: 'admin' } }),
                      exact(`/drain/${drainToken}`, {
                        direct_response: { status: 200 },
                        typed_per_filter_config: {
                          'envoy.filters.http.lua': { '@type': `${lua}.LuaPerRoute`, source_code: { inline_string: drain } },
                          'envoy.filters.http.fault': {
                            '@type': fault,
                            delay: { fixed_delay: `${drainSeconds}s`, percentage: { numerator: 100 } },
                          },
                        },
                      }),
                    ],
                  },
                ],
              },
              http_filters: [
                { name: 'envoy.filters.http.lua', typed_config: { '@type': `${lua}.Lua` } },
                { name: 'envoy.filters.http.fault', typed_config: { '@type': fault } },
                {
                  name: 'envoy.filters.http.router',
                  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}
