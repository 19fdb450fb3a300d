import type { Configuration, Revision, Route, TrafficTarget } from '@tidegate/serving-contract';
import { NOW, configuration, ready, revision, route, service } from '../../test/builders.js';
import { planRoutingState, type ObservedRouting } from './plan-routing-state.js';

const routed = (traffic: TrafficTarget[], told: TrafficTarget[] = [], is = ready('True')): Route => ({
  ...route(service({ spec: { ...service().spec, traffic } })),
  status: { observedGeneration: 1, conditions: [is], traffic: told },
});
const marked = (generation: number, routes: string, state: string): Revision => {
  const made = revision(generation);
  const { annotations, labels } = made.metadata ?? {};
  const { ['serving.knative.dev/routes']: _, ...rest } = annotations ?? {};
  return {
    ...made,
    metadata: {
      ...made.metadata,
      annotations: routes ? { ...rest, 'serving.knative.dev/routes': routes } : rest,
      labels: { ...labels, 'serving.knative.dev/routingState': state },
    },
  };
};
/** Of no Service. */
function standalone<T extends Configuration | Revision>(object: T): T {
  const { ['serving.knative.dev/service']: _, ...labels } = object.metadata?.labels ?? {};
  return { ...object, metadata: { ...object.metadata, labels } };
}
const LATEST: TrafficTarget[] = [{ latestRevision: true, percent: 100 }];
const known = (created: string) => configuration(service(), { status: { latestCreatedRevisionName: created } });

interface World {
  route?: Route;
  configurations: Configuration[];
  revisions: Revision[];
}

/** All that is there; what carries the name is found by it. */
function observe({ route: living, configurations, revisions }: World): ObservedRouting {
  const marked = <T extends Configuration | Revision>(list: readonly T[]): T[] =>
    list.filter((o) => o.metadata?.annotations?.['serving.knative.dev/routes']?.split(',').includes('hello'));
  return {
    name: 'hello',
    ...(living ? { route: living } : {}),
    sources: {
      configuration: (name) => configurations.find((c) => c.metadata?.name === name),
      revision: (name) => revisions.find((r) => r.metadata?.name === name),
    },
    marked: { configurations: marked(configurations), revisions: marked(revisions) },
  };
}

it.each<{ name: string; observed: World; expected: Record<string, { routes?: string | null; state?: string }> }>([
  {
    name: 'a new revision will be routed: active before it is ready',
    observed: { route: routed(LATEST), configurations: [known('hello-00001')], revisions: [marked(1, '', 'pending')] },
    expected: { 'hello-00001': { routes: 'hello', state: 'active' } },
  },
  {
    name: 'marked already',
    observed: { route: routed(LATEST), configurations: [known('hello-00001')], revisions: [marked(1, 'hello', 'active')] },
    expected: {},
  },
  {
    name: 'the one before is dropped once the Route is ready',
    observed: {
      route: routed(LATEST, [{ revisionName: 'hello-00002' }]),
      configurations: [known('hello-00002')],
      revisions: [marked(1, 'hello', 'active'), marked(2, 'hello', 'active')],
    },
    expected: { 'hello-00001': { routes: null, state: 'reserve' } },
  },
  {
    name: 'not while the Route is moving',
    observed: {
      route: routed(LATEST, [], ready('Unknown')),
      configurations: [known('hello-00002')],
      revisions: [marked(1, 'hello', 'active'), marked(2, 'hello', 'active')],
    },
    expected: {},
  },
  {
    name: 'not while traffic still goes there',
    observed: {
      route: routed(LATEST, [{ revisionName: 'hello-00001' }]),
      configurations: [known('hello-00002')],
      revisions: [marked(1, 'hello', 'active'), marked(2, 'hello', 'active')],
    },
    expected: {},
  },
  {
    name: 'another route still names it',
    observed: {
      route: routed(LATEST),
      configurations: [known('hello-00002')],
      revisions: [marked(1, 'hello,other', 'active'), marked(2, 'hello', 'active')],
    },
    expected: { 'hello-00001': { routes: 'other' } },
  },
  {
    name: 'pinned again after it was in reserve',
    observed: {
      route: routed([{ revisionName: 'hello-00001', percent: 100 }]),
      configurations: [known('hello-00001')],
      revisions: [marked(1, '', 'reserve')],
    },
    expected: { 'hello-00001': { routes: 'hello', state: 'active' } },
  },
  {
    name: 'the Route of the Service is not made yet',
    observed: { configurations: [known('hello-00001')], revisions: [marked(1, 'hello', 'active')] },
    expected: {},
  },
  {
    name: 'the Route is gone',
    observed: {
      configurations: [standalone(known('hello-00001'))],
      revisions: [standalone(marked(1, 'hello', 'active')), standalone(marked(2, 'a,hello', 'active'))],
    },
    expected: { hello: { routes: null }, 'hello-00001': { routes: null, state: 'reserve' }, 'hello-00002': { routes: 'a' } },
  },
])('$name', ({ observed, expected }) => {
  const plan = planRoutingState(observe(observed), NOW);
  const found = plan.actions.map((action) => {
    if (action.do !== 'patch') throw new Error(action.do);
    const { annotations, labels, resourceVersion } = action.body['metadata'] as Record<string, Record<string, string | null>>;
    expect(resourceVersion).toBeDefined();
    const state = labels?.['serving.knative.dev/routingState'];
    if (state) expect(annotations?.['serving.knative.dev/routingStateModified']).toBe('2026-05-01T12:00:00Z');
    const routes = annotations?.['serving.knative.dev/routes'];
    return [action.name, { routes, ...(state ? { state } : {}) }];
  });
  expect(Object.fromEntries(found)).toEqual(expected);
});
