import { conditionOf, type Configuration, type Revision } from '@tidegate/serving-contract';
import { NOW, configuration, events, ready, revision, service, writes } from '../../test/builders.js';
import { planConfiguration } from './plan-configuration.js';

const at = (generation: number, latestReadyRevisionName?: string): Configuration =>
  configuration(service(), {
    metadata: { generation },
    status: {
      observedGeneration: generation - 1,
      conditions: [ready('True')],
      ...(latestReadyRevisionName ? { latestReadyRevisionName } : {}),
    },
  });
const UNKNOWN = ready('Unknown', 'Deploying');
const FAILED = ready('False', 'ExitCode1', 'it crashed');

it.each<{
  name: string;
  configuration: Configuration;
  revisions: Revision[];
  writes?: string[];
  created: string;
  latest?: string;
  is: string;
  events?: string[];
}>([
  {
    name: 'first: made',
    configuration: at(1),
    revisions: [],
    writes: ['create Revision hello-00001'],
    created: 'hello-00001',
    is: 'Unknown',
  },
  { name: 'first: on its way', configuration: at(1), revisions: [revision(1, UNKNOWN)], created: 'hello-00001', is: 'Unknown' },
  {
    name: 'first: ready',
    configuration: at(1),
    revisions: [revision(1)],
    created: 'hello-00001',
    latest: 'hello-00001',
    is: 'True',
    events: [
      'Normal ConfigurationReady: Configuration becomes ready',
      'Normal LatestReadyUpdate: LatestReadyRevisionName updated to "hello-00001"',
    ],
  },
  {
    name: 'second: made while the first serves',
    configuration: at(2, 'hello-00001'),
    revisions: [revision(1)],
    writes: ['create Revision hello-00002'],
    created: 'hello-00002',
    latest: 'hello-00001',
    is: 'Unknown',
  },
  {
    name: 'second: ready',
    configuration: at(2, 'hello-00001'),
    revisions: [revision(1), revision(2)],
    created: 'hello-00002',
    latest: 'hello-00002',
    is: 'True',
    events: ['Normal LatestReadyUpdate: LatestReadyRevisionName updated to "hello-00002"'],
  },
  {
    name: 'second: failed, the first serves on',
    configuration: at(2, 'hello-00001'),
    revisions: [revision(1), revision(2, FAILED)],
    created: 'hello-00002',
    latest: 'hello-00001',
    is: 'False RevisionFailed Revision "hello-00002" failed with message: it crashed.',
    events: ['Warning LatestCreatedFailed: Latest created revision "hello-00002" has failed'],
  },
  {
    name: 'the one that served fails',
    configuration: at(1, 'hello-00001'),
    revisions: [revision(1, FAILED)],
    created: 'hello-00001',
    latest: 'hello-00001',
    is: 'False RevisionFailed Revision "hello-00001" failed with message: it crashed.',
    events: ['Warning LatestReadyFailed: Latest ready revision "hello-00001" has failed'],
  },
  {
    name: 'stacked: the third is not ready, the second became so',
    configuration: at(3, 'hello-00001'),
    revisions: [revision(1), revision(2), revision(3, UNKNOWN)],
    created: 'hello-00003',
    latest: 'hello-00002',
    is: 'Unknown',
    events: ['Normal LatestReadyUpdate: LatestReadyRevisionName updated to "hello-00002"'],
  },
  {
    name: 'never backwards: the third serves though an older one is the only ready one',
    configuration: at(4, 'hello-00003'),
    revisions: [revision(2), revision(3, UNKNOWN), revision(4, UNKNOWN)],
    created: 'hello-00004',
    latest: 'hello-00003',
    is: 'Unknown',
  },
  {
    name: 'the one that served is deleted: the newest of the others',
    configuration: at(3, 'hello-00003'),
    revisions: [revision(1), revision(2)],
    writes: ['create Revision hello-00003'],
    created: 'hello-00003',
    latest: 'hello-00002',
    is: 'Unknown',
    events: ['Normal LatestReadyUpdate: LatestReadyRevisionName updated to "hello-00002"'],
  },
])('$name', ({ configuration: observed, revisions, created, latest, is, writes: written = [], events: told = [] }) => {
  const plan = planConfiguration({ configuration: observed, revisions }, NOW);
  const { status, reason, message } = conditionOf(plan.status?.conditions, 'Ready') ?? {};
  expect(writes(plan)).toEqual(written);
  expect(events(plan)).toEqual(told);
  expect(plan.status).toMatchObject({ latestCreatedRevisionName: created, observedGeneration: observed.metadata?.generation });
  expect(plan.status?.latestReadyRevisionName).toBe(latest);
  expect([status, reason, message].filter(Boolean).join(' ')).toBe(is);
});

