import { toUserText, unreachable } from '@tidegate/kernel';
import {
  isAlreadyExists,
  isConflict,
  isNotFound,
  kinds,
  type EventRecorder,
  type KubeClient,
  type Kind,
  type KubeObject,
  type WrittenObjects,
} from '@tidegate/kube';
import {
  ACTION_ANNOTATION,
  ACTION_BY_ANNOTATION,
  ACTION_REASON_ANNOTATION,
  DELIVERY_MANAGER,
  EVENTS,
  HANDS_OFF_ANNOTATION,
  MADE_BY_ANNOTATION,
  MADE_FROM_ANNOTATION,
  STRATEGY_FINALIZER,
  STRATEGY_LABEL,
  releases,
  strategies,
  type EventReason,
  type Release,
  type Strategy,
} from '@tidegate/delivery-contract';
import type { Action, Observed, Plan, WorkloadKind } from '@tidegate/delivery-plan';
import { httpRoutes, otherManagers, type HttpRoute } from '@tidegate/traffic-router';
import { isOwnedBy, type StrategyGatherer } from './gather-strategy.js';

export interface ApplyContext {
  client: KubeClient;
  written: WrittenObjects;
  gatherer: StrategyGatherer;
  recorder: EventRecorder;
  /** 256 random bits as hex. */
  randomKey: () => string;
  onEvent: (reason: EventReason) => void;
  onRouteWritten: () => void;
}

/**
 * The only writer. Actions are done in the plan's order, and a failure ends the plan: the next one begins from what is
 * then there. One exception: when traffic must leave a version now, the route is written even if the decision could not
 * be saved; the judge still holds it, and the next plan saves it.
 */
export async function applyPlan(context: ApplyContext, observed: Observed, plan: Plan): Promise<void> {
  let unsaved: unknown;
  for (const action of plan.actions) {
    try {
      await applyAction(context, observed, action);
    } catch (error) {
      if (isConflict(error) && !(plan.urgent && action.do === 'write-release-status')) throw error;
      tellRefusal(context, observed.strategy, action, error);
      if (!(plan.urgent && action.do === 'write-release-status')) throw error;
      unsaved = error;
    }
  }
  if (unsaved !== undefined) throw unsaved;
}

/** A write that fails again and again is something a person must hear about, not only the log. */
function tellRefusal(context: ApplyContext, strategy: Strategy, action: Action, error: unknown): void {
  if (isConflict(error)) return;
  const message = `${action.do.replaceAll('-', ' ')} failed: ${toUserText(error)}`;
  context.recorder.record(strategy, { type: 'Warning', reason: 'Blocked', message });
}

async function applyAction(context: ApplyContext, observed: Observed, action: Action): Promise<void> {
  const { client, written } = context;
  const namespace = observed.strategy.metadata?.namespace ?? '';
  switch (action.do) {
    case 'add-finalizer':
      return setFinalizers(context, observed.strategy, [...(observed.strategy.metadata?.finalizers ?? []), STRATEGY_FINALIZER]);
    case 'remove-finalizer':
      return setFinalizers(
        context,
        observed.strategy,
        (observed.strategy.metadata?.finalizers ?? []).filter((f) => f !== STRATEGY_FINALIZER),
      );
    case 'make-keys':
      return makeKeys(context, observed, action.secret);
    case 'create-release':
      return createRelease(context, observed, action.release);
    case 'write-release-status': {
      const release = context.gatherer.release(namespace, action.release);
      if (release) written.note(releases, await client.replaceStatus(releases, { ...release, status: action.status }));
      return;
    }
    case 'clear-hand':
      return clearHand(context, namespace, action.release);
    case 'write-strategy-status': {
      const strategy = context.gatherer.strategy(namespace, observed.strategy.metadata?.name ?? '');
      if (strategy) written.note(strategies, await client.replaceStatus(strategies, { ...strategy, status: action.status }));
      return;
    }
    case 'make-workload': {
      const { workload } = action;
      if (workload.kind === 'Deployment') await client.apply(kinds.deployments, workload.object);
      else await client.apply(kinds.statefulSets, workload.object);
      return;
    }
    case 'scale-workload':
      await client.patch(workloadKind(action.kind), action.name, namespace, {
        type: 'merge',
        body: { spec: { replicas: action.replicas } },
      });
      return;
    case 'hand-over-workload':
      return handOver(client, namespace, action);
    case 'remove-workload':
      return client.delete(workloadKind(action.kind), action.name, namespace, { uid: action.uid, propagationPolicy: 'Background' });
    case 'apply-service':
      written.note(kinds.services, await client.apply(kinds.services, action.object));
      return;
    case 'restore-route':
      await tellWhoEdited(context, observed.strategy, action.object);
      return applyRoute(context, action.object);
    case 'apply-route':
      return applyRoute(context, action.object);
    case 'remove-service':
      written.forget(kinds.services, namespace, action.name);
      return client.delete(kinds.services, action.name, namespace);
    case 'remove-route':
      written.forget(httpRoutes, namespace, action.name);
      return client.delete(httpRoutes, action.name, namespace);
    case 'delete-release':
      return client.delete(releases, action.name, namespace);
    case 'event':
      return recordEvent(context, observed, action);
    default:
      return unreachable(action);
  }
}

