import { liveFinding, type LiveFinding } from './live-condition.js';
import { LiveMemory } from './live-memory.js';

const live = liveFinding({ live: 1, total: 1, waitingFor: [], rejected: [] });
const waiting = liveFinding({ live: 0, total: 1, waitingFor: ['a'], rejected: [] });
const refused = liveFinding({ live: 0, total: 1, waitingFor: ['a'], rejected: [{ key: 'routes/r', message: 'no' }] });

interface Step {
  at: number;
  generation?: number;
  found: LiveFinding;
  says: LiveFinding['reason'] | 'nothing';
}

const rows: { name: string; steps: Step[] }[] = [
  {
    name: 'an ACK within the patience is all that is said',
    steps: [
      { at: 0, found: waiting, says: 'nothing' },
      { at: 5, found: live, says: 'Acknowledged' },
    ],
  },
  {
    name: 'a missing ACK is said when the patience is over',
    steps: [
      { at: 0, found: waiting, says: 'nothing' },
      { at: 249, found: waiting, says: 'nothing' },
      { at: 250, found: waiting, says: 'ProxyNotConfirmed' },
      { at: 251, found: waiting, says: 'ProxyNotConfirmed' },
    ],
  },
  {
    name: 'a short absence of a proxy is not said, a long one is',
    steps: [
      { at: 0, found: live, says: 'Acknowledged' },
      { at: 100, found: waiting, says: 'Acknowledged' },
      { at: 500, found: live, says: 'Acknowledged' },
      { at: 600, found: waiting, says: 'Acknowledged' },
      { at: 1599, found: waiting, says: 'Acknowledged' },
      { at: 1600, found: waiting, says: 'ProxyNotConfirmed' },
    ],
  },
  {
    name: 'a new generation does not inherit that the old one was live',
    steps: [
      { at: 0, found: live, says: 'Acknowledged' },
      { at: 1, generation: 2, found: waiting, says: 'nothing' },
      { at: 251, generation: 2, found: waiting, says: 'ProxyNotConfirmed' },
    ],
  },
  {
    name: 'a refusal is said at once',
    steps: [
      { at: 0, found: live, says: 'Acknowledged' },
      { at: 1, found: refused, says: 'Rejected' },
    ],
  },
];

for (const { name, steps } of rows) {
  it(name, () => {
    const memory = new LiveMemory();
    for (const { at, generation = 1, found, says } of steps) {
      expect({ at, says: memory.judge('r', generation, found, at, 250).finding?.reason ?? 'nothing' }).toEqual({ at, says });
    }
  });
}

it('words the state for people', () => {
  expect(live.message).toBe('live on 1/1 proxies');
  expect(waiting.message).toBe('live on 0/1 proxies; waiting for a');
  expect(refused.message).toBe('A proxy refused it, and the last accepted form stays in force: no');
  expect(liveFinding({ live: 0, total: 0, waitingFor: [], rejected: [] }).reason).toBe('NoProxies');
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  expect(liveFinding({ live: 0, total: 7, waitingFor: ids, rejected: [] }).message).toBe(
    'live on 0/7 proxies; waiting for a, b, c, d, e and 2 more',
  );
});
