import type { Client } from '@grpc/grpc-js';
import { dial } from '@tidegate/grpc-link';
import { type Clock, type DialAddress, type Logger, silentLogger, systemClock } from '@tidegate/kernel';

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

export function connectTo(address: DialAddress, log: Logger): Client {
  const channel = { 'grpc.initial_reconnect_backoff_ms': RECONNECT.baseMs, 'grpc.max_reconnect_backoff_ms': RECONNECT.maxMs };
  return dial(address, { log, channel });
}
