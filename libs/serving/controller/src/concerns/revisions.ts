import { toUserText } from '@tidegate/kernel';
import { keyFor, keyOf, splitKey, startController, type KubeObject } from '@tidegate/kube';
import { REVISION_LABEL, deploymentNameFor, revisions } from '@tidegate/serving-contract';
import { planRevision } from '@tidegate/serving-plan';
import { applyPlan, isRefusal } from '../apply-plan.js';
import { BY_REVISION } from '../caches.js';
import { BACKOFF, type Concern, type ConcernContext } from '../concern.js';
import type { DigestKeeper } from '../digests/digest-keeper.js';

/** Revision ─► Deployment, Service, TrafficPolicy, PodAutoscaler. */
export function startRevisions(context: ConcernContext, digests: DigestKeeper): Concern {
  const { observed, settings, clock, log, registry } = context;
  const { caches } = observed;
  const controller = startController({
    name: 'serving.revision',
    clock,
    log,
    registry,
    backoff: BACKOFF,
    watches: [
      { informer: caches.revisions, toKeys: (r) => [keyOf(r)] },
      { informer: caches.deployments, toKeys: revisionOf },
      { informer: caches.podAutoscalers, toKeys: (pa) => [keyOf(pa)] },
      { informer: caches.kubeServices, toKeys: revisionOf },
      { informer: caches.policies, toKeys: revisionOf },
      { informer: caches.pods, toKeys: revisionOf },
    ],
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const revision = observed.get(caches.revisions, namespace, name);
      if (!revision || revision.metadata?.deletionTimestamp !== undefined) return digests.forget(key);
      const seen = {
        revision,
        deployment: observed.get(caches.deployments, namespace, deploymentNameFor(name)),
        service: observed.get(caches.kubeServices, namespace, name),
        podAutoscaler: observed.get(caches.podAutoscalers, namespace, name),
        policy: observed.get(caches.policies, namespace, name),
        pods: caches.pods.byIndex(BY_REVISION, key),
        resolved: digests.resolvedFor(key),
      };
      const plan = planRevision(seen, settings.current(), clock.now());
      digests.resolve(revision, plan.resolve);
      await applyPlan(context, { kind: revisions, object: revision }, plan, (failure) =>
        isRefusal(failure) ? planRevision({ ...seen, refusal: toUserText(failure) }, settings.current(), clock.now()) : undefined,
      );
      return plan.lookAgainInMs === undefined ? undefined : { againInMs: plan.lookAgainInMs };
    },
  });
  digests.onNews((key) => controller.enqueue(key));
  return { controller, keysOfSettings: () => caches.revisions.list().map(keyOf) };
}

function revisionOf(child: KubeObject): string[] {
  const revision = child.metadata?.labels?.[REVISION_LABEL];
  return revision === undefined ? [] : [keyFor(child.metadata?.namespace, revision)];
}
