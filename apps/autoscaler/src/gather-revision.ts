import { type Deployment, type Pod, type WrittenObjects, kinds, splitKey } from '@tidegate/kube';
import {
  type LoadBook,
  type ObservedPod,
  type ObservedRevision,
  type ScalingSettings,
  bypassingService,
  sinceOf,
} from '@tidegate/serving-autoscale';
import { type PodAutoscaler, type TrafficPolicy, podAutoscalers } from '@tidegate/serving-contract';
import { BY_NAMESPACE, BY_REVISION, type Caches } from './caches.js';
import type { Decider } from './decider.js';
import type { DrainWatch } from './drain-watch.js';
import { isLive, isParked, isReady } from './observed-pods.js';
import type { SettingsKeeper } from './settings-keeper.js';

export interface Gathered {
  pa: PodAutoscaler;
  settings: ScalingSettings;
}

/** The only reader of the caches for a revision's plan. */
export class RevisionGatherer {
  constructor(
    private readonly caches: Caches,
    private readonly written: WrittenObjects,
    private readonly settings: SettingsKeeper,
    private readonly decider: Decider,
    private readonly book: LoadBook,
    private readonly drains: DrainWatch,
  ) {}

  /** Undefined when there is none, or it is going. */
  gather(key: string): Gathered | undefined {
    const { namespace, name } = splitKey(key);
    const cached = this.caches.autoscalers.get(namespace, name);
    if (!cached || cached.metadata?.deletionTimestamp !== undefined) return undefined;
    const settings = this.settings.of(key, cached);
    return { pa: this.written.newest(podAutoscalers, namespace, name, cached) ?? cached, settings };
  }

  observe(key: string, { pa, settings }: Gathered, nowMs: number): ObservedRevision {
    const { namespace, name } = splitKey(key);
    const deployment = this.deployment(pa);
    const policy = this.policy(pa);
    const pods = this.pods(key);
    const labels = pods[0]?.metadata?.labels;
    return {
      pa,
      settings,
      desired: this.decider.desired(key),
      replicas: deployment && (deployment.spec?.replicas ?? 1),
      pods: pods.map((pod) => this.toObserved(key, pod, nowMs)),
      holding: sinceOf(findCondition(policy, 'Holding')),
      heldAlways: policy?.spec.hold?.when === 'Always' && findCondition(policy, 'Live')?.status === 'True',
      bypassedBy: labels && bypassingService(this.caches.services.byIndex(BY_NAMESPACE, namespace ?? ''), labels, name),
      serviceName: this.caches.services.get(namespace, name)?.metadata?.name,
    };
  }

  deployment(pa: PodAutoscaler): Deployment | undefined {
    const { namespace } = pa.metadata ?? {};
    const name = pa.spec.scaleTargetRef.name ?? '';
    return this.written.newest(kinds.deployments, namespace, name, this.caches.deployments.get(namespace, name));
  }

  /** Live pods, as they are known to be after our own writes. */
  pods(key: string): Pod[] {
    return this.caches.pods
      .byIndex(BY_REVISION, key)
      .flatMap((pod) => this.written.newest(kinds.pods, pod.metadata?.namespace, pod.metadata?.name ?? '', pod) ?? [])
      .filter(isLive);
  }

  /** The revision's Service, and so its policy, has the revision's name. */
  private policy(pa: PodAutoscaler): TrafficPolicy | undefined {
    return this.caches.policies.get(pa.metadata?.namespace, pa.metadata?.name ?? '');
  }

  private toObserved(key: string, pod: Pod, nowMs: number): ObservedPod {
    return {
      name: pod.metadata?.name ?? '',
      ready: isReady(pod),
      parked: isParked(pod),
      open: this.book.openAt(key, pod.status?.podIP ?? ''),
      drained: this.drains.hasDrained(key, pod, nowMs),
      createdMs: Date.parse(pod.metadata?.creationTimestamp ?? '') || 0,
    };
  }
}

/** What a policy says of its newest generation. */
function findCondition(policy: TrafficPolicy | undefined, type: string): { status: string; lastTransitionTime?: string } | undefined {
  if (policy?.status?.observedGeneration !== policy?.metadata?.generation) return undefined;
  return policy?.status?.conditions?.find((c) => c.type === type);
}
