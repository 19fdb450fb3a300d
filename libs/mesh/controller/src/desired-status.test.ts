import { desiredAncestors, desiredListenerSet } from './desired-status.js';
import { liveFinding } from './live-condition.js';

const live = liveFinding({ live: 1, total: 1, waitingFor: [], rejected: [] });
const waiting = liveFinding({ live: 0, total: 1, waitingFor: ['a'], rejected: [] });
const ref = { kind: 'BackendTLSPolicy', namespace: 'shop', name: 'safe', generation: 3 };
const condition = (type: string, status: 'True' | 'False', reason: string) => ({
  type,
  status,
  reason,
  message: 'm',
  observedGeneration: 3,
});
const now = Date.parse('2026-02-01T00:00:00Z');
const before = '2026-01-01T00:00:00.000Z';

it('keeps the ancestors of other controllers and the times of conditions that stay', () => {
  const other = { ancestorRef: { name: 'theirs' }, controllerName: 'x.test/other', conditions: [] };
  const existing = [
    {
      ancestorRef: { name: 'edge' },
      controllerName: 'tidegate.dev/gateway-controller',
      conditions: [{ ...condition('Accepted', 'True', 'Accepted'), lastTransitionTime: before }],
    },
    other,
    { ancestorRef: { name: 'gone' }, controllerName: 'tidegate.dev/gateway-controller', conditions: [] },
  ];
  const plan = {
    ref,
    ancestors: [
      {
        ancestorRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop', name: 'edge' },
        controllerName: 'tidegate.dev/gateway-controller',
        conditions: [condition('Accepted', 'True', 'Accepted'), condition('ResolvedRefs', 'True', 'ResolvedRefs')],
      },
    ],
  };
  const [theirs, ours, ...more] = desiredAncestors(plan, existing, now);
  expect(theirs).toBe(other);
  expect(more).toEqual([]);
  expect(ours?.ancestorRef).toEqual({ name: 'edge' });
  expect(ours?.conditions.map((c) => [c.type, c.lastTransitionTime === before])).toEqual([
    ['Accepted', true],
    ['ResolvedRefs', false],
  ]);
});

it('listeners of a ListenerSet are programmed once every proxy serves them', () => {
  const plan = {
    ref: { ...ref, kind: 'ListenerSet' },
    conditions: [condition('Accepted', 'True', 'Accepted'), condition('Programmed', 'True', 'Programmed')],
    listeners: [
      {
        name: 'a',
        supportedKinds: [],
        attachedRoutes: 1,
        conditions: [condition('Programmed', 'True', 'Programmed')],
        resources: ['listener/x'],
      },
      { name: 'b', supportedKinds: [], attachedRoutes: 0, conditions: [condition('Programmed', 'False', 'Invalid')], resources: [] },
    ],
    resources: ['listener/x'],
  };
  const reasons = (finding: typeof live) => {
    const status = desiredListenerSet(plan, undefined, () => finding, now);
    return [status?.conditions?.[1], ...(status?.listeners ?? []).map((l) => l.conditions[0])].map((c) => c?.reason);
  };
  expect(reasons(live)).toEqual(['Programmed', 'Programmed', 'Invalid']);
  expect(reasons(waiting)).toEqual(['Pending', 'Pending', 'Invalid']);
});
