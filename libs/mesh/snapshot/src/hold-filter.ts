import type { Json } from './envoy-route.js';
import type { ServiceTarget } from './service-target.js';
import type { TargetPolicy } from './target-policy.js';

const HOLD_FILTER = 'envoy.filters.http.ext_authz';
const TYPE = 'type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3';
/** Above the longest hold that a policy may ask for: the activator ends holds, this only guards against one that answers nothing. */
const LONGEST_CHECK = '3660s';
/** Told from the activator's own answers by a status that it never gives; `LOCAL_REPLIES` turns it into 503. */
const NO_ANSWER = 'BadGateway';

/**
 * Asks the activator before a request goes on, and waits as long as it takes. Off unless a route switches it on, which costs the other
 * routes nothing. The activator is told the route's own words and the request's id, and no other header.
 */
export const HOLD_HTTP_FILTER: Json = {
  name: HOLD_FILTER,
  disabled: true,
  typed_config: {
    '@type': `${TYPE}.ExtAuthz`,
    transport_api_version: 'V3',
    // No retry_policy: with one Envoy ends each try after ten seconds, which nothing can change, and what starts slower would never be waited for.
    grpc_service: { envoy_grpc: { cluster_name: 'activator' }, timeout: LONGEST_CHECK },
    failure_mode_allow: false,
    status_on_error: { code: NO_ANSWER },
    // With the time of the request it is the name that access logs give it.
    allowed_headers: { patterns: [{ exact: 'x-request-id' }] },
    charge_cluster_response_stats: false,
  },
};

/** Switches the filter on for a route to a target that holds. */
export function holdFilterOf(target: ServiceTarget, timeoutMs: number): Json {
  return {
    [HOLD_FILTER]: {
      '@type': `${TYPE}.ExtAuthzPerRoute`,
      check_settings: {
        context_extensions: {
          namespace: target.namespace,
          service: target.serviceLabel,
          revision: target.versionLabel,
          holdTimeoutMs: String(timeoutMs),
        },
      },
    },
  };
}

/**
 * Tells the activator of each request that has ended and had a slot, at once: the next one may wait for it. The log of all requests is sent
 * ten times a second, which would let a pod with a limit of one idle for most of its time.
 */
export const SLOT_LOG: Json = {
  name: 'envoy.access_loggers.http_grpc',
  filter: {
    and_filter: {
      filters: [
        { log_type_filter: { types: ['DownstreamEnd'] } },
        {
          metadata_filter: {
            matcher: { filter: HOLD_FILTER, path: [{ key: 'slot' }], value: { present_match: true } },
            match_if_key_not_found: false,
          },
        },
      ],
    },
  },
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig',
    common_config: {
      log_name: 'slots',
      transport_api_version: 'V3',
      grpc_service: { envoy_grpc: { cluster_name: 'activator' } },
      buffer_size_bytes: 0,
    },
  },
};

/** Of the local reply mapper: the activator is not there, or was lost while the request waited. */
export const NO_ACTIVATOR_REPLY: Json = {
  filter: {
    and_filter: {
      filters: [
        { response_flag_filter: { flags: ['UAEX'] } },
        { status_code_filter: { comparison: { op: 'EQ', value: { default_value: 502, runtime_key: 'tidegate.no_activator' } } } },
      ],
    },
  },
  status_code: 503,
  headers_to_add: [{ header: { key: 'retry-after', value: '1' } }],
  body_format_override: { text_format_source: { inline_string: 'this service sleeps, and what wakes it does not answer; try again\n' } },
};

/** What the activator says to a request that it refuses stays as it is. */
export const ACTIVATOR_REPLY: Json = {
  filter: { response_flag_filter: { flags: ['UAEX'] } },
  body_format_override: { text_format_source: { inline_string: '%LOCAL_REPLY_BODY%' } },
};

/** Idle time of a held request once it is passed on, when its policy sets none: that of all other requests. */
const IDLE_MS = 300_000;

/** Limits of time of one route, as Envoy's RouteAction takes them; `timeout` is the route's own limit in milliseconds, 0 for none. */
export interface RouteTimes {
  timeoutMs: number;
  perTryMs: number | undefined;
  perTryIdleMs: number | undefined;
  /** Fields of RouteAction. */
  action: Json;
}

/**
 * Adds a policy's limits to those of a route. What Envoy counts, as measured:
 * - `max_stream_duration` from the start of the request, a hold included; `timeout` from the request's last byte, a hold excluded;
 * - `per_try_timeout` from the request's last byte (hold excluded) to the answer's first byte; never ends an upgraded connection;
 * - `idle_timeout` of the route runs during a hold, `per_try_idle_timeout` does not, and does not end upgraded connections.
 * So for requests that were held, a slow upload may take the hold's time on top, and a silent WebSocket ends with `requestSeconds` alone.
 */
export function timesOf(policy: TargetPolicy | undefined, timeoutMs: number, backendMs: number | undefined): RouteTimes {
  if (!policy) return { timeoutMs, perTryMs: backendMs, perTryIdleMs: undefined, action: {} };
  const { requestMs, responseStartMs, idleMs } = policy.timeouts;
  const perTryMs = least(backendMs, responseStartMs);
  if (!policy.isHolding) {
    return {
      timeoutMs,
      perTryMs,
      perTryIdleMs: undefined,
      action: {
        ...(requestMs === undefined ? {} : { max_stream_duration: { max_stream_duration: seconds(requestMs) } }),
        ...(idleMs === undefined ? {} : { idle_timeout: seconds(idleMs) }),
      },
    };
  }
  const held = policy.hold?.timeoutMs ?? 0;
  return {
    timeoutMs: least(timeoutMs, requestMs) ?? 0,
    perTryMs,
    perTryIdleMs: idleMs ?? IDLE_MS,
    action: {
      idle_timeout: '0s',
      ...(requestMs === undefined ? {} : { max_stream_duration: { max_stream_duration: seconds(requestMs + held) } }),
    },
  };
}

/** 0 and undefined are no limit. */
function least(a: number | undefined, b: number | undefined): number | undefined {
  return a && b ? Math.min(a, b) : a || b || undefined;
}

function seconds(ms: number): string {
  return `${ms / 1000}s`;
}