describe('a template that names its revision', () => {
  const named = (generation: number, image: string, latestReadyRevisionName?: string): Configuration => {
    const template = { metadata: { name: 'hello-a' }, spec: { containers: [{ name: 'user-container', image }] } };
    return { ...at(generation, latestReadyRevisionName), spec: { template } };
  };
  const made = (generation: number, image: string): Revision => revision(generation, ready('True'), named(generation, image));

  it('goes back to an older revision by its name', () => {
    const namedRevision = made(1, 'i:1');
    const other = revision(2);
    const plan = planConfiguration(
      { configuration: named(3, 'i:1', 'hello-00002'), revisions: [namedRevision, other], namedRevision },
      NOW,
    );
    expect(writes(plan)).toEqual([]);
    expect(plan.status).toMatchObject({ latestCreatedRevisionName: 'hello-a', latestReadyRevisionName: 'hello-a' });
    expect(conditionOf(plan.status?.conditions, 'Ready')?.status).toBe('True');
  });

  it.each([
    { name: 'of an older template', namedRevision: made(1, 'i:1') },
    { name: 'of another owner', namedRevision: { ...made(2, 'i:2'), metadata: { ...made(2, 'i:2').metadata, ownerReferences: [] } } },
  ])('refuses a name $name', ({ namedRevision }) => {
    const plan = planConfiguration({ configuration: named(2, 'i:2', 'hello-00001'), revisions: [namedRevision], namedRevision }, NOW);
    expect(plan.actions).toEqual([]);
    expect(conditionOf(plan.status?.conditions, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'RevisionFailed',
      message: 'Revision creation failed with message: revisions.serving.knative.dev "hello-a" already exists.',
    });
    expect(plan.status?.latestReadyRevisionName).toBe('hello-00001');
  });
});

it('says why the API server refused the revision', () => {
  const plan = planConfiguration({ configuration: at(1), revisions: [], refusal: 'quota exceeded' }, NOW);
  expect(conditionOf(plan.status?.conditions, 'Ready')).toMatchObject({
    reason: 'RevisionFailed',
    message: 'Revision creation failed with message: quota exceeded.',
  });
});

it('gives a revision its labels, and nothing of what is on the configuration itself', () => {
  const observed = configuration(
    service({ metadata: { labels: { team: 'a' }, annotations: { note: 'n', 'serving.knative.dev/lastModifier': 'me' } } }),
  );
  const [action] = planConfiguration({ configuration: observed, revisions: [] }, NOW).actions;
  expect(action && 'object' in action ? action.object.metadata : undefined).toEqual({
    name: 'hello-00001',
    namespace: 'default',
    labels: {
      'serving.knative.dev/configuration': 'hello',
      'serving.knative.dev/configurationUID': 'cfg-uid',
      'serving.knative.dev/configurationGeneration': '1',
      'serving.knative.dev/service': 'hello',
      'serving.knative.dev/serviceUID': 'svc-uid',
      'serving.knative.dev/routingState': 'active',
    },
    annotations: {
      'autoscaling.knative.dev/max-scale': '5',
      'serving.knative.dev/creator': 'me',
      'serving.knative.dev/routes': 'hello',
      'serving.knative.dev/routingStateModified': '2026-05-01T12:00:00Z',
    },
    ownerReferences: [
      {
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Configuration',
        name: 'hello',
        uid: 'cfg-uid',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  });
});
