import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type ListenAddress, type RunningPart, type StartPart, addressText } from '@tidegate/kernel';
import { EventRecorder, InformerSet, type KubeClient, type Pod, keyFor, keyOf, kinds } from '@tidegate/kube';
import { type PodAutoscaler, type Wake, REVISION_LABEL, REVISION_UID_LABEL, podAutoscalers, revisions } from '@tidegate/serving-contract';
import {
  AskingRequests,
  type ColdStart,
  type HoldAnswer,
  type HoldBounds,
  HoldMetrics,
  HoldSharing,
  Holds,
  PodProber,
  type ShareOptions,
  createCheckServer,
  viewPod,
} from '@tidegate/serving-hold';
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
  /** Several replicas share revisions that have a limit: each such revision's slots are granted by one of them. Without it there is one. */
  peers?: Omit<ShareOptions, 'identity'> & { identity?: string | undefined };
}

/** Within the 30 s that a pod has to end, with its preStop and the hand-over to others. */
const DRAIN_MS = 12_000;
/** Until proxies have heard that they should ask elsewhere. */
const HEARD_MS = 500;
const DRAIN_LOOK_MS = 50;
const LAST_ANSWERS_MS = 500;
const BOUNDS: HoldBounds = { perRevision: 10_000, total: 50_000 };

/**
 *   proxy ── Check ──► Holds ──(no pod)──► Wake ──► pods ──► asked until they serve ──► answer with an address ──► proxy
 *                        ▲                                                                   │
 *                        └── slots freed by the access log's ends ◄── request on the pod ◄───┘
 *
 * Holds nothing but memory: after a restart proxies have answered who waited with 503, and what is in flight is learnt from the access log. Of
 * several replicas (`peers`) each hears some of the proxies: `SharedHolds` stands before Holds then.
 */
export const startActivator: StartPart<ActivatorOptions> = async (context, options): Promise<RunningPart> => {
  const { clock, log, registry } = context;
  const { client, listen: address, wake, requestEvents, bounds = BOUNDS, coldStartHeader = false, peers } = options;
  const informers = new InformerSet(client, { clock, log });
  const pods = informers.informer(kinds.pods, { labelSelector: REVISION_LABEL });
  const autoscalers = informers.informer(podAutoscalers);
  const recorder = new EventRecorder({ client, component: 'tidegate.dev/activator', clock, log });
  const prober = new PodProber({ clock, onReady: (key) => holds.podServes(key) });
  const holds: Holds = new Holds({
    clock,
    wake,
    bounds,
    metrics: new HoldMetrics(registry),
    coldStartHeader,
    onColdStart: (coldStart) => recordColdStart(recorder, autoscalers.get(coldStart.namespace, coldStart.revision), coldStart),
    watchPod: (key, ask) => prober.watch(key, ask),
    forgetPod: (key) => prober.forget(key),
    mayGrant: (key) => !peers || (sharing?.holds.mayGrant(key) ?? false),
  });
  let sharing: HoldSharing | undefined;
  if (peers) {
    const identity = peers.identity ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
    const parts = { client, informers, here: holds, bounds, clock, log, registry };
    sharing = await HoldSharing.listen(parts, { ...peers, identity }).catch((error: unknown) => {
      holds.stop();
      informers.stop();
      throw error;
    });
  }
  const front = sharing?.holds ?? holds;
  pods.onChange(({ type, object }) => {
    const key = revisionKeyOf(object);
    if (key) holds.setPod(key, object.metadata?.name ?? '', type === 'removed' ? undefined : viewPod(object));
  });
  autoscalers.onChange(({ type, object }) => {
    const key = keyOf(object);
    const before = holds.limitOf(key);
    holds.setAutoscaler(key, type === 'removed' ? undefined : object);
    if (before !== holds.limitOf(key)) sharing?.holds.objectsChanged(key);
  });
  const asking = new AskingRequests();
  /** Questions without an answer. */
  let open = 0;
  const events = requestEvents.subscribe({
    events: (batch) => {
      front.events(batch);
      front.slotsEnded(asking.unused(batch));
    },
    lost: () => front.eventsLost(),
  });
  const server = createCheckServer(
    (check, give) => {
      const { request } = check;
      let isOpen = true;
      open += 1;
      const close = (): void => {
        open -= Number(isOpen);
        isOpen = false;
      };
      const answer = (given: HoldAnswer): void => {
        close();
        give(given);
      };
      const leaving = (takeBack: () => void) => (): void => {
        close();
        takeBack();
      };
      if (request === undefined) return leaving(front.check(check, answer));
      let leave = (): void => undefined;
      asking.asks(request, keyFor(check.namespace, check.revision), () => leave());
      const takeBack = front.check(check, (given) => {
        if ('granted' in given) asking.granted(request, given.granted.slot);
        else asking.over(request);
        answer(given);
      });
      return (leave = leaving(takeBack));
    },
    (slots) => front.slotsEnded(slots),
  );
  /** Proxies ask elsewhere from now on, and whoever waits here gets what it waits for as before. */
  const drain = async (): Promise<void> => {
    listening.drain(DRAIN_MS);
    const begun = clock.monotonic();
    const takes = (): number => clock.monotonic() - begun;
    while (takes() < HEARD_MS || (open > 0 && takes() < DRAIN_MS)) await new Promise<void>((resolve) => clock.after(DRAIN_LOOK_MS, resolve));
  };
  let stopped = false;
  const listening = { drain: (_graceMs: number): void => undefined, stop: (): Promise<void> => Promise.resolve() };
  informers.synced().then(
    () => {
      holds.objectsSynced();
      sharing?.join();
    },
    // Only stop() ends the caches before they are filled.
    () => undefined,
  );
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    if (sharing?.hasOthers) await drain();
    await sharing?.stop();
    holds.stop();
    events.close();
    prober.stop();
    informers.stop();
    // Answers that were given just now still have to go out.
    await new Promise<void>((resolve) => {
      const cancel = clock.after(LAST_ANSWERS_MS, resolve);
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
  listening.drain = opened.drain;
  listening.stop = opened.stop;
  log.info({ address: addressText(address) }, 'the activator listens');
  return {
    name: 'activator',
    notReady: () => [
      ...informers.notSynced().map((plural) => `the activator has not read ${plural} yet`),
      ...(sharing && !sharing.hasJoined ? ['the activator is not known to its other replicas yet'] : []),
    ],
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
