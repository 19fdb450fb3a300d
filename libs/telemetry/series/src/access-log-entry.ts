/** What the series need of one access log entry. Times are milliseconds since the epoch, by the proxy's clock. */
export interface AccessLogEntry {
  /** `open`: still open, said every two seconds of a long request. */
  type: 'start' | 'open' | 'end';
  /** Same for all entries of one request, and for no other: stream id and start time. */
  key: string;
  /** `namespace/service/version/rule`. */
  route: string;
  startMs: number;
  /** START to END. 0 before the END. */
  durationMs: number;
  /** From the request's last byte to the answer's last byte from upstream; the whole duration when upstream did not answer. */
  latencyMs: number;
  /** HTTP status; 0 when there was none. */
  code: number;
  /** Bit n set: field n of envoy.data.accesslog.v3.ResponseFlags. */
  flags: number;
  /** From trailers or headers; -1 when the answer is not gRPC. */
  grpcStatus: number;
  /** The address that the client dialled, without its port; '' before the END and where it is not told. */
  dialled?: string;
}

/** Fields of ResponseFlags that mean no proper answer came from the version. */
const BAD_FLAGS = [2, 3, 4, 5, 6, 7, 8, 16, 17, 20, 23, 24, 25, 27].reduce((mask, n) => mask | (1 << n), 0);
/** The client went away: 15 downstream_connection_termination, 28 downstream_remote_reset. */
const CLIENT_LEFT = (1 << 15) | (1 << 28);
/** UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const BAD_GRPC = new Set([2, 4, 13, 14, 15]);

/** 4xx is not bad: a bad client is no bad version. Nor is a client that goes away, unless the answer was 5xx already. */
export function isFailed(entry: Pick<AccessLogEntry, 'code' | 'flags' | 'grpcStatus'>): boolean {
  if (entry.code >= 500 || BAD_GRPC.has(entry.grpcStatus)) return true;
  return (entry.flags & CLIENT_LEFT) === 0 && ((entry.flags & BAD_FLAGS) !== 0 || entry.code === 0);
}

/** Index into [1xx, 2xx, 3xx, 4xx, 5xx, none]. */
export function classIndex(code: number): number {
  return code >= 100 && code < 600 ? Math.floor(code / 100) - 1 : 5;
}
