import { ManualClock } from '@tidegate/kernel';
import { WorkQueue } from './work-queue.js';

function setup(): { clock: ManualClock; queue: WorkQueue } {
  const clock = new ManualClock();
  const queue = new WorkQueue({ clock, backoff: { baseMs: 100, maxMs: 1000, jitter: 0 }, random: () => 0 });
  return { clock, queue };
}

describe('WorkQueue', () => {
  it('hands out a key once, however often it was added', async () => {
    const { queue } = setup();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect([await queue.next(), await queue.next()]).toEqual(['a', 'b']);
    expect(queue.depth).toBe(0);
  });

  it('keeps a key that is being worked on from a second worker, and gives it again afterwards', async () => {
    const { queue } = setup();
    queue.add('a');
    await queue.next();
    queue.add('a');
    queue.add('a');
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect(queue.depth).toBe(1);
    expect(await queue.next()).toBe('a');
    queue.done('a');
    expect(queue.depth).toBe(0);
  });

  it('gives a waiting worker the key that comes', async () => {
    const { queue } = setup();
    const taken = queue.next();
    queue.add('a');
    expect(await taken).toBe('a');
    queue.add('a');
    expect(queue.depth).toBe(0);
  });

  it('delays: the earliest time wins', () => {
    const { clock, queue } = setup();
    queue.addAfter('a', 500);
    queue.addAfter('a', 200);
    queue.addAfter('a', 900);
    clock.advance(199);
    expect(queue.depth).toBe(0);
    clock.advance(1);
    expect(queue.depth).toBe(1);
  });

  it('doubles the delay of a failing key up to the bound, and forgets it on success', () => {
    const { queue } = setup();
    const delays = Array.from({ length: 6 }, () => queue.addAfterFailure('a'));
    expect(delays).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(queue.addAfterFailure('b')).toBe(100);
    queue.forget('a');
    expect(queue.addAfterFailure('a')).toBe(100);
  });

  it('cuts delays that no timer can hold', () => {
    const { clock, queue } = setup();
    queue.addAfter('a', Number.MAX_SAFE_INTEGER);
    clock.advance(12 * 3_600_000);
    expect(queue.depth).toBe(1);
  });

  it('closes: waiting workers get nothing, later keys are ignored', async () => {
    const { clock, queue } = setup();
    const waiting = queue.next();
    queue.addAfter('later', 10);
    queue.close();
    clock.advance(20);
    queue.add('a');
    expect(await waiting).toBeUndefined();
    expect(await queue.next()).toBeUndefined();
    expect(queue.depth).toBe(0);
  });
});
