import { ACTION_ANNOTATION, ACTION_BY_ANNOTATION, releases, strategies } from '@tidegate/delivery-contract';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { httpRoutes } from '@tidegate/traffic-router';
import { NAMESPACE, Stage, answered } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.service();
  await stage.deployment('v1');
});
afterEach(() => stage.close());

const copy = { candidate: 'v2', candidatePatch: { image: 'reviews:2' } };
const isOver = async (): Promise<boolean> => (await stage.release())?.status?.finishedAt !== undefined;

it('makes, promotes and hands over a good version', async () => {
  await stage.strategy(copy);
  await stage.startController();
  await stage.traffic({}, isOver);
  const release = await stage.waitForPhase('Promoted');
  expect(release.status?.decision?.reason).toBe('Equivalent');
  expect(release.status?.verdict?.words).toContain('v2');
  expect(stage.weights).toEqual([500, 5000, 10_000]);
  const made = await waitFor('the copy is handed over', async () => {
    const found = await stage.client.get(kinds.deployments, 'reviews-v2', NAMESPACE);
    return found && (found.metadata?.ownerReferences ?? []).length === 0 ? found : undefined;
  });
  expect(made.spec?.template?.spec?.containers[0]?.image).toBe('reviews:2');
  const told = ['ReleaseStarted', 'CandidateMade', 'WeightChanged', 'Promoted'];
  await waitFor('every step was told', async () => {
    const reasons = (await stage.client.list(kinds.events, { namespace: NAMESPACE })).items.map((e) => e.reason ?? '');
    return told.every((reason) => reasons.includes(reason));
  });
});

it('takes a failing version away on a partial batch, and removes the copy', async () => {
  await stage.strategy(copy);
  await stage.startController();
  await waitFor(
    'the weight is live',
    async () => (await stage.release())?.status?.liveSince !== undefined && (await stage.release())?.status?.weight === 5,
  );
  const second = Math.floor(Date.now() / 1000) + 1;
  await waitFor('a live second has begun', () => Date.now() / 1000 > second);
  stage.signals.send({ type: 'partial', atMs: Date.now(), versions: [answered('v2', 8, 8), answered('v1', 150, 0)] });
  const release = await stage.waitForPhase('RolledBack');
  expect(release.status?.decision?.reason).toBe('Guardrail');
  expect(stage.weights).toEqual([500, 0]);
  await waitFor('the copy is gone', async () => (await stage.client.get(kinds.deployments, 'reviews-v2', NAMESPACE)) === undefined);
  expect(await stage.client.get(kinds.deployments, 'reviews-v1', NAMESPACE)).toBeDefined();
  expect(await stage.client.get(kinds.services, 'reviews-version-v2', NAMESPACE)).toBeUndefined();
});

it('goes on where it was after a restart, and keeps its judge', async () => {
  await stage.strategy({
    ...copy,
    steps: [
      { weight: 5, hold: '1s', gate: 'Manual' },
      { weight: 50, hold: '1s' },
    ],
  });
  await stage.startController();
  const waits = async (): Promise<boolean> =>
    (await stage.release())?.status?.reason === 'WaitsForApproval' && (await stage.release())?.status?.checkpoint !== undefined;
  await stage.traffic({}, waits);
  await stage.stopController();
  expect(stage.signals.subscribers).toBe(0);
  const before = await stage.release();
  await stage.startController('two');
  await waitFor('the judge listens again', () => stage.signals.subscribers === 1);
  const after = await stage.release();
  expect(after?.status).toMatchObject({ step: 0, weight: 5, phase: 'Holding', startedAt: before?.status?.startedAt });
  const name = after?.metadata?.name ?? '';
  await stage.client.patch(releases, name, NAMESPACE, {
    type: 'merge',
    body: { metadata: { annotations: { [ACTION_ANNOTATION]: 'promote', [ACTION_BY_ANNOTATION]: 'alice' } } },
  });
  await stage.traffic({}, isOver);
  const done = await stage.waitForPhase('Promoted');
  expect(done.status?.history?.some((h) => h.by === 'alice')).toBe(true);
  expect(done.metadata?.annotations?.[ACTION_ANNOTATION]).toBeUndefined();
});

it('waits while no proxy confirms, and says so', async () => {
  stage.routesGoLive = false;
  await stage.strategy(copy);
  await stage.startController();
  await waitFor('it says what it waits for', async () => (await stage.release())?.status?.message?.includes('no gateway has taken up'));
});

it('restores a route that somebody edits', async () => {
  await stage.strategy();
  await stage.startController();
  await waitFor('the route exists', () => stage.client.get(httpRoutes, 'reviews-traffic-9080', NAMESPACE));
  const weight = async (): Promise<number | undefined> =>
    (await stage.client.get(httpRoutes, 'reviews-traffic-9080', NAMESPACE))?.spec.rules?.[0]?.backendRefs?.length;
  await stage.client.patch(httpRoutes, 'reviews-traffic-9080', NAMESPACE, {
    type: 'json',
    body: [{ op: 'replace', path: '/spec/rules/0/backendRefs', value: [] }],
  });
  await waitFor('the backend is back', async () => (await weight()) === 1);
  const event = await waitFor('an event says who', async () =>
    (await stage.client.list(kinds.events, { namespace: NAMESPACE })).items.find((e) => e.reason === 'RouteRestored'),
  );
  expect(event.message).toContain('stage');
});

it('leaves nothing behind when the Strategy is deleted', async () => {
  await stage.strategy(copy);
  await stage.startController();
  await waitFor('the candidate has weight', async () => (await stage.release())?.status?.weight === 5);
  await stage.client.delete(strategies, 'reviews', NAMESPACE);
  await waitFor('the Strategy is gone', async () => (await stage.client.get(strategies, 'reviews', NAMESPACE)) === undefined, 20_000);
  expect((await stage.client.list(httpRoutes, { namespace: NAMESPACE })).items).toEqual([]);
  expect((await stage.client.list(kinds.services, { namespace: NAMESPACE })).items.map((s) => s.metadata?.name)).toEqual(['reviews']);
  expect((await stage.client.list(kinds.deployments, { namespace: NAMESPACE })).items.map((d) => d.metadata?.name)).toEqual(['reviews-v1']);
});

it('begins anew for a Strategy made again under its old name', async () => {
  await stage.strategy(copy);
  await stage.startController();
  const first = await waitFor('the first release', () => stage.release());
  await stage.client.delete(strategies, 'reviews', NAMESPACE);
  await waitFor('the Strategy is gone', async () => (await stage.client.get(strategies, 'reviews', NAMESPACE)) === undefined, 20_000);
  // Nobody collects here: the old Release stays until the test plays the collector.
  await stage.strategy(copy);
  await waitFor('the name is asked for', async () => (await stage.client.list(kinds.events, { namespace: NAMESPACE })).items.some((e) => e.message?.includes('already exists')));
  await stage.client.delete(releases, first.metadata?.name ?? '', NAMESPACE);
  await waitFor('a release of the new Strategy', async () => {
    const release = await stage.release();
    return release && release.metadata?.uid !== first.metadata?.uid && release.status?.phase !== undefined;
  });
});
