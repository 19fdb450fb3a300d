import { streamOf } from './stream-of.js';

it('gives what came before and after the reader asked, in order, null included', async () => {
  let push: (value: number | null) => void = () => undefined;
  const stream = streamOf<number | null>((p) => {
    push = p;
    p(1);
    return () => undefined;
  });
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  const later = stream.next();
  push(null);
  expect(await later).toEqual({ done: false, value: null });
});

it('drops the oldest beyond 64', async () => {
  const stream = streamOf<number>((push) => {
    for (let n = 1; n <= 65; n++) push(n);
    return () => undefined;
  });
  expect((await stream.next()).value).toBe(2);
});

it('ends its source once, and the reader that waits', async () => {
  let ended = 0;
  const stream = streamOf<number>(() => () => (ended += 1));
  const waiting = stream.next();
  await stream.return?.();
  await stream.return?.();
  expect([await waiting, await stream.next()]).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
  expect(ended).toBe(1);
});
