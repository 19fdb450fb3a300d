import { TidegateError } from '@tidegate/kernel';
import { followState } from './follow-state.js';

function scripted() {
  const listeners = new Set<() => void>();
  const world = { value: 1, asked: 0, error: undefined as Error | undefined };
  const stream = followState({
    now: () => {
      world.asked += 1;
      return world.error ? Promise.reject(world.error) : Promise.resolve(world.value);
    },
    onChange: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    settleMs: 0,
    sameAs: (a, b) => a === b,
  });
  const change = (value: number): void => {
    world.value = value;
    for (const listener of listeners) listener();
  };
  return { stream, world, change, listeners };
}

it('gives the present state, and the newest after changes that nobody read', async () => {
  const { stream, world, change } = scripted();
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  for (let i = 2; i <= 100; i++) change(i);
  expect(await stream.next()).toEqual({ done: false, value: 100 });
  expect(world.asked).toBe(2);
});

it('waits for a state that differs', async () => {
  const { stream, change } = scripted();
  await stream.next();
  const waiting = stream.next();
  change(1);
  await Promise.resolve();
  change(7);
  expect(await waiting).toEqual({ done: false, value: 7 });
});

it('ends at once when its reader leaves while it waits', async () => {
  const { stream, listeners } = scripted();
  await stream.next();
  const waiting = stream.next();
  await stream.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(listeners.size).toBe(0);
});

it('ends with the error of a lost right, and waits over a cluster that does not answer', async () => {
  const { stream, world, change, listeners } = scripted();
  await stream.next();
  world.error = new TidegateError('KUBE_UNREACHABLE', 'no answer');
  const waiting = stream.next();
  change(2);
  await new Promise(setImmediate);
  world.error = new TidegateError('API_FORBIDDEN', 'not any more');
  change(3);
  await expect(waiting).rejects.toThrow('not any more');
  expect(listeners.size).toBe(0);
});
