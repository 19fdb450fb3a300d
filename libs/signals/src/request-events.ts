import type { Subscription } from './signals.js';

/** One moment in the life of a request, as a proxy's access log tells it. */
export interface RequestEvent {
  /**
   * `start` and `end` come once each. `open` is repeated every two seconds for a request that goes on: it says which upstream has it, and makes
   * a request known again whose `start` was lost. Whoever counts takes it for a `start` unless the request is known.
   */
  phase: 'start' | 'open' | 'end';
  proxy: string;
  /** The same in all events of one request, and in no other's. */
  streamId: string;
  namespace: string;
  service: string;
  version: string;
  /** When the request began, for `end` when it ended: milliseconds since the epoch, by the proxy's clock. */
  atMs: number;
  /** `end` only: from the request's first byte to the answer's last, any hold included. */
  durationMs?: number;
  /** `address:port` that has or had the request; never in `start`, for nothing was chosen yet, nor when no upstream got it. */
  upstream?: string;
  /** The slot that the activator granted; never in `start`. */
  slot?: string;
  /** True when the activator was asked and has answered; never in `start`. */
  held?: boolean;
}

export interface RequestEventListener {
  /** Of one proxy, in the order in which it reported them. May be called often; what it throws is logged and goes no further. */
  events(batch: readonly RequestEvent[]): void;
  /**
   * Events of this proxy are missing: which of its requests are open is not known any more. Those that go on come again as `open` within
   * OPEN_AGAIN_MS of its next event. EVERY_PROXY while nobody reports at all; told again every few seconds as long as that lasts, for silence
   * must not look like "no requests".
   */
  lost(proxy: string): void;
}

/** Instead of one proxy's name. */
export const EVERY_PROXY = '*';

/** Proxies tell of open requests every two seconds and flush ten times a second; the rest is for a busy machine. */
export const OPEN_AGAIN_MS = 3_000;

/** Raw starts and ends of requests of the versions that the access log names (routes `namespace/service/version/rule`). */
export interface RequestEvents {
  /** Events from now on. Reconnects by itself; every loss is told. */
  subscribe(listener: RequestEventListener): Subscription;
}
