import { useSyncExternalStore } from 'react';
import { tellConnection } from '../api/connection';
import { type Problem, toProblem } from '../api/problem';

/** Who is signed in, and what the sign-in page has to offer. */
export interface AuthState {
  signedIn: { id: string; displayName: string; mustChangePassword: boolean } | null;
  /** Whether accounts can be asked for; `because` says why not. */
  ready: boolean;
  because?: string;
  needsSetup: boolean;
  passwords: boolean;
  providers: { name: string; title: string }[];
}

interface ErrorBody {
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

const NOBODY: AuthState = { signedIn: null, ready: false, needsSetup: false, passwords: true, providers: [] };

let state: AuthState = NOBODY;
const listeners = new Set<() => void>();

export const authState = (): AuthState => state;

export function useAuth(): AuthState {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, authState);
}

/** Asks the API who is signed in. While it does not answer, the last word stays. */
export async function readAuth(): Promise<AuthState> {
  const answer = await fetch('/auth/state', { cache: 'no-store' }).catch(() => undefined);
  if (answer?.ok) state = (await answer.json()) as AuthState;
  for (const listener of listeners) listener();
  return state;
}

export type AuthOutcome = { done: true } | { done: false; problem: Problem };

/** Signing in and what belongs to it is beside GraphQL, since it sets cookies. `silent` is said when nothing answers. */
async function post(path: string, body: Record<string, string>, silent: string): Promise<AuthOutcome> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(path, request).catch(() => undefined);
  if (answer?.ok) {
    await readAuth();
    tellConnection('live');
    return { done: true };
  }
  const { errors = [] } = ((await answer?.json().catch(() => undefined)) ?? {}) as ErrorBody;
  const graphQLErrors = errors.map(({ message, extensions = {} }) => ({ message, extensions }));
  return { done: false, problem: toProblem({ graphQLErrors }, silent) };
}

export const signIn = (account: string, password: string, silent: string): Promise<AuthOutcome> =>
  post('/auth/login', { account, password }, silent);

export const setUp = (
  input: { token: string; account: string; displayName: string; password: string },
  silent: string,
): Promise<AuthOutcome> => post('/auth/setup', input, silent);

export const changePassword = (present: string, next: string, silent: string): Promise<AuthOutcome> =>
  post('/auth/password', { present, next }, silent);

/** Ends the session here and everything that it has open. */
export async function signOut(): Promise<void> {
  await post('/auth/logout', {}, '');
  location.assign('/sign-in');
}
