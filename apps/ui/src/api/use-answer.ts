import { useEffect } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useMutation, useQuery, useSubscription } from 'urql';
import { useText } from '../i18n/use-text';
import { useReturns } from './connection';
import { type Problem, toProblem } from './problem';

export type Answer<T> = { state: 'waiting' } | { state: 'failed'; problem: Problem } | { state: 'here'; data: T; stale: boolean };

function useToAnswer<T>(data: T | undefined, error: CombinedError | undefined, stale: boolean): Answer<T> {
  const { t } = useText();
  if (data !== undefined && data !== null) return { state: 'here', data, stale };
  return error ? { state: 'failed', problem: toProblem(error, t('shell.away')) } : { state: 'waiting' };
}

/** A query, asked again when the API is back. */
export function useAnswer<T, V extends AnyVariables>(
  query: TypedDocumentNode<T, V>,
  variables: V,
  options: { pause?: boolean } = {},
): Answer<T> & { again: () => void } {
  const returns = useReturns();
  const [{ data, error, stale, fetching }, execute] = useQuery({ query, variables, pause: options.pause ?? false });
  useEffect(() => {
    if (returns > 0 && !options.pause) execute({ requestPolicy: 'network-only' });
  }, [returns, execute, options.pause]);
  const answer = useToAnswer(data, error, stale || fetching);
  return { ...answer, again: () => execute({ requestPolicy: 'network-only' }) };
}

/** What a subscription told last. */
export function useLive<T, V extends AnyVariables>(
  query: TypedDocumentNode<T, V>,
  variables: V,
  options: { pause?: boolean } = {},
): Answer<T> {
  const returns = useReturns();
  const [{ data, error }, execute] = useSubscription({ query, variables, pause: options.pause ?? false });
  useEffect(() => {
    if (returns > 0 && !options.pause) execute();
  }, [returns, execute, options.pause]);
  return useToAnswer(data, error, false);
}

export type Outcome<T> = { done: true; data: T } | { done: false; problem: Problem };

/** A mutation, with what it came to. */
export function useAction<T, V extends AnyVariables>(
  mutation: TypedDocumentNode<T, V>,
): { busy: boolean; act: (variables: V) => Promise<Outcome<T>> } {
  const { t } = useText();
  const [{ fetching }, execute] = useMutation(mutation);
  const act = async (variables: V): Promise<Outcome<T>> => {
    const { data, error } = await execute(variables);
    if (data !== undefined && !error) return { done: true, data };
    return { done: false, problem: toProblem(error ?? { graphQLErrors: [] }, t('shell.away')) };
  };
  return { busy: fetching, act };
}
