import type { SignalBatch } from '@tidegate/signals';
import { SlowListener } from './slow-listener.js';

const second = (n: number): SignalBatch => ({ type: 'second', second: n, versions: [], proxies: { live: 1, total: 1 }, late: 0 });

/** A listener that takes `room` batches at a time. */
function listener(): { taken: SignalBatch[]; slow: SlowListener; room: (count: number) => void } {
  const taken: SignalBatch[] = [];
  let left = 1;
  const slow = new SlowListener((batch) => {
    taken.push(batch);
    left -= 1;
    return left > 0;
  });
  return {
    taken,
    slow,
    room: (count) => {
      left = count;
      slow.drained();
    },
  };
}

it('keeps seconds in order while the listener is slow', () => {
  const { taken, slow, room } = listener();
  for (let n = 1; n <= 10; n++) slow.push(second(n));
  expect(taken).toEqual([second(1)]);
  room(4);
  room(100);
  expect(taken).toEqual(Array.from({ length: 10 }, (_, i) => second(i + 1)));
});

it('gives a gap to a listener that is more than sixty seconds behind', () => {
  const { taken, slow, room } = listener();
  for (let n = 1; n <= 200; n++) slow.push(second(n));
  room(1_000);
  const gap = taken[1] as Extract<SignalBatch, { type: 'gap' }>;
  expect(gap).toMatchObject({ type: 'gap', from: 2 });
  const last = taken.at(-1) as Extract<SignalBatch, { type: 'second' | 'gap' }>;
  expect(last.type === 'gap' ? last.to : last.second).toBe(200);
  expect(taken.length).toBeLessThan(64);
});

it('drops partial and open batches while blocked', () => {
  const { taken, slow, room } = listener();
  slow.push(second(1));
  slow.push({ type: 'partial', atMs: 2_000, versions: [] });
  slow.push({ type: 'open', second: 2, versions: [] });
  slow.push(second(2));
  room(10);
  expect(taken).toEqual([second(1), second(2)]);
});
