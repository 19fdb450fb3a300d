import { createClient } from 'graphql-ws';
import { useSyncExternalStore } from 'react';

/** `away`: the API does not answer, and is tried again. `signed out`: it does not know who asks any more. */
export type Connection = 'live' | 'away' | 'signed out';

const LONGEST_WAIT_MS = 5_000;
const CALM_MS = 20_000;

let state: Connection = 'live';
/** Rises each time the API is back, so that pages ask again. */
let returns = 0;
const listeners = new Set<() => void>();

export function tellConnection(next: Connection): void {
  if (next === state) return;
  if (next === 'live') returns += 1;
  state = next;
  for (const listener of listeners) listener();
  if (next === 'away') void lookAgain(0);
}

/** Asks who we are: the cheapest question that tells the three states apart. */
export async function askConnection(): Promise<Connection> {
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
    cache: 'no-store',
  }).catch(() => undefined);
  if (answer?.status === 401) return 'signed out';
  return answer?.ok ? 'live' : 'away';
}

const waitMs = (tries: number): number => Math.min(500 * 2 ** tries, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);

async function lookAgain(tries: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, waitMs(tries)));
  if (state !== 'away') return;
  const found = await askConnection();
  if (found === 'away') return lookAgain(tries + 1);
  tellConnection(found);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => state);
}

export function useReturns(): number {
  return useSyncExternalStore(subscribe, () => returns);
}

/** Subscriptions. Opens with the first and closes some time after the last; comes back by itself. */
export const socket = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  lazy: true,
  lazyCloseTimeout: CALM_MS,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => state !== 'signed out',
  retryWait: (tries) => new Promise((resolve) => setTimeout(resolve, waitMs(tries))),
  keepAlive: 10_000,
  on: {
    connected: () => tellConnection('live'),
    // A browser does not tell why a WebSocket was refused, so the API is asked.
    closed: (event) => {
      const calm = event instanceof CloseEvent && event.code === 1000;
      if (!calm) void askConnection().then(tellConnection);
    },
  },
});
