import fc from 'fast-check';
import { ManualClock } from '@tidegate/kernel';
import { WorkQueue } from './work-queue.js';

type Step = { do: 'add' | 'take' | 'done' | 'later'; key: string };
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom<Step['do']>('add', 'take', 'done', 'later'),
  key: fc.constantFrom('a', 'b', 'c'),
});

describe('WorkQueue, whatever happens', () => {
  it('never gives a key to two workers, and gives every added key at least once after its last addition', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new ManualClock();
        const queue = new WorkQueue({ clock, backoff: { baseMs: 1, maxMs: 10 }, random: () => 0 });
        const working = new Set<string>();
        const owed = new Set<string>();
        const take = async (): Promise<void> => {
          if (queue.depth === 0) return;
          const key = await queue.next();
          expect(key !== undefined && working.has(key)).toBe(false);
          if (key !== undefined) {
            working.add(key);
            owed.delete(key);
          }
        };
        for (const s of steps) {
          if (s.do === 'add') {
            queue.add(s.key);
            owed.add(s.key);
          } else if (s.do === 'later') {
            queue.addAfter(s.key, 5);
            owed.add(s.key);
          } else if (s.do === 'take') await take();
          else if (working.delete(s.key)) queue.done(s.key);
        }
        clock.advance(10);
        for (const key of working) queue.done(key);
        working.clear();
        while (queue.depth > 0) await take();
        expect([...owed]).toEqual([]);
      }),
    );
  });
});
