import { createClient } from 'graphql-ws';
import { useEffect, useState } from 'react';

const client = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  lazy: false,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  keepAlive: 10_000,
});

/** Whether the API answers. Pages keep showing what they have while it doesn't. */
export function useConnected(): boolean {
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const offs = [client.on('connected', () => setConnected(true)), client.on('closed', () => setConnected(false))];
    return () => offs.forEach((off) => off());
  }, []);
  return connected;
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
