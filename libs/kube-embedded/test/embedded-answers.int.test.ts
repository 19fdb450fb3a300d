import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { EventRecorder, InformerSet, KubeClient } from '@tidegate/kube';
import type { ApiHooks } from '../src/api/api-options.js';
import { servicePlace } from '../src/cluster/proxy-places.js';
import { startDisruptionController } from '../src/controllers/disruption-controller.js';
import { startNamespaceController } from '../src/controllers/namespace-controller.js';
import { startNamespaceDefaultsController } from '../src/controllers/namespace-defaults-controller.js';
import { startClaimController, startVolumeController } from '../src/controllers/volume-controllers.js';
import { startEmbeddedApi, type EmbeddedApi } from '../src/server/start-embedded-api.js';
import { managersInOrder } from './differential/normalize.js';
import { endpointOf, rawCall, type Endpoint } from './differential/raw-call.js';
import { runScenario } from './differential/run-scenario.js';
import { beforeAllScenarios, scenarios } from './differential/scenarios.js';

/** Logs are served by whoever runs the pods; what does not exist is refused before it is asked. */
const special = { '/pods/log': () => Promise.reject(new Error('no pod runs here')) };

/** Nobody listens here. */
const proxies: ApiHooks['proxies'] = {
  '/pods/proxy': () => ({ host: '127.0.0.1', port: 1 }),
  '/services/proxy': ({ object, id, port }) => servicePlace(object, [], port, id),
};

let dir: string;
let api: EmbeddedApi;
let endpoint: Endpoint;
let informers: InformerSet;
let controllers: { stop(): Promise<void> | void }[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidegate-answers-'));
  api = await startEmbeddedApi({ dir, port: 0, clock: systemClock, log: silentLogger, hooks: { special, proxies, givesAccounts: true } });
  const client = new KubeClient(api.transport('controllers', ['system:masters']), { fieldManager: 'controllers' });
  informers = new InformerSet(client, { clock: systemClock, log: silentLogger });
  const events = new EventRecorder({ client, component: 'test', instance: 'test', clock: systemClock, log: silentLogger });
  const context = { client, informers, events, clock: systemClock, log: silentLogger };
  controllers = [
    startNamespaceController(context, () => undefined),
    startNamespaceDefaultsController(context, api.caPem),
    startDisruptionController(context),
    startClaimController(context, join(dir, 'claims')),
    startVolumeController(context, join(dir, 'claims')),
  ];
  endpoint = endpointOf(await api.issueKubeconfig('admin', ['system:masters']));
  for (const call of beforeAllScenarios) await rawCall(endpoint, call);
});
afterAll(async () => {
  for (const controller of controllers) await controller.stop();
  informers.stop();
  await api.stop();
  await rm(dir, { recursive: true, force: true });
});

/** The expected answers were recorded from a real API server by real-answers.int.test.ts; never rewrite them from here. */
it.each(scenarios)('answers as Kubernetes does: $name', async (scenario) => {
  const file = join(import.meta.dirname, '..', 'testdata', 'kubernetes-answers', `${scenario.name.replace(/[ ,]+/g, '-')}.json`);

  const recorded = JSON.parse(await readFile(file, 'utf8')) as unknown;
  const answered = JSON.parse(JSON.stringify(await runScenario(endpoint, scenario))) as unknown;
  expect(managersInOrder(answered)).toEqual(managersInOrder(recorded));
});
