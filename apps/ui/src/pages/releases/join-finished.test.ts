import { joinFinished } from './join-finished.js';

const row = (uid: string, endedAt: string | null) => ({ uid, endedAt, finished: endedAt !== null });
const past = [row('c', '2026-03'), row('b', '2026-02')];

it.each([
  { name: 'what has ended since comes first', live: [row('d', '2026-04'), ...past], hasMore: false, uids: ['d', 'c', 'b'] },
  { name: 'what runs is not there', live: [row('e', null)], hasMore: false, uids: ['c', 'b'] },
  { name: 'what belongs to a later page waits for it', live: [row('a', '2026-01')], hasMore: true, uids: ['c', 'b'] },
  { name: 'without a later page it is there', live: [row('a', '2026-01')], hasMore: false, uids: ['c', 'b', 'a'] },
])('$name', ({ live, hasMore, uids }) => {
  expect(joinFinished(live, past, hasMore).map((r) => r.uid)).toEqual(uids);
});
