import { ManualClock } from '@tidegate/kernel';
import type { HoldAnswer } from '../check-answer.js';
import { Asks, type Place } from './asks.js';
import type { PeerRequest } from './peer-messages.js';

const context = { namespace: 'shop', revision: 'cart-1', holdTimeoutMs: 5_000 };
const KEY = 'shop/cart-1';
const granted = (slot: string): HoldAnswer => ({ granted: { destination: '10.0.0.1:80', alternative: '10.0.0.1:80', slot } });

/** Asks, and what becomes of them: sent requests, answers, lines here, slots that nobody used. */
function stage(place: Place) {
  const at = { place, reachable: true };
  const clock = new ManualClock();
  const sent: { peer: string; request: PeerRequest }[] = [];
  const here: { waitedMs: number | undefined; left: boolean; answer: (answer: HoldAnswer) => void }[] = [];
  const unused: string[] = [];
  const booked: string[] = [];
  const asks = new Asks({
    clock,
    bounds: { perRevision: 3, total: 5 },
    placeOf: () => at.place,
    hold: ({ waitedMs }, answer) => {
      const one = { waitedMs, left: false, answer };
      here.push(one);
      return () => void (one.left = true);
    },
    send: (peer, request) => at.reachable && sent.push({ peer, request }) > 0,
    onGranted: (_, slot) => booked.push(slot),
    onUnused: (peer, _, slot) => unused.push(`${peer} ${slot}`),
  });
  const answers: HoldAnswer[] = [];
  const add = (): (() => void) => asks.add(KEY, context, (answer) => answers.push(answer));
  const ids = (): number[] => sent.flatMap(({ request }) => (request.is === 'ask' ? [request.id] : []));
  return { at, clock, sent, here, unused, booked, asks, answers, add, ids };
}

it('asks the owner, and books what it grants', () => {
  const { asks, add, sent, answers, booked, ids } = stage({ peer: 'b' });
  add();
  expect(sent).toEqual([
    { peer: 'b', request: { is: 'ask', id: 0, namespace: 'shop', revision: 'cart-1', holdTimeoutMs: 5_000, waitedMs: 0 } },
  ]);
  // Only from whom was asked.
  asks.answered('c', { is: 'answer', id: 0, answer: granted('x') });
  expect(answers).toEqual([]);
  asks.answered('b', { is: 'answer', id: ids()[0] ?? -1, answer: granted('s1') });
  expect([answers, booked, asks.waitingElsewhere]).toEqual([[granted('s1')], ['s1'], 0]);
});

it('asks the next owner with the time that has passed, and gives back what the last one grants too late', () => {
  const { at, clock, asks, add, sent, answers, unused, ids } = stage({ peer: 'b' });
  add();
  clock.advance(700);
  at.place = { peer: 'c' };
  asks.placeAgain();
  expect(sent.slice(1)).toEqual([
    { peer: 'b', request: { is: 'leave', id: 0 } },
    { peer: 'c', request: { is: 'ask', id: 1, namespace: 'shop', revision: 'cart-1', holdTimeoutMs: 5_000, waitedMs: 700 } },
  ]);
  asks.answered('b', { is: 'answer', id: 0, answer: granted('late') });
  expect([answers, unused]).toEqual([[], ['b late']]);
  asks.answered('c', { is: 'answer', id: ids()[1] ?? -1, answer: granted('s2') });
  expect(answers).toEqual([granted('s2')]);
});

it('moves a request into the line here and out of it', () => {
  const { at, clock, asks, add, here, answers } = stage({ peer: 'b' });
  add();
  clock.advance(300);
  at.place = 'here';
  asks.placeAgain(KEY);
  expect(here).toMatchObject([{ waitedMs: 300, left: false }]);
  expect(asks.waitingElsewhere).toBe(0);
  at.place = 'nowhere';
  asks.placeAgain('shop/other');
  expect(here[0]?.left).toBe(false);
  asks.placeAgain();
  expect([here[0]?.left, asks.waitingElsewhere, answers]).toEqual([true, 1, []]);
});

it('waits while nobody can be asked, tries again, and says so when the time is over', () => {
  const { at, clock, asks, add, sent, answers } = stage({ peer: 'b' });
  at.reachable = false;
  add();
  asks.tick();
  expect([sent, asks.waitingElsewhere]).toEqual([[], 1]);
  at.reachable = true;
  asks.tick();
  expect(sent).toHaveLength(1);
  asks.unreachable('b');
  at.reachable = false;
  clock.advance(5_000);
  asks.tick();
  expect(answers).toMatchObject([{ denied: { denial: 'deadline', sentence: 'no pod of revision cart-1 could take this request in 5 s' } }]);
  expect(asks.waitingElsewhere).toBe(0);
});

it('asks again when it is told that the revision is another one’s', () => {
  const { asks, add, ids } = stage({ peer: 'b' });
  add();
  asks.answered('b', { is: 'moved', id: 0 });
  expect(ids()).toEqual([0]);
  asks.tick();
  expect(ids()).toEqual([0, 1]);
});

it('tells the owner when a client leaves, and that its grant was for nobody', () => {
  const { asks, add, sent, unused, answers } = stage({ peer: 'b' });
  const leave = add();
  leave();
  leave();
  expect(sent[1]).toEqual({ peer: 'b', request: { is: 'leave', id: 0 } });
  asks.answered('b', { is: 'answer', id: 0, answer: granted('s1') });
  asks.answered('b', { is: 'answer', id: 0, answer: granted('s1') });
  expect([unused, answers, asks.waitingElsewhere]).toEqual([['b s1'], [], 0]);
});

it('refuses what is too much, of one revision and in all', () => {
  const { asks, add, answers } = stage('nowhere');
  for (let i = 0; i < 4; i++) add();
  expect(answers).toMatchObject([{ denied: { denial: 'overflow' } }]);
  for (const key of ['a/b', 'a/c', 'a/d']) asks.add(key, context, (answer) => answers.push(answer));
  expect(answers).toHaveLength(2);
  expect(asks.waitingElsewhere).toBe(5);
});

it('tells those who wait elsewhere to come again when it stops', () => {
  const { asks, add, answers } = stage({ peer: 'b' });
  add();
  asks.stop();
  expect(answers).toMatchObject([{ denied: { denial: 'stopping' } }]);
});
