import { kinds, type KubeClient, type Service, type WrittenObjects } from '@tidegate/kube';
import { releases, strategies, strategySpecSchema, type Release, type Strategy } from '@tidegate/delivery-contract';
import { keysSecretName, madeWorkloadName, type Evidence, type Observed } from '@tidegate/delivery-plan';
import { httpRoutes, type HttpRoute } from '@tidegate/traffic-router';
import type { Kind, KubeObject } from '@tidegate/kube';
import { gatherVersions } from '@tidegate/delivery-plan';
import { BY_NAMESPACE, BY_STRATEGY, type Caches } from './observed-objects.js';

export type Gathered =
  { found: 'nothing' } | { found: 'invalid'; strategy: Strategy; problems: string } | { found: 'strategy'; observed: Observed };

/**
 * The only reader of the caches. One Strategy with all that belongs to it:
 *
 *   Strategy ─► Service ─► Deployments, StatefulSets, pods with its selector, by version
 *       └─ label ─► Releases, per-version Services, HTTPRoutes
 */
export class StrategyGatherer {
  private readonly caches: Caches;
  private readonly written: WrittenObjects;
  private readonly client: KubeClient;
  constructor(caches: Caches, written: WrittenObjects, client: KubeClient) {
    this.caches = caches;
    this.written = written;
    this.client = client;
  }

  strategy(namespace: string, name: string): Strategy | undefined {
    return this.written.newest(strategies, namespace, name, this.caches.strategies.get(namespace, name));
  }

  release(namespace: string, name: string): Release | undefined {
    return this.written.newest(releases, namespace, name, this.caches.releases.get(namespace, name));
  }

  async gather(namespace: string, name: string, evidence?: Evidence): Promise<Gathered> {
    const strategy = this.strategy(namespace, name);
    if (!strategy) return { found: 'nothing' };
    const parsed = strategySpecSchema.safeParse(strategy.spec);
    if (!parsed.success) {
      const problems = parsed.error.issues.map((i) => `spec.${i.path.join('.')}: ${i.message}`).join('; ');
      return { found: 'invalid', strategy, problems };
    }
    const spec = parsed.data;
    const key = `${namespace}/${name}`;
    const service = this.caches.services.get(namespace, spec.service);
    const keys = spec.sticky || spec.preview ? await this.keys(namespace, name) : undefined;
    const deployments = this.caches.deployments.byIndex(BY_NAMESPACE, namespace);
    const statefulSets = this.caches.statefulSets.byIndex(BY_NAMESPACE, namespace);
    const pods = this.caches.pods.byIndex(BY_NAMESPACE, namespace);
    const selector = service?.spec?.selector ?? {};
    const observed: Observed = {
      strategy: { ...strategy, apiVersion: 'delivery.tidegate.dev/v1alpha1', kind: 'Strategy' },
      spec,
      ...(service ? { service } : {}),
      olderStrategies: this.olderStrategies(strategy, spec.service),
      versions: gatherVersions(selector, name, { deployments, statefulSets, pods }),
      takenNames: takenNames(
        [...deployments, ...statefulSets],
        spec.candidate === undefined ? undefined : madeWorkloadName(spec.service, spec.candidate),
      ),
      // A Strategy made anew under its old name has nothing to do with the Releases that are still being collected.
      releases: this.owned(releases, this.caches.releases.byIndex(BY_STRATEGY, key), namespace).filter((r) => isOwnedBy(r, strategy)),
      services: this.owned<Service>(kinds.services, this.caches.services.byIndex(BY_STRATEGY, key), namespace),
      routes: this.owned<HttpRoute>(httpRoutes, this.caches.routes.byIndex(BY_STRATEGY, key), namespace),
      ...(keys ? { keys } : {}),
      ...(evidence ? { evidence } : {}),
    };
    return { found: 'strategy', observed };
  }

  private owned<T extends KubeObject>(kind: Kind<T>, cached: readonly T[], namespace: string): T[] {
    return cached.flatMap((object) => {
      const newest = this.written.newest(kind, namespace, object.metadata?.name ?? '', object);
      return newest && newest.metadata?.deletionTimestamp === undefined ? [newest] : [];
    });
  }

  /** The oldest Strategy of a Service works; of two made in the same second, the first by name. */
  private olderStrategies(strategy: Strategy, service: string): string[] {
    const age = (s: Strategy): string => `${s.metadata?.creationTimestamp ?? ''}/${s.metadata?.name}`;
    return this.caches.strategies
      .byIndex(BY_NAMESPACE, strategy.metadata?.namespace ?? '')
      .filter((s) => s.spec.service === service && s.metadata?.uid !== strategy.metadata?.uid && age(s) < age(strategy))
      .map((s) => s.metadata?.name ?? '');
  }

  private async keys(namespace: string, name: string): Promise<Observed['keys']> {
    const secret = await this.client.get(kinds.secrets, keysSecretName(name), namespace);
    const read = (key: string): string | undefined => {
      const value = secret?.data?.[key];
      return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
    };
    const cohort = read('cohort');
    const preview = read('preview');
    return cohort === undefined || preview === undefined ? undefined : { cohort, preview };
  }
}

export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return (object.metadata?.ownerReferences ?? []).some((o) => o.uid === owner.metadata?.uid);
}

function takenNames(workloads: readonly KubeObject[], asked: string | undefined): Set<string> {
  const taken = workloads.filter((w) => w.metadata?.name === asked);
  return new Set(taken.flatMap((w) => [`Deployment/${w.metadata?.name}`, `StatefulSet/${w.metadata?.name}`]));
}
