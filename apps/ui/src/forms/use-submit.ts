import { toastDone } from '@tidegate/ui-kit';
import { useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import type { Problem } from '../api/problem';
import { useAction } from '../api/use-answer';

export interface Submit<T, V> {
  busy: boolean;
  problem: Problem | undefined;
  /** What the API says of a field. */
  error: (field: string) => string | undefined;
  submit: (variables: V) => Promise<T | undefined>;
  forget: () => void;
}

/** A mutation of a form: keeps what went wrong until the next try, and says in a toast what was done. */
export function useSubmit<T, V extends AnyVariables>(mutation: TypedDocumentNode<T, V>, done: string): Submit<T, V> {
  const { busy, act } = useAction(mutation);
  const [problem, setProblem] = useState<Problem>();
  const submit = async (variables: V): Promise<T | undefined> => {
    const outcome = await act(variables);
    setProblem(outcome.done ? undefined : outcome.problem);
    if (!outcome.done) return undefined;
    toastDone(done);
    return outcome.data;
  };
  return { busy, problem, error: (field) => problem?.fields[field], submit, forget: () => setProblem(undefined) };
}
