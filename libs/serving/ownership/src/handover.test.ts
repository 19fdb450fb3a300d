import { Handover } from './handover.js';
import { ownerOf } from './rendezvous.js';

const TIMES = { deadlineMs: 5_000, unheardMs: 3_000 };
/** A key that `owner` has among these. */
function keyOf(owner: string, ...views: string[][]): string {
  for (let i = 0; ; i++) if (views.every((members) => ownerOf(`ns/r${i}`, members) === owner)) return `ns/r${i}`;
}
/** What `from` tells `to`; true when `to` has to answer. */
const tell = (from: Handover, fromName: string, to: Handover, toName: string, now: number): boolean =>
  to.heard(fromName, from.viewFor(toName), now).isNew;

function pair(): { a: Handover; b: Handover } {
  const a = new Handover('a', TIMES);
  const b = new Handover('b', TIMES);
  for (const one of [a, b]) one.adopt(['a', 'b'], 0);
  tell(a, 'a', b, 'b', 0);
  tell(b, 'b', a, 'a', 0);
  tell(a, 'a', b, 'b', 0);
  expect([a.agree(0), b.agree(0)]).toEqual([true, true]);
  return { a, b };
}

it('decides alone when there is nobody else', () => {
  const a = new Handover('a', TIMES);
  expect(a.mayDecide('ns/r')).toBe(false);
  a.adopt(['a'], 0);
  expect(a.agree(0)).toBe(true);
  expect(a.mayDecide('ns/r')).toBe(true);
});

it('waits for the word of everybody who sees the same, given after the question', () => {
  const a = new Handover('a', TIMES);
  const b = new Handover('b', TIMES);
  b.adopt(['a', 'b'], 0);
  tell(b, 'b', a, 'a', 0);
  a.adopt(['a', 'b'], 1);
  const key = keyOf('a', ['a', 'b']);
  // That word is from before the question.
  expect(a.agree(1)).toBe(false);
  expect(a.mayDecide(key)).toBe(false);
  expect(tell(a, 'a', b, 'b', 2)).toBe(true);
  expect(tell(b, 'b', a, 'a', 3)).toBe(false);
  expect(a.agree(3)).toBe(true);
  expect(a.mayDecide(key)).toBe(true);
  expect(a.mayDecide(keyOf('b', ['a', 'b']))).toBe(false);
});

it('goes on with what was its own all the time, and not with what was another’s in between', () => {
  const { a } = pair();
  const two = ['a', 'b'];
  const three = ['a', 'b', 'c'];
  const kept = keyOf('a', two, three);
  const lent = Array.from({ length: 200 }, (_, i) => `ns/r${i}`).find((k) => ownerOf(k, two) === 'a' && ownerOf(k, three) === 'c') ?? '';
  a.adopt(three, 10);
  expect([a.mayDecide(kept), a.mayDecide(lent)]).toEqual([true, false]);
  a.adopt(two, 20);
  expect([a.mayDecide(kept), a.mayDecide(lent)]).toEqual([true, false]);
});

it('lets the dead be heard of by others first, but not those who have said goodbye', () => {
  for (const leaves of [true, false]) {
    const { a } = pair();
    if (leaves) a.goodbye('b');
    expect(a.adopt(['a'], 100)).toEqual(leaves ? [] : ['b']);
    expect(a.agree(100)).toBe(leaves);
    expect(a.mayDecide(keyOf('b', ['a', 'b']))).toBe(leaves);
    expect(a.agree(3_100)).toBe(!leaves);
  }
});

it('does not wait for ever for one who says nothing', () => {
  const a = new Handover('a', TIMES);
  a.adopt(['a', 'b'], 0);
  expect([a.agree(4_999), a.agree(5_000)]).toEqual([false, true]);
});

it('holds nothing for its own after others may have done without it', () => {
  const key = keyOf('a', ['a', 'b'], ['a']);
  const first = pair();
  first.a.lapse(10);
  expect(first.a.mayDecide(key)).toBe(false);
  const second = pair();
  second.b.adopt(['b'], 10);
  tell(second.b, 'b', second.a, 'a', 11);
  expect(second.a.mayDecide(key)).toBe(false);
  // One who is no member himself decides nothing, so his word takes nothing away.
  const third = pair();
  third.b.adopt([], 10);
  tell(third.b, 'b', third.a, 'a', 11);
  expect(third.a.mayDecide(key)).toBe(true);
});
