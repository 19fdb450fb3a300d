import { eventAt, tellStory } from './release-story';

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
const event = (seconds: number, reason: string, weight: number | null) => ({ at: at(seconds), reason, text: reason, weight, by: null });
const history = [event(10, 'Weight', 20), event(15, 'Paused', null), event(20, 'Resumed', 20), event(30, 'RolledBack', 0)];

it('a running release goes on until now, from nothing', () => {
  const story = tellStory({ history: history.slice(0, 3), startedAt: at(0), endedAt: null, weight: 20, finished: false }, 50_000);
  expect(story.points).toEqual([
    { at: 0, weight: 0 },
    { at: 10_000, weight: 20 },
  ]);
  expect(story.marks.map((m) => [m.tone, m.weight])).toEqual([
    ['tide', 20],
    ['wait', 20],
    ['tide', 20],
  ]);
  expect([story.from, story.to]).toEqual([0, 50_000]);
});
it('a finished one ends a little behind its end', () => {
  const story = tellStory({ history, startedAt: at(0), endedAt: at(30), weight: 0, finished: true }, 900_000);
  expect(story.points.at(-1)).toEqual({ at: 30_000, weight: 0 });
  expect(story.marks.at(-1)?.tone).toBe('bad');
  expect(story.to).toBe(31_200);
});
it('a weight that the history does not tell is there at the end', () => {
  const story = tellStory({ history: [], startedAt: at(0), endedAt: at(5), weight: 100, finished: true }, 0);
  expect(story.points.at(-1)).toEqual({ at: 5_000, weight: 100 });
});
it.each([
  { name: 'before all', moment: 9_000, reason: undefined },
  { name: 'between', moment: 16_000, reason: 'Paused' },
  { name: 'after all', moment: 99_000, reason: 'RolledBack' },
])('finds the event $name', ({ moment, reason }) => expect(eventAt(history, moment)?.reason).toBe(reason));
