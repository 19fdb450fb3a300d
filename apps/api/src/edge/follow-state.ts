import { TidegateError } from '@tidegate/kernel';
import { toGraphqlError } from './graphql-errors.js';

/** Changes of a burst are shown together. */
const SETTLE_MS = 50;

export interface FollowedState<T> {
  /** The state now. An API_FORBIDDEN from it ends the stream: the right was lost. */
  now: () => Promise<T>;
  /** Tells of every change that may alter the state; ends by the function it returns. */
  onChange: (changed: () => void) => () => void;
  /** Between two states at least; default 50 ms. */
  settleMs?: number;
  /** Those that look like the last one are left out. */
  sameAs?: (a: T, b: T) => boolean;
}

/**
 * A subscription to a state: the present one, and again after changes. Nothing is queued: whoever reads slowly gets the newest state when he comes back,
 * and a state is made only when it is read. Rights are checked in `now`, so that changes of rights are changes too.
 */
export function followState<T>({ now, onChange, settleMs = SETTLE_MS, sameAs }: FollowedState<T>): AsyncIterableIterator<T> {
  let isStale = true;
  let isOver = false;
  let wake = (): void => undefined;
  let before: { state: T } | undefined;
  let readyAt = 0;
  const end = onChange(() => {
    isStale = true;
    wake();
  });
  const finish = (): Promise<IteratorResult<T>> => {
    if (!isOver) end();
    isOver = true;
    wake();
    return Promise.resolve({ done: true, value: undefined });
  };
  const next = async (): Promise<IteratorResult<T>> => {
    await settled(readyAt - performance.now());
    while (!isOver) {
      if (!isStale) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      isStale = false;
      const found = await stateOrNothing(now);
      if (isOver || found === undefined || (before && sameAs?.(before.state, found.state))) continue;
      before = found;
      readyAt = performance.now() + settleMs;
      return { done: false, value: found.state };
    }
    return { done: true, value: undefined };
  };
  const stream: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]: () => stream,
    next: () =>
      next().catch(async (error: unknown) => {
        await finish();
        // Nobody else looks at what a stream ends with.
        throw toGraphqlError(error);
      }),
    return: finish,
    throw: finish,
  };
  return stream;
}

/** A cluster that cannot be asked for a moment is no reason to end: the next change asks again. */
async function stateOrNothing<T>(now: () => Promise<T>): Promise<{ state: T } | undefined> {
  try {
    return { state: await now() };
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'KUBE_UNREACHABLE') return undefined;
    throw error;
  }
}

const settled = (ms: number): Promise<void> => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve());
