import { type ListenAddress, type RunningPart, type StartPart, addressText } from '@tidegate/kernel';
import { EventRecorder, InformerSet, type KubeClient, type Pod, keyFor, keyOf, kinds } from '@tidegate/kube';
import { type PodAutoscaler, type Wake, REVISION_LABEL, REVISION_UID_LABEL, podAutoscalers, revisions } from '@tidegate/serving-contract';
import { type ColdStart, type HoldBounds, HoldMetrics, Holds, PodProber, createCheckServer, viewPod } from '@tidegate/serving-hold';
import type { RequestEvents } from '@tidegate/signals';
import { listen } from './listen.js';

export interface ActivatorOptions {
  client: KubeClient;
  /** Where proxies ask. */
  listen: ListenAddress;
  wake: Wake;
  requestEvents: RequestEvents;
  /** Requests that may wait, for one revision and for all; default 10,000 and 50,000. */
  bounds?: HoldBounds;
  /** Tells every client that waited for a pod where the time went, in the header x-tidegate-cold-start; default only for revisions that ask for it. */
  coldStartHeader?: boolean;
}

const BOUNDS: HoldBounds = { perRevision: 10_000, total: 50_000 };

/**
 *   proxy ── Check ──► Holds ──(no pod)──► Wake ──► pods ──► asked until they serve ──► answer with an address ──► proxy
 *                        ▲                                                                   │
 *                        └── slots freed by the access log's ends ◄── request on the pod ◄───┘
 *
 * Holds nothing but memory: after a restart proxies have answered who waited with 503, and what is in flight is learnt from the access log.
 */
export const startActivator: StartPart<ActivatorOptions> = async (context, options): Promise<RunningPart> => {
  const { clock, log, registry } = context;
  const { client, listen: address, wake, requestEvents, bounds = BOUNDS, coldStartHeader = false } = options;
  const informers = new InformerSet(client, { clock, log });
  const pods = informers.informer(kinds.pods, { labelSelector: REVISION_LABEL });
  const autoscalers = informers.informer(podAutoscalers);
  const recorder = new EventRecorder({ client, component: 'tidegate.dev/activator', clock, log });
  const prober = new PodProber({ clock, onReady: (key) => holds.podServes(key) });
  const holds = new Holds({
    clock,
    wake,
    bounds,
    metrics: new HoldMetrics(registry),
    coldStartHeader,
    onColdStart: (coldStart) => recordColdStart(recorder, autoscalers.get(coldStart.namespace, coldStart.revision), coldStart),
    watchPod: (key, ask) => prober.watch(key, ask),
    forgetPod: (key) => prober.forget(key),
  });
  pods.onChange(({ type, object }) => {
    const key = revisionKeyOf(object);
    if (key) holds.setPod(key, object.metadata?.name ?? '', type === 'removed' ? undefined : viewPod(object));
  });
  autoscalers.onChange(({ type, object }) => holds.setAutoscaler(keyOf(object), type === 'removed' ? undefined : object));
  const events = requestEvents.subscribe({ events: (batch) => holds.events(batch), lost: () => holds.eventsLost() });
  const server = createCheckServer(
    (check, answer) => holds.check(check, answer),
    (slots) => holds.slotsEnded(slots),
  );
  let stopped = false;
  const listening = { stop: (): Promise<void> => Promise.resolve() };
  informers.synced().then(
    () => holds.objectsSynced(),
    // Only stop() ends the caches before they are filled.
    () => undefined,
  );
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    holds.stop();
    events.close();
    prober.stop();
    informers.stop();
    // Answers that were given just now still have to go out.
    await new Promise<void>((resolve) => {
      const cancel = clock.after(500, resolve);
      server.tryShutdown(() => {
        cancel();
        resolve();
      });
    });
    server.forceShutdown();
    await listening.stop();
    await recorder.flush();
  };
  const opened = await listen(server, address, log).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  listening.stop = opened.stop;
  log.info({ address: addressText(address) }, 'the activator listens');
  return {
    name: 'activator',
    notReady: () => informers.notSynced().map((plural) => `the activator has not read ${plural} yet`),
    stop,
  };
};

function revisionKeyOf(pod: Pod): string | undefined {
  const { namespace, labels } = pod.metadata ?? {};
  const revision = labels?.[REVISION_LABEL];
  return revision === undefined ? undefined : keyFor(namespace, revision);
}

function recordColdStart(
  recorder: EventRecorder,
  autoscaler: PodAutoscaler | undefined,
  { namespace, revision, pod, ms, parts, waiting }: ColdStart,
): void {
  const uid = autoscaler?.metadata?.labels?.[REVISION_UID_LABEL];
  const metadata = { namespace, name: revision, ...(uid === undefined ? {} : { uid }) };
  recorder.record(
    { apiVersion: `${revisions.group}/${revisions.version}`, kind: revisions.kind, metadata },
    {
      type: 'Normal',
      reason: 'ColdStart',
      message:
        `pod ${pod} took the first of ${waiting} waiting requests after ${Math.round(ms)} ms: ${Math.round(parts.scheduleMs)} until the pod was there, ` +
        `${Math.round(parts.startMs)} until its program ran, ${Math.round(parts.readyMs)} until it answered`,
    },
  );
}
