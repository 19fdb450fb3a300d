import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import type { Reconciled } from '@tidegate/kube';
import { planRevision } from '@tidegate/serving-autoscale';
import { HPA_CLASS, KPA_CLASS } from '@tidegate/serving-config';
import { type ApplyContext, applyPlan, growNow, record, writeStatus } from './apply-plan.js';
import type { Decider } from './decider.js';
import type { RevisionGatherer } from './gather-revision.js';
import { HPA_LOOK_MS, reconcileHpa } from './reconcile-hpa.js';

export interface ReconcilerContext {
  clock: Clock;
  log: Logger;
  gatherer: RevisionGatherer;
  decider: Decider;
  apply: ApplyContext;
  isMine(key: string): boolean;
}

/** gather -> plan -> apply for one PodAutoscaler. */
export class RevisionReconciler {
  constructor(private readonly context: ReconcilerContext) {}

  async reconcile(key: string): Promise<Reconciled> {
    const { gatherer, decider, isMine, apply, clock } = this.context;
    const gathered = gatherer.gather(key);
    if (!gathered) return decider.forget(key);
    if (!isMine(key)) return decider.handOver(key);
    const now = clock.now();
    switch (gathered.settings.class) {
      case KPA_CLASS: {
        const observed = gatherer.observe(key, gathered, now);
        const { bypassedBy, desired, replicas = 0 } = observed;
        if (bypassedBy !== undefined && desired === 0 && replicas > 0)
          record(apply, gathered.pa, { reason: 'KeptAwake', service: bypassedBy });
        const plan = planRevision(observed, now);
        await applyPlan(apply, key, gathered.pa, plan);
        return plan.lookAgainInMs === undefined ? undefined : { againInMs: plan.lookAgainInMs };
      }
      case HPA_CLASS: {
        const status = await reconcileHpa(apply.client, gatherer.observe(key, gathered, now), now);
        await writeStatus(apply, gathered.pa, { status });
        return { againInMs: HPA_LOOK_MS };
      }
      default:
        // Somebody else's class.
        return undefined;
    }
  }

  /** What a waiting request needs, without waiting for a worker. What fails is tried again by the next reconcile. */
  grow(key: string, waiting: number): void {
    const { gatherer, apply, clock, log } = this.context;
    const gathered = gatherer.gather(key);
    if (!gathered) return;
    record(apply, gathered.pa, { reason: 'WokenUp', waiting });
    const plan = planRevision(gatherer.observe(key, gathered, clock.now()), clock.now());
    growNow(apply, key, gathered.pa, plan).catch((error: unknown) =>
      log.warn({ revision: key, error: causeChain(error) }, 'a revision was not woken'),
    );
  }
}
