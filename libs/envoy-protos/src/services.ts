import type { MethodDefinition } from '@grpc/grpc-js';
import { messageNamed } from './messages.js';
import type {
  CheckRequest,
  CheckResponse,
  DeltaDiscoveryRequest,
  DeltaDiscoveryResponse,
  StreamAccessLogsMessage,
  StreamMetricsMessage,
} from './service-messages.js';

/**
 * Service definitions for grpc-js: `server.addService(accessLogService, { StreamAccessLogs(call) {...} })`, and
 * `makeGenericClientConstructor` for the other side. Messages are decoded without conversion, since access logs are a hot path.
 */
function method<Request extends object, Response extends object>(
  path: string,
  requestName: string,
  responseName: string,
  streams: { request: boolean; response: boolean },
): MethodDefinition<Request, Response> {
  return {
    path,
    requestStream: streams.request,
    responseStream: streams.response,
    requestSerialize: (value) => write(requestName, value),
    requestDeserialize: (bytes) => messageNamed(requestName).decode(bytes) as object as Request,
    responseSerialize: (value) => write(responseName, value),
    responseDeserialize: (bytes) => messageNamed(responseName).decode(bytes) as object as Response,
  };
}

function write(name: string, value: object): Buffer {
  const bytes = messageNamed(name)
    .encode(value as Record<string, unknown>)
    .finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const DISCOVERY = 'envoy.service.discovery.v3';
export const aggregatedDiscoveryService = {
  DeltaAggregatedResources: method<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(
    `/${DISCOVERY}.AggregatedDiscoveryService/DeltaAggregatedResources`,
    `${DISCOVERY}.DeltaDiscoveryRequest`,
    `${DISCOVERY}.DeltaDiscoveryResponse`,
    { request: true, response: true },
  ),
};

const ACCESS_LOG = 'envoy.service.accesslog.v3';
export const accessLogService = {
  StreamAccessLogs: method<StreamAccessLogsMessage, object>(
    `/${ACCESS_LOG}.AccessLogService/StreamAccessLogs`,
    `${ACCESS_LOG}.StreamAccessLogsMessage`,
    `${ACCESS_LOG}.StreamAccessLogsResponse`,
    { request: true, response: false },
  ),
};

const METRICS = 'envoy.service.metrics.v3';
export const metricsService = {
  StreamMetrics: method<StreamMetricsMessage, object>(
    `/${METRICS}.MetricsService/StreamMetrics`,
    `${METRICS}.StreamMetricsMessage`,
    `${METRICS}.StreamMetricsResponse`,
    { request: true, response: false },
  ),
};

const AUTHORIZATION = 'envoy.service.auth.v3';
export const authorizationService = {
  Check: method<CheckRequest, CheckResponse>(
    `/${AUTHORIZATION}.Authorization/Check`,
    `${AUTHORIZATION}.CheckRequest`,
    `${AUTHORIZATION}.CheckResponse`,
    { request: false, response: false },
  ),
};
