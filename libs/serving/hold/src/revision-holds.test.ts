import { RevisionHolds } from './revision-holds.js';

const LIMITS = { leaseMs: 10_000, maxSlots: 1000, spreadMs: 1000 };
const pod = (name: string, isGrantable = true) => ({ name, address: `${name}:80`, isGrantable });

function waitingFor(count: number, containerConcurrency: number): RevisionHolds<number> {
  const holds = new RevisionHolds<number>('r', LIMITS);
  holds.setLimit(containerConcurrency);
  for (let id = 0; id < count; id++) holds.arrive({ id, arrivedAt: 0, deadlineAt: 1000, reply: id });
  return holds;
}

const podsOf = (grants: readonly { pod: { name: string } }[]): string => grants.map((g) => g.pod.name).join('');

it('spreads a burst over pods as they come, and does not wait for the late ones for ever', () => {
  const holds = waitingFor(12, 0);
  holds.setPods({ pods: [pod('a'), pod('b', false), pod('c', false)], coming: 2 }, 100);
  expect(podsOf(holds.grant(100, 500))).toBe('aaaa');
  expect(holds.grantsMoreIn(100)).toBe(1000);
  holds.setPods({ pods: [pod('a'), pod('b'), pod('c', false)], coming: 1 }, 200);
  expect(podsOf(holds.grant(200, 500))).toBe('bbbb');
  expect(holds.grantsMoreIn(900)).toBe(200);
  expect(podsOf(holds.grant(1100, 500))).toBe('abab');
});

it('gives slots back as requests end, to those who came first', () => {
  const holds = waitingFor(3, 1);
  holds.setPods({ pods: [pod('a')], coming: 0 }, 0);
  const [first, ...others] = holds.grant(0, 500);
  expect(others).toEqual([]);
  expect(first?.waiting.id).toBe(0);
  expect(first?.alternative.name).toBe('a');
  expect(holds.grant(0, 500)).toEqual([]);
  expect(holds.ended(first?.slot ?? '', 0)).toBe(true);
  expect(holds.ended(first?.slot ?? '', 0)).toBe(false);
  expect(holds.grant(0, 500).map((g) => g.waiting.id)).toEqual([1]);
});

it('remembers what is in flight on a pod that is parked for a while', () => {
  const holds = waitingFor(2, 1);
  holds.setPods({ pods: [pod('a')], coming: 0 }, 0);
  expect(holds.grant(0, 500)).toHaveLength(1);
  holds.setPods({ pods: [pod('a', false)], coming: 0 }, 1);
  holds.setPods({ pods: [pod('a')], coming: 0 }, 2);
  expect(holds.grant(2, 500)).toEqual([]);
  holds.setPods({ pods: [], coming: 0 }, 3);
  holds.setPods({ pods: [pod('a')], coming: 0 }, 4);
  expect(holds.grant(4, 500)).toHaveLength(1);
});

it('takes a slot back when nobody speaks of its request, and not while nobody can', () => {
  const holds = waitingFor(3, 1);
  holds.setPods({ pods: [pod('a')], coming: 0 }, 0);
  const [grant] = holds.grant(0, 500);
  holds.goesOn(grant?.slot ?? '', 'a:80', 8000);
  expect(holds.reconcile(10_000)).toBe(0);
  holds.eventsLost(17_000);
  expect(holds.reconcile(18_000)).toBe(0);
  expect(holds.reconcile(27_000)).toBe(1);
  expect(holds.grant(27_000, 500)).toHaveLength(1);
});

it('counts requests that an earlier run has granted, by what the access log tells of them', () => {
  const holds = waitingFor(1, 1);
  holds.setPods({ pods: [pod('a')], coming: 0 }, 0);
  holds.goesOn('old-run.7', 'a:80', 0);
  expect(holds.grant(0, 500)).toEqual([]);
  expect(holds.ended('old-run.7', 0)).toBe(true);
  expect(holds.grant(0, 500)).toHaveLength(1);
});

it('names another pod for a second try where slots are no limit', () => {
  const holds = waitingFor(2, 0);
  holds.setPods({ pods: [pod('a'), pod('b')], coming: 0 }, 0);
  expect(holds.grant(0, 500).map((g) => [g.pod.name, g.alternative.name])).toEqual([
    ['a', 'b'],
    ['b', 'a'],
  ]);
});

it('says that waiting is hopeless only while nothing comes', () => {
  const holds = waitingFor(0, 0);
  expect(holds.hopeless).toBeUndefined();
  holds.setPods({ pods: [pod('a', false)], coming: 0, failure: 'exit code 3' }, 0);
  expect(holds.hopeless).toBe('exit code 3');
  holds.setPods({ pods: [pod('a', false)], coming: 1, failure: 'exit code 3' }, 0);
  expect(holds.hopeless).toBeUndefined();
  holds.setPods({ pods: [pod('a', false), pod('b')], coming: 0, failure: 'exit code 3' }, 0);
  expect(holds.hopeless).toBeUndefined();
});

describe('the pace of grants for one pod', () => {
  const pace = { first: 4, most: 6, freshMs: 3000, quietMs: 100, perMs: 0.1 };
  const stage = (): RevisionHolds<number> => {
    const holds = new RevisionHolds<number>('r', { ...LIMITS, leaseMs: 60_000, pace });
    for (let id = 0; id < 40; id++) holds.arrive({ id, arrivedAt: 0, deadlineAt: 60_000, reply: id });
    holds.setPods({ pods: [pod('a')], coming: 0 }, 0);
    return holds;
  };

  it('is a window that opens with each answer, up to the widest', () => {
    const holds = stage();
    const granted = holds.grant(0, 500);
    expect(granted).toHaveLength(4);
    for (const { slot } of granted) holds.ended(slot, 10);
    expect(holds.grant(10, 500)).toHaveLength(6);
  });

  it('lets time open it when nothing is answered: requests may be slow', () => {
    const holds = stage();
    holds.grant(0, 500);
    expect(holds.grantsMoreIn(0)).toBe(110);
    expect(holds.grant(100, 500)).toHaveLength(0);
    expect(holds.grant(140, 500)).toHaveLength(4);
    expect(holds.grant(150, 500)).toHaveLength(1);
  });

  it('forgets after a while who must have been accepted, so that slow requests do not narrow it for quick ones', () => {
    const holds = stage();
    let [quick] = holds.grant(0, 500);
    const more = (now: number): number => {
      holds.ended(quick?.slot ?? '', now);
      const granted = holds.grant(now, 500);
      quick = granted.at(-1);
      return granted.length;
    };
    // The window opens by one with each answer, and three of it are taken all the time.
    expect([50, 100, 150, 200].map(more)).toEqual([2, 2, 1, 1]);
    expect(more(3000)).toBeGreaterThanOrEqual(4);
  });
});
