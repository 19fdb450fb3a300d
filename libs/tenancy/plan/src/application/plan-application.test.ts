import type { KubeObject } from '@tidegate/kube';
import type { Application } from '@tidegate/tenancy-contract';
import { type Component, ownerOf, planApplication } from './plan-application.js';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const application: Application = { metadata: { name: 'shop', namespace: 'web', uid: 'app-1', generation: 3 }, spec: { addOwnerRef: true, selector: { matchLabels: { app: 'shop' } }, componentKinds: [{ group: '', kind: 'ConfigMap' }] } };
const owner = (uid: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid });
const part = (name: string, ...ownerReferences: NonNullable<NonNullable<KubeObject['metadata']>['ownerReferences']>): Component => ({ group: '', kind: 'ConfigMap', object: { metadata: { name, uid: name, ownerReferences } } });
const plan = (components: Component[], more: Partial<Parameters<typeof planApplication>[0]> = {}) => planApplication({ application, components, owned: [], problems: [], now: NOW, ...more });
const names = (components: readonly Component[]) => components.map((c) => c.object.metadata?.name);

it('owns what it selects, beside other owners', () => {
  const { owners } = plan([part('a', owner('other')), part('b', ownerOf(application))]);
  expect(owners.map((o) => [o.component.object.metadata?.name, o.ownerReferences])).toEqual([['a', [owner('other'), ownerOf(application)]]]);
});

it('replaces a namesake that is gone', () => {
  const gone = { ...ownerOf(application), uid: 'app-0' };
  expect(plan([part('a', gone)]).owners[0]?.ownerReferences).toEqual([ownerOf(application)]);
});

it('lets go what it does not select any more, and everything when it shall not own', () => {
  const owned = [part('a', ownerOf(application)), part('b', owner('other'), ownerOf(application))];
  expect(plan([owned[0] as Component], { owned }).owners.map((o) => [o.component.object.metadata?.name, o.ownerReferences])).toEqual([['b', [owner('other')]]]);
  expect(names(plan(owned, { owned, application: { ...application, spec: { ...application.spec, addOwnerRef: false } } }).owners.map((o) => o.component))).toEqual(['a', 'b']);
});

it('says in one line how all of it is', () => {
  const ending = part('b');
  ending.object = { metadata: { ...ending.object.metadata, deletionTimestamp: 'x' } };
  const { status } = plan([part('a'), ending]);
  expect(status).toMatchObject({ observedGeneration: 3, componentsReady: '1/2', components: [{ name: 'a', status: 'Ready' }, { name: 'b', status: 'InProgress' }] });
  expect(status.conditions).toEqual([
    { type: 'Ready', status: 'False', reason: 'ComponentsNotReady', message: '1 components not ready', lastUpdateTime: '2026-01-02T00:00:00Z', lastTransitionTime: '2026-01-02T00:00:00Z' },
    { type: 'Error', status: 'False', reason: 'NoError', message: '', lastUpdateTime: '2026-01-02T00:00:00Z', lastTransitionTime: '2026-01-02T00:00:00Z' },
  ]);
  expect(plan([part('a'), ending], { application: { ...application, status }, now: NOW + 60_000 }).status).toEqual(status);
});

it.each([
  ['a kind that nobody knows', { problems: ['The cluster does not serve the kind Nothing.'] }, 'The cluster does not serve the kind Nothing.'],
  ['a selector that says nothing certain', { application: { ...application, spec: { ...application.spec, selector: { matchExpressions: [{ key: 'app', operator: 'Is' }] } } } }, 'spec.selector has the operator "Is"; it has to be In, NotIn, Exists or DoesNotExist: nothing is selected.'],
  ['no selector', { application: { ...application, spec: { componentKinds: [] } } }, 'spec.selector is missing: it has no components.'],
])('says what it could not see: %s', (_, more, message) => {
  expect(plan([], more).status.conditions).toMatchObject([{ type: 'Ready', status: 'Unknown' }, { type: 'Error', status: 'True', message }]);
});
