import { encode } from '@tidegate/envoy-protos';

const MESSAGE = 'type.googleapis.com/envoy.service.accesslog.v3.StreamAccessLogsMessage';
const TYPES = { start: 4, open: 5, end: 6 };

/** An access log entry as Envoy writes it. */
export interface SaidRequest {
  type: keyof typeof TYPES;
  route: string;
  id: string;
  startMs: number;
  durationMs?: number;
  upstream?: string;
  slot?: string;
}

/** The bytes of one StreamAccessLogsMessage. */
export function encodeEntries(requests: readonly SaidRequest[]): Buffer {
  return Buffer.from(encode(MESSAGE, { http_logs: { log_entry: requests.map(entryOf) } }));
}

function entryOf({ type, route, id, startMs, durationMs, upstream, slot }: SaidRequest): Record<string, unknown> {
  const colon = upstream?.lastIndexOf(':') ?? -1;
  const grant = { 'envoy.filters.http.ext_authz': { dst: upstream ?? '', slot } };
  return {
    common_properties: {
      access_log_type: TYPES[type],
      route_name: route,
      stream_id: id,
      start_time: new Date(startMs).toISOString(),
      ...(durationMs === undefined ? {} : { duration: `${durationMs / 1000}s` }),
      ...(upstream
        ? {
            upstream_remote_address: {
              socket_address: { address: upstream.slice(0, colon), port_value: Number(upstream.slice(colon + 1)) },
            },
          }
        : {}),
      ...(slot ? { metadata: { filter_metadata: { other: { slot: 'not this one', deep: { a: [1, 'b'] } }, ...grant } } } : {}),
    },
    request: { path: '/', authority: 'reviews' },
    response: { response_code: type === 'end' ? 200 : 0 },
  };
}
