import { ACTION_ANNOTATION, releases } from '@tidegate/delivery-contract';
import { kinds, type ApiRequest, type ApiResponse } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { NAMESPACE, Stage, answered } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.service();
  await stage.deployment('v1');
});
afterEach(() => stage.close());

const copy = { candidate: 'v2', candidatePatch: { image: 'reviews:2' }, apply: 'Immediately' as const };
const outage = (message: string): ApiResponse => ({
  status: 500,
  body: { kind: 'Status', status: 'Failure', reason: 'InternalError', message, code: 500 },
});

/** Refuses the first two calls that match, as an API server in trouble does. */
function refuseTwice(method: string, path: RegExp): { refuse: (request: ApiRequest) => ApiResponse | undefined; refused: () => number } {
  let refused = 0;
  return {
    refuse: (request) => {
      if (request.method !== method || !path.test(request.path) || refused === 2) return undefined;
      refused++;
      return outage('the disk is full');
    },
    refused: () => refused,
  };
}

it.each([
  ['the finalizer', 'PATCH', /\/strategies\/reviews$/],
  ['the release', 'POST', /\/releases$/],
  ['the copy', 'PATCH', /\/deployments\/reviews-v2$/],
  ['a per-version Service', 'PATCH', /\/services\/reviews-version-v2$/],
  ['the route', 'PATCH', /\/httproutes\//],
  ["the release's status", 'PUT', /\/releases\/.*\/status$/],
  ["the Strategy's status", 'PUT', /\/strategies\/.*\/status$/],
  ['taking a hand off', 'PATCH', /\/releases\/[^/]+$/],
  ['removing a Service', 'DELETE', /\/services\//],
])('ends the release although writing %s was refused twice', async (_, method, path) => {
  const { refuse, refused } = refuseTwice(method, path);
  await stage.strategy(copy);
  await stage.startController('one', refuse);
  const name = await waitFor('the release began', async () => (await stage.release())?.metadata?.name);
  await stage.client.patch(releases, name, NAMESPACE, {
    type: 'merge',
    body: { metadata: { annotations: { [ACTION_ANNOTATION]: 'promote' } } },
  });
  // A hand that comes before the candidate is ready is answered and has to be repeated.
  await waitFor(
    'it is promoted',
    async () => {
      const release = await stage.release();
      if (release?.status?.phase === 'Promoted') return true;
      if (release && release.metadata?.annotations?.[ACTION_ANNOTATION] === undefined) {
        await stage.client.patch(releases, name, NAMESPACE, {
          type: 'merge',
          body: { metadata: { annotations: { [ACTION_ANNOTATION]: 'promote' } } },
        });
      }
      return false;
    },
    20_000,
  );
  await waitFor(
    'nothing of v1 is left in the routes',
    async () => (await stage.client.get(kinds.services, 'reviews-version-v1', NAMESPACE)) === undefined,
    20_000,
  );
  expect(refused()).toBe(2);
  expect((await stage.client.list(releases, { namespace: NAMESPACE })).items).toHaveLength(1);
});

it('writes the route back even while the decision cannot be saved', async () => {
  let broken = false;
  await stage.strategy(copy);
  await stage.startController('one', (request) =>
    broken && request.method === 'PUT' && /\/releases\/.*\/status$/.test(request.path) ? outage('the disk is full') : undefined,
  );
  await waitFor(
    'the weight is live',
    async () => (await stage.release())?.status?.liveSince !== undefined && (await stage.release())?.status?.weight === 5,
  );
  const second = Math.floor(Date.now() / 1000) + 1;
  await waitFor('a live second has begun', () => Date.now() / 1000 > second);
  broken = true;
  stage.signals.send({ type: 'partial', atMs: Date.now(), versions: [answered('v2', 8, 8), answered('v1', 150, 0)] });
  await waitFor('no request goes to v2', () => stage.weights.at(-1) === 0);
  expect((await stage.release())?.status?.phase).not.toBe('RolledBack');
  broken = false;
  await stage.waitForPhase('RolledBack');
});
