import { LATENCY_BOUNDS_MS } from '@tidegate/signals';

export interface EnvoyBootstrapOptions {
  /** `node.id`, by which this proxy is counted. */
  nodeId: string;
  /** `node.cluster`: `tidegate`, or `gw/<namespace>/<gateway>` for a proxy that serves one Gateway. */
  nodeCluster?: string;
  /** Unix sockets of the services that answer Envoy. */
  xdsSocket: string;
  telemetrySocket: string;
  activatorSocket: string;
  /** Unix socket of Envoy's own administration. */
  adminSocket: string;
  /** Connections from clients that are open at once; further ones are closed at once. Default 10,000. */
  maxConnections?: number;
}

export type Json = Record<string, unknown>;

/** Until the mesh hears of its proxies again nothing is live: a restart of the mesh should not take longer than it must. */
const ADS_RETRY = { base_interval: '0.25s', max_interval: '3s' };

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** The bootstrap of an Envoy on this machine, whose links to the platform are unix sockets. For JSON.stringify: everything else comes by ADS. */
export function envoyBootstrap(options: EnvoyBootstrapOptions): Json {
  const { nodeId, nodeCluster = 'tidegate', xdsSocket, telemetrySocket, activatorSocket, adminSocket, maxConnections } = options;
  return {
    node: { id: nodeId, cluster: nodeCluster },
    ...bootstrapOf({
      adminSocket,
      clusters: [
        pipeCluster('xds', xdsSocket),
        pipeCluster('telemetry', telemetrySocket),
        // Every held request is an open call; how many there may be is the activator's decision.
        pipeCluster('activator', activatorSocket, 1_000_000),
      ],
      listeners: [],
      firstFetch: '30s',
      ...(maxConnections === undefined ? {} : { maxConnections }),
    }),
  };
}

export interface BootstrapParts {
  adminSocket: string;
  /** Those named xds, telemetry and activator among them. */
  clusters: readonly Json[];
  listeners: readonly Json[];
  /** How long the start waits for the first configuration; 0s for ever. */
  firstFetch: string;
  maxConnections?: number;
}

/**
 * What every Envoy of ours has in common. Only the statistics named here exist: of mirrored copies, whose answers reach no access log, and a
 * few totals. All others would cost memory per cluster and second.
 */
export function bootstrapOf({ adminSocket, clusters, listeners, firstFetch, maxConnections = 10_000 }: BootstrapParts): Json {
  const ads = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: firstFetch };
  return {
    admin: { address: { pipe: { path: adminSocket, mode: 0o600 } } },
    dynamic_resources: {
      ads_config: {
        api_type: 'DELTA_GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds', retry_policy: { retry_back_off: ADS_RETRY } } }],
      },
      cds_config: ads,
      lds_config: ads,
    },
    static_resources: { clusters, ...(listeners.length > 0 ? { listeners } : {}) },
    deferred_stat_options: { enable_deferred_creation_stats: true },
    stats_flush_interval: '1s',
    stats_sinks: [metricsSink()],
    stats_config: statsConfig(),
    overload_manager: {
      resource_monitors: [
        {
          name: 'envoy.resource_monitors.global_downstream_max_connections',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
            max_active_downstream_connections: maxConnections,
          },
        },
      ],
    },
    layered_runtime: {
      layers: [{ name: 'limits', static_layer: { 're2.max_program_size.error_level': 1000, 're2.max_program_size.warn_level': 500 } }],
    },
  };
}

function pipeCluster(name: string, path: string, maxRequests = 10_000): Json {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path } } } }] }] },
    circuit_breakers: { thresholds: [{ max_connections: 1000, max_pending_requests: maxRequests, max_requests: maxRequests }] },
    typed_extension_protocol_options: http2Options(maxRequests),
  };
}

/** Of a cluster that speaks gRPC with the platform. */
export function http2Options(maxRequests: number): Json {
  return {
    [HTTP_OPTIONS]: {
      '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
      explicit_http_config: {
        http2_protocol_options: { max_concurrent_streams: maxRequests, connection_keepalive: { interval: '30s', timeout: '10s' } },
      },
    },
  };
}

function metricsSink(): Json {
  return {
    name: 'envoy.stat_sinks.metrics_service',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.config.metrics.v3.MetricsServiceConfig',
      transport_api_version: 'V3',
      grpc_service: { envoy_grpc: { cluster_name: 'telemetry' } },
      report_counters_as_deltas: true,
      emit_tags_as_labels: true,
      histogram_emit_mode: 'HISTOGRAM',
    },
  };
}

function statsConfig(): Json {
  const mirrored =
    'cluster\\.mirror/.*\\.upstream_rq_(time|completed|total|timeout|[0-9]xx|rx_reset|tx_reset|pending_failure_eject|maintenance_mode)';
  const refusals = '(cluster_manager\\.cds|listener_manager\\.lds)\\.update_rejected';
  const totals =
    'http\\.(gateway|mesh)\\.(downstream_cx_active|downstream_rq_active|downstream_rq_total|downstream_cx_overload_disable_keepalive)';
  const listeners = 'listener_manager\\.(listener_create_failure|total_listeners_active)';
  return {
    stats_matcher: {
      inclusion_list: { patterns: [mirrored, refusals, totals, listeners].map((regex) => ({ safe_regex: { regex } })) },
    },
    histogram_bucket_settings: [{ match: { safe_regex: { regex: '.*upstream_rq_time' } }, buckets: LATENCY_BOUNDS_MS }],
  };
}
