/** Values waiting for a slow reader; the oldest are dropped beyond it, since every value here is a newer state of the same thing. */
const WAITING_LIMIT = 64;

/** Turns a source that pushes into what a GraphQL subscription reads; `start` returns the way to end the source. */
export function streamOf<T>(start: (push: (value: T) => void) => () => void): AsyncIterableIterator<T> {
  const waiting: T[] = [];
  let wake: (() => void) | undefined;
  let done = false;
  const push = (value: T): void => {
    if (waiting.push(value) > WAITING_LIMIT) waiting.shift();
    wake?.();
  };
  const end = start(push);
  const finish = (): Promise<IteratorResult<T>> => {
    if (!done) end();
    done = true;
    wake?.();
    return Promise.resolve({ done: true, value: undefined });
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (waiting.length === 0 && !done) await new Promise<void>((resolve) => (wake = resolve));
      const value = waiting.shift();
      return done || value === undefined ? { done: true, value: undefined } : { done: false, value };
    },
    return: finish,
    throw: finish,
  };
}
