import { timestamp } from '@tidegate/kube';
import { defaultServingConfig, type GcConfig } from '@tidegate/serving-config';
import type { Revision } from '@tidegate/serving-contract';
import { NOW, configuration, revision, service } from '../../test/builders.js';
import { planCollection } from './plan-collection.js';

const HOUR = 3_600_000;
const at = (generation: number, hoursAgo: number, changes: { state?: string; noGc?: boolean } = {}): Revision => {
  const made = revision(generation);
  const time = timestamp(NOW - hoursAgo * HOUR);
  return {
    ...made,
    metadata: {
      ...made.metadata,
      creationTimestamp: time,
      labels: { ...made.metadata?.labels, 'serving.knative.dev/routingState': changes.state ?? 'reserve' },
      annotations: { 'serving.knative.dev/routingStateModified': time, ...(changes.noGc ? { 'serving.knative.dev/no-gc': 'true' } : {}) },
    },
  };
};
const gc = (changes: Partial<GcConfig>): GcConfig => ({ ...defaultServingConfig.gc, minNonActiveRevisions: 0, ...changes });
const owner = configuration(service(), { status: { latestReadyRevisionName: 'hello-00009' } });

it.each<{ name: string; revisions: Revision[]; settings: GcConfig; deleted: string[]; againInHours?: number }>([
  { name: 'old by both times', revisions: [at(1, 50), at(2, 49)], settings: gc({}), deleted: ['hello-00001', 'hello-00002'] },
  { name: 'too young, and it is looked at again in time', revisions: [at(1, 40)], settings: gc({}), deleted: [], againInHours: 8 },
  {
    name: 'a minimum stays',
    revisions: [at(1, 60), at(2, 55), at(3, 50)],
    settings: gc({ minNonActiveRevisions: 2 }),
    deleted: ['hello-00001'],
  },
  { name: 'the defaults keep twenty', revisions: [at(1, 600)], settings: defaultServingConfig.gc, deleted: [] },
  {
    name: 'routed, not looked at, kept by hand, the newest that serves',
    revisions: [at(1, 99, { state: 'active' }), at(2, 99, { state: 'pending' }), at(3, 99, { noGc: true }), at(9, 99)],
    settings: gc({}),
    deleted: [],
  },
  {
    name: 'beyond the maximum, however young',
    revisions: [at(1, 3), at(2, 2), at(3, 1)],
    settings: gc({ maxNonActiveRevisions: 1 }),
    deleted: ['hello-00001', 'hello-00002'],
    againInHours: undefined,
  },
  {
    name: 'age is disabled',
    revisions: [at(1, 99)],
    settings: gc({ retainSinceCreateTimeMs: 'disabled', retainSinceLastActiveTimeMs: 'disabled' }),
    deleted: [],
  },
  { name: 'only one time counts', revisions: [at(1, 20)], settings: gc({ retainSinceCreateTimeMs: 'disabled' }), deleted: ['hello-00001'] },
  {
    name: 'all is disabled',
    revisions: [at(1, 99)],
    settings: gc({ retainSinceCreateTimeMs: 'disabled', retainSinceLastActiveTimeMs: 'disabled', maxNonActiveRevisions: 'disabled' }),
    deleted: [],
  },
])('$name', ({ revisions, settings, deleted, ...rest }) => {
  const plan = planCollection({ configuration: owner, revisions }, settings, NOW);
  expect(plan.actions.map((a) => (a.do === 'delete' ? a.name : a.do))).toEqual(deleted);
  if ('againInHours' in rest && rest.againInHours !== undefined) expect(plan.lookAgainInMs).toBe(rest.againInHours * HOUR);
});
