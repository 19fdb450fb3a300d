export { decode } from './decode.js';
export { encode } from './encode.js';
export { CLUSTER_TYPE, ENDPOINTS_TYPE, LISTENER_TYPE, ROUTES_TYPE, SCOPE_TYPE, SECRET_TYPE } from './resource-types.js';
export {
  type AccessLogCommon,
  COUNTER,
  type CheckRequest,
  type CheckResponse,
  DOWNSTREAM_END,
  DOWNSTREAM_START,
  type DeltaDiscoveryRequest,
  type DeltaDiscoveryResource,
  type DeltaDiscoveryResponse,
  type EnvoyAddress,
  type EnvoyNode,
  GAUGE,
  HISTOGRAM,
  type HeaderToAdd,
  type HttpAccessLogEntry,
  type Metric,
  type MetricFamily,
  type SecondsAndNanos,
  type StreamAccessLogsMessage,
  type StreamMetricsMessage,
} from './service-messages.js';
export { accessLogService, aggregatedDiscoveryService, authorizationService, metricsService } from './services.js';
