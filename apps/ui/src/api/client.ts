import { createClient } from 'graphql-ws';
import { useEffect, useState } from 'react';

const LONGEST_WAIT_MS = 5_000;

const client = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  lazy: false,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: (retries) =>
    new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** retries, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2))),
  keepAlive: 10_000,
});

export type Connection = 'live' | 'away' | 'signed out';

/** A browser does not tell why a WebSocket was refused, so the page itself is asked for. */
async function whyClosed(): Promise<Connection> {
  const answer = await fetch('/', { method: 'GET', cache: 'no-store' }).catch(() => undefined);
  return answer?.status === 401 ? 'signed out' : 'away';
}

/** Whether the API answers. Pages keep showing what they have while it doesn't. */
export function useConnection(): Connection {
  const [connection, setConnection] = useState<Connection>('live');
  useEffect(() => {
    let live = true;
    const opened = client.on('connected', () => setConnection(((live = true), 'live')));
    const closed = client.on('closed', () => {
      live = false;
      setConnection((before) => (before === 'live' ? 'away' : before));
      void whyClosed().then((why) => live || setConnection(why));
    });
    return () => [opened, closed].forEach((off) => off());
  }, []);
  return connection;
}

export type Answer<T> = { state: 'waiting' } | { state: 'failed'; because: string } | { state: 'here'; data: T };

function sentence(error: unknown): string {
  if (Array.isArray(error)) return error.map((e: { message?: string }) => e.message ?? String(e)).join(' ');
  return error instanceof Error ? error.message : 'The API did not answer.';
}

/** Runs a subscription while the component is shown and gives every value to `take`. */
export function useSubscription<T>(query: string, variables: Record<string, unknown>, take: (data: T) => void): string | undefined {
  const [problem, setProblem] = useState<string>();
  const key = JSON.stringify(variables);
  useEffect(() => {
    const stop = client.subscribe<T>(
      { query, variables: JSON.parse(key) as Record<string, unknown> },
      {
        next: ({ data, errors }) => {
          setProblem(errors ? sentence(errors) : undefined);
          if (data) take(data);
        },
        error: (error) => setProblem(sentence(error)),
        complete: () => undefined,
      },
    );
    return stop;
    // `take` only stores the value; a new subscription belongs to new variables alone.
  }, [query, key]);
  return problem;
}

export function useLive<T>(query: string, variables: Record<string, unknown>): Answer<T> {
  const [data, setData] = useState<T>();
  const problem = useSubscription<T>(query, variables, setData);
  if (data !== undefined) return { state: 'here', data };
  return problem === undefined ? { state: 'waiting' } : { state: 'failed', because: problem };
}

/** One query or mutation. Rejects with the API's sentence. */
export async function ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  for await (const { data, errors } of client.iterate<T>({ query, variables })) {
    if (errors) throw new Error(sentence(errors));
    if (data) return data;
  }
  throw new Error('The API did not answer.');
}
