import type { Attributes, Caller } from '@tidegate/access';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import type { CallersRights } from './bound-rights.js';
import { toGraphqlError } from './graphql-errors.js';
import { streamOf } from './stream-of.js';

export const codes = defineErrors({ API_FORBIDDEN: 'The caller lacks the right that the call needs.' });

/** Throws API_FORBIDDEN with who lacks what, where. */
export async function requireRight(rights: CallersRights, caller: Caller, attributes: Attributes): Promise<void> {
  const right = await rights.may(caller, attributes);
  if (!right.allowed) throw new TidegateError(codes.API_FORBIDDEN, right.because, { remedy: 'Ask an administrator of the project or workspace for a role that has it.' });
}

/** Those objects of a cache that the caller might list through the Kubernetes API. */
export async function visible<T extends KubeObject>(rights: CallersRights, caller: Caller, kind: { group: string; resource: string }, objects: readonly T[]): Promise<T[]> {
  const namespaces = new Set(objects.map((o) => o.metadata?.namespace ?? ''));
  const seen = await rights.namespacesWith(caller, { ...kind, verb: 'list' }, namespaces);
  return objects.filter((o) => seen.has(o.metadata?.namespace ?? ''));
}

/**
 * A subscription that goes on while the caller has the right: checked before it starts and whenever rights change, at most 5 s later. When the right is lost it
 * ends with the sentence of API_FORBIDDEN.
 */
export async function streamWhileAllowed<T>(
  rights: CallersRights,
  caller: Caller,
  attributes: Attributes,
  start: (push: (value: T) => void) => () => void,
): Promise<AsyncIterableIterator<T>> {
  await requireRight(rights, caller, attributes);
  let lost: unknown;
  const stream = streamOf<T>((push) => {
    const end = start(push);
    const unlisten = rights.onChange(() => {
      requireRight(rights, caller, attributes).catch((error: unknown) => {
        // An API that cannot be asked for a moment has taken nobody's right away.
        if (!(error instanceof TidegateError) || error.code !== codes.API_FORBIDDEN) return;
        lost = error;
        void stream.return?.();
      });
    });
    return () => {
      unlisten();
      end();
    };
  });
  const guarded: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]: () => guarded,
    async next() {
      const result = await stream.next();
      if (result.done === true && lost !== undefined) {
        const reason = lost;
        lost = undefined;
        throw toGraphqlError(reason);
      }
      return result;
    },
    return: async () => (await stream.return?.()) ?? { done: true, value: undefined },
    throw: async () => (await stream.return?.()) ?? { done: true, value: undefined },
  };
  return guarded;
}
