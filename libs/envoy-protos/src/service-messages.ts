/**
 * The messages of the three services as they are decoded, with the fields that Tidegate reads. What was not sent is absent or has
 * protobuf's default (0, '', false, empty list); a message field that was not sent is null or absent. 64-bit integers are numbers.
 */
export interface EnvoyNode {
  id: string;
  cluster: string;
}

export interface DeltaDiscoveryRequest {
  node?: EnvoyNode | null;
  type_url: string;
  resource_names_subscribe: string[];
  resource_names_unsubscribe: string[];
  initial_resource_versions: Record<string, string>;
  response_nonce: string;
  error_detail?: { code: number; message: string } | null;
}

export interface DeltaDiscoveryResource {
  name: string;
  version: string;
  resource: { type_url: string; value: Uint8Array };
}

export interface DeltaDiscoveryResponse {
  system_version_info?: string;
  type_url: string;
  nonce: string;
  resources: DeltaDiscoveryResource[];
  removed_resources: string[];
}

/** google.protobuf.Duration and Timestamp. */
export interface SecondsAndNanos {
  seconds: number;
  nanos: number;
}

export interface EnvoyAddress {
  socket_address?: { address: string; port_value: number } | null;
}

/** envoy.data.accesslog.v3.AccessLogType, the two that the HTTP connection manager is asked for. */
export const DOWNSTREAM_START = 4;
export const DOWNSTREAM_END = 6;

export interface AccessLogCommon {
  downstream_remote_address?: EnvoyAddress | null;
  downstream_local_address?: EnvoyAddress | null;
  start_time?: SecondsAndNanos | null;
  time_to_last_downstream_tx_byte?: SecondsAndNanos | null;
  time_to_first_upstream_tx_byte?: SecondsAndNanos | null;
  time_to_last_upstream_rx_byte?: SecondsAndNanos | null;
  /** From the first byte of the request to the end of the answer; END entries only. */
  duration?: SecondsAndNanos | null;
  upstream_remote_address?: EnvoyAddress | null;
  upstream_cluster: string;
  /** One boolean (or message) per flag that Envoy raised, for example {upstream_connection_failure: true}. */
  response_flags?: Record<string, unknown> | null;
  route_name: string;
  stream_id: string;
  access_log_type: number;
  upstream_request_attempt_count: number;
  /** What filters have said about the request, by filter. */
  metadata?: { filter_metadata: Record<string, { fields: Record<string, { stringValue?: string }> }> } | null;
}

export interface HttpAccessLogEntry {
  common_properties?: AccessLogCommon | null;
  protocol_version: number;
  request?: {
    /** envoy.config.core.v3.RequestMethod as a number: 1 GET, 2 HEAD, 3 POST, 4 PUT, 5 DELETE. */
    request_method: number;
    scheme: string;
    authority: string;
    path: string;
    user_agent: string;
    request_headers: Record<string, string>;
    request_body_bytes: number;
  } | null;
  response?: {
    response_code?: { value: number } | null;
    response_body_bytes: number;
    response_headers: Record<string, string>;
    response_trailers: Record<string, string>;
    response_code_details: string;
  } | null;
}

export interface StreamAccessLogsMessage {
  /** On the first message of a stream only. */
  identifier?: { node?: EnvoyNode | null; log_name: string } | null;
  http_logs?: { log_entry: HttpAccessLogEntry[] } | null;
}

/** envoy.service.auth.v3.CheckRequest. */
export interface CheckRequest {
  attributes?: {
    source?: { address?: EnvoyAddress | null } | null;
    request?: {
      /** When the request came. */
      time?: { seconds: number; nanos: number } | null;
      /** Of the headers those that the filter lets through. */
      http?: { method: string; path: string; host: string; scheme: string; headers: Record<string, string> } | null;
    } | null;
    /** What the route says about itself. */
    context_extensions: Record<string, string>;
  } | null;
}

export interface HeaderToAdd {
  header: { key: string; value: string };
  /** envoy.config.core.v3.HeaderValueOption.HeaderAppendAction; 2 overwrites or adds. */
  append_action?: number;
}

/** envoy.service.auth.v3.CheckResponse. The request goes on when the code of `status` is 0. */
export interface CheckResponse {
  /** google.rpc.Status: a gRPC code. */
  status: { code: number };
  ok_response?: { response_headers_to_add?: HeaderToAdd[] };
  denied_response?: { status: { code: number }; headers?: HeaderToAdd[]; body: string };
  /** google.protobuf.Struct as protobufjs takes it: for the filters behind, and the access log. */
  dynamic_metadata?: { fields: Record<string, { stringValue: string } | { numberValue: number }> };
}

/** io.prometheus.client.MetricType. */
export const COUNTER = 0;
export const GAUGE = 1;
export const HISTOGRAM = 4;

export interface Metric {
  label: { name: string; value: string }[];
  gauge?: { value: number } | null;
  counter?: { value: number } | null;
  histogram?: { sample_count: number; sample_sum: number; bucket: { cumulative_count: number; upper_bound: number }[] } | null;
  timestamp_ms: number;
}

export interface MetricFamily {
  name: string;
  type: number;
  metric: Metric[];
}

export interface StreamMetricsMessage {
  /** On the first message of a stream only. */
  identifier?: { node?: EnvoyNode | null } | null;
  envoy_metrics: MetricFamily[];
}