async function applyRoute({ client, written, onRouteWritten }: ApplyContext, object: HttpRoute): Promise<void> {
  written.note(httpRoutes, await client.apply(httpRoutes, object));
  onRouteWritten();
}

async function setFinalizers({ client, written }: ApplyContext, strategy: Strategy, finalizers: string[]): Promise<void> {
  const { name = '', namespace, resourceVersion } = strategy.metadata ?? {};
  try {
    const body = { metadata: { finalizers, resourceVersion } };
    written.note(strategies, await client.patch(strategies, name, namespace, { type: 'merge', body }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (finalizers.length === 0) written.forget(strategies, namespace ?? '', name);
}

/** Made once and kept: a new key would send every user of a cohort through the weights again. */
async function makeKeys({ client, randomKey }: ApplyContext, observed: Observed, name: string): Promise<void> {
  const { metadata } = observed.strategy;
  const { namespace } = metadata ?? {};
  const existing = await client.get(kinds.secrets, name, namespace);
  const data = { cohort: existing?.data?.['cohort'] ?? encoded(randomKey()), preview: existing?.data?.['preview'] ?? encoded(randomKey()) };
  if (existing) {
    await client.patch(kinds.secrets, name, namespace, { type: 'merge', body: { data } });
    return;
  }
  const owner = { apiVersion: 'delivery.tidegate.dev/v1alpha1', kind: 'Strategy', name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
  const labels = { [STRATEGY_LABEL]: metadata?.name ?? '' };
  await createUnlessThere(
    async () =>
      void (await client.create(kinds.secrets, { metadata: { name, namespace, labels, ownerReferences: [owner] }, type: 'Opaque', data })),
  );
}

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** Ours from an earlier try is fine; one of a Strategy that had this name before has to be collected first. */
async function createRelease({ client, written }: ApplyContext, observed: Observed, release: Release): Promise<void> {
  try {
    written.note(releases, await client.create(releases, release));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const existing = await client.get(releases, release.metadata?.name ?? '', release.metadata?.namespace);
    if (!existing || !isOwnedBy(existing, observed.strategy)) throw error;
    written.note(releases, existing);
  }
}

async function createUnlessThere(create: () => Promise<void>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/** Refused when another hand came meanwhile: that one is looked at first. */
async function clearHand({ client, written, gatherer }: ApplyContext, namespace: string, name: string): Promise<void> {
  const resourceVersion = gatherer.release(namespace, name)?.metadata?.resourceVersion;
  const annotations = { [ACTION_ANNOTATION]: null, [ACTION_BY_ANNOTATION]: null, [ACTION_REASON_ANNOTATION]: null };
  const body = { metadata: { annotations, resourceVersion } };
  written.note(releases, await client.patch(releases, name, namespace, { type: 'merge', body }));
}

/** The copy becomes an ordinary workload: no owner that would take it along. */
async function handOver(client: KubeClient, namespace: string, action: Extract<Action, { do: 'hand-over-workload' }>): Promise<void> {
  const annotations = { [MADE_BY_ANNOTATION]: null, ...(action.keepOrigin ? {} : { [MADE_FROM_ANNOTATION]: null }) };
  const labels = action.keepOrigin ? {} : { [STRATEGY_LABEL]: null };
  const body = { metadata: { ownerReferences: null, annotations, labels } };
  await client.patch(workloadKind(action.kind), action.name, namespace, { type: 'merge', body });
}

function workloadKind(kind: WorkloadKind): Kind<KubeObject> {
  return kind === 'Deployment' ? kinds.deployments : kinds.statefulSets;
}

async function tellWhoEdited(context: ApplyContext, strategy: Strategy, wanted: HttpRoute): Promise<void> {
  const { name = '', namespace } = wanted.metadata ?? {};
  // Caches do not keep managedFields; this is rare enough to ask.
  const seen = await context.client.get(httpRoutes, name, namespace);
  const others = seen ? otherManagers(seen, DELIVERY_MANAGER) : [];
  const who = others.length === 0 ? 'somebody else' : others.join(', ');
  const message = `Route ${name} was changed by ${who} and is restored. To route by hand, annotate it ${HANDS_OFF_ANNOTATION}=true.`;
  context.recorder.record(strategy, { type: EVENTS.RouteRestored, reason: 'RouteRestored', message });
  context.onEvent('RouteRestored');
}

function recordEvent(context: ApplyContext, observed: Observed, action: Extract<Action, { do: 'event' }>): void {
  const { on, reason, message } = action;
  const release = on.kind === 'Release' ? context.gatherer.release(observed.strategy.metadata?.namespace ?? '', on.name) : undefined;
  const regarding: KubeObject = release ? { ...release, apiVersion: 'delivery.tidegate.dev/v1alpha1', kind: 'Release' } : observed.strategy;
  context.recorder.record(regarding, { type: EVENTS[reason], reason, message });
  context.onEvent(reason);
}
