import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { PartContext, RunningPart, StartPart } from '@tidegate/kernel';
import { EventRecorder, KubeClient, LeaderElection, WrittenObjects } from '@tidegate/kube';
import { SERVING_MANAGER } from '@tidegate/serving-contract';
import { Observed, ServingCaches } from './caches.js';
import type { Concern, ConcernContext } from './concern.js';
import { startCollections } from './concerns/collections.js';
import { startConfigurations } from './concerns/configurations.js';
import { startDomainListeners } from './concerns/domain-listeners.js';
import { startDomainMappings } from './concerns/domain-mappings.js';
import { startRevisions } from './concerns/revisions.js';
import { startRoutes } from './concerns/routes.js';
import { startRoutingStates } from './concerns/routing-states.js';
import { startServices } from './concerns/services.js';
import { DigestKeeper } from './digests/digest-keeper.js';
import type { DigestResolver } from './digests/digest-resolver.js';
import { registryResolver } from './digests/registry-resolver.js';
import { SettingsStore, type PortsSource } from './settings-store.js';

export interface ServingOptions {
  client: KubeClient;
  /** Whom to ask which digest a tag stands for; `node`: the node says what it started. Default: the image's registry. */
  digests?: DigestResolver | 'node';
  /** The embedded cluster's table of bound ports, for the URLs of public hosts. */
  ports?: PortsSource;
  /** Namespace of the lease that decides who leads; default tidegate-system. */
  leaseNamespace?: string;
  /** Unique among the replicas; default host and process. */
  identity?: string | undefined;
}

/** Knative Serving: watches its kinds, decides, writes. One of several replicas leads; its caches are warm before it does. */
export const startServing: StartPart<ServingOptions> = async (context, options) => {
  const { clock, log } = context;
  const client = new KubeClient(options.client.transport, { fieldManager: SERVING_MANAGER });
  const caches = new ServingCaches(client, { clock, log });
  const { digests = registryResolver, ports } = options;
  const settings = new SettingsStore(
    caches.configMaps,
    caches.informers,
    { digestsFrom: digests === 'node' ? 'node' : 'registry', ...(ports ? { ports } : {}) },
    log,
  );
  const election = new LeaderElection({
    client,
    namespace: options.leaseNamespace ?? 'tidegate-system',
    name: 'tidegate-serving',
    identity: options.identity ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
    clock,
    log,
    onLeading: async (signal) => {
      // No decision from settings that are not read yet.
      await Promise.race([caches.informers.synced(), new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]);
      if (signal.aborted) return;
      const term = startTerm(context, client, caches, settings, digests === 'node' ? registryResolver : digests);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await term.stop();
    },
  });
  election.start();
  const part: RunningPart = {
    name: 'serving',
    notReady: () => caches.informers.notSynced().map((plural) => `serving has not listed ${plural} yet`),
    stop: async () => {
      await election.stop();
      settings.stop();
      caches.informers.stop();
    },
  };
  return part;
};

/** One term of leadership. Nothing is remembered that is not in objects, except what was just written and digests on their way. */
function startTerm(
  context: PartContext,
  client: KubeClient,
  caches: ServingCaches,
  settings: SettingsStore,
  resolver: DigestResolver,
): { stop(): Promise<void> } {
  const { clock, log, registry } = context;
  const written = new WrittenObjects(clock);
  const observed = new Observed(caches, written);
  const recorder = new EventRecorder({ client, component: 'tidegate.dev/serving', clock, log });
  const digests = new DigestKeeper({
    resolver,
    client,
    clock,
    log,
    timeoutMs: () => settings.current().config.deployment.digestResolutionTimeoutMs,
  });
  const shared: ConcernContext = { client, written, recorder, observed, settings, clock, log, registry };
  const concerns: Concern[] = [
    startServices(shared),
    startConfigurations(shared),
    startRevisions(shared, digests),
    startRoutes(shared),
    startRoutingStates(shared),
    startDomainMappings(shared),
    startDomainListeners(shared),
    startCollections(shared),
  ];
  const endSettings = settings.onChange(() => {
    for (const { controller, keysOfSettings } of concerns) for (const key of keysOfSettings()) controller.enqueue(key);
  });
  return {
    stop: async () => {
      endSettings();
      digests.stop();
      await Promise.all(concerns.map((c) => c.controller.stop()));
      observed.stop();
      await recorder.flush();
    },
  };
}
