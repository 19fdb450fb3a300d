import { LATENCY_BOUNDS_MS } from '@tidegate/signals';

type Json = Record<string, unknown>;

const TYPE = 'type.googleapis.com/envoy';

/**
 * Bootstrap of an Envoy with one listener on a free port: /v1 and /v2 go to two versions, /v1 is copied to v3. Every request
 * carries the metadata that the activator would leave. Logs and metrics go to telemetry's socket, as the mesh configures it.
 */
export function envoyConfig(paths: { admin: string; telemetry: string }, upstreamPort: number): Json {
  const upstream = { socket_address: { address: '127.0.0.1', port_value: upstreamPort } };
  return {
    node: { id: 'gateway-1', cluster: 'tidegate' },
    admin: { address: { pipe: { path: paths.admin } } },
    stats_flush_interval: '1s',
    stats_config: {
      stats_matcher: { inclusion_list: { patterns: [{ prefix: 'cluster.mirror/' }, { prefix: 'access_logs.' }] } },
      histogram_bucket_settings: [{ match: { contains: 'upstream_rq_time' }, buckets: LATENCY_BOUNDS_MS }],
    },
    stats_sinks: [
      {
        name: 'envoy.stat_sinks.metrics_service',
        typed_config: {
          '@type': `${TYPE}.config.metrics.v3.MetricsServiceConfig`,
          transport_api_version: 'V3',
          grpc_service: { envoy_grpc: { cluster_name: 'telemetry' } },
          report_counters_as_deltas: true,
          emit_tags_as_labels: true,
          histogram_emit_mode: 'HISTOGRAM',
        },
      },
    ],
    static_resources: {
      listeners: [listener()],
      clusters: [
        cluster('upstream', upstream),
        cluster('mirror/shop/reviews/v3/weighted', upstream),
        {
          ...cluster('telemetry', { pipe: { path: paths.telemetry } }),
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': `${TYPE}.extensions.upstreams.http.v3.HttpProtocolOptions`,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        },
      ],
    },
  };
}

function cluster(name: string, address: Json): Json {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

function route(version: string, more: Json): Json {
  return { name: `shop/reviews/${version}/weighted`, match: { prefix: `/${version}` }, route: { cluster: 'upstream', ...more } };
}

function listener(): Json {
  const copies = [{ cluster: 'mirror/shop/reviews/v3/weighted' }];
  return {
    name: 'main',
    address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': `${TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: 'main',
              route_config: {
                virtual_hosts: [
                  {
                    name: 'all',
                    domains: ['*'],
                    routes: [route('v1', { request_mirror_policies: copies, timeout: '5s' }), route('v2', { timeout: '0.3s' })],
                  },
                ],
              },
              http_filters: [
                {
                  name: 'granted',
                  typed_config: {
                    '@type': `${TYPE}.extensions.filters.http.set_metadata.v3.Config`,
                    metadata: [{ metadata_namespace: 'envoy.filters.http.ext_authz', value: { slot: 'slot-1' } }],
                  },
                },
                { name: 'router', typed_config: { '@type': `${TYPE}.extensions.filters.http.router.v3.Router` } },
              ],
              access_log: [accessLog()],
              access_log_options: { flush_access_log_on_new_request: true, access_log_flush_interval: '2s' },
            },
          },
        ],
      },
    ],
  };
}

function accessLog(): Json {
  return {
    name: 'envoy.access_loggers.http_grpc',
    typed_config: {
      '@type': `${TYPE}.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig`,
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
}
