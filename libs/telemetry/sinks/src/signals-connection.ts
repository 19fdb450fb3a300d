import { Client, credentials } from '@grpc/grpc-js';
import { type Clock, type Logger, silentLogger, systemClock } from '@tidegate/kernel';

export const RECONNECT = { baseMs: 100, maxMs: 5_000 };

export interface ClientContext {
  clock: Clock;
  /** Default: silent. */
  log: Logger;
  /** In [0, 1); spreads reconnects. */
  random: () => number;
}

export type SignalsClientOptions = Partial<ClientContext>;

export function clientContext(options: SignalsClientOptions): ClientContext {
  return { clock: systemClock, log: silentLogger, random: Math.random, ...options };
}

export function connectToSocket(socketPath: string): Client {
  return new Client(`unix:${socketPath}`, credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': RECONNECT.baseMs,
    'grpc.max_reconnect_backoff_ms': RECONNECT.maxMs,
    // Parallel connections of one process to several telemetries, as in tests, must not share a channel.
    'grpc.use_local_subchannel_pool': 1,
  });
}
