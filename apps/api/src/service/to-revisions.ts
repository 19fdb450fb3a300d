import type { Deployment } from '@tidegate/kube';
import { CONFIGURATION_GENERATION_LABEL, type KnativeService, SERVICE_LABEL } from '@tidegate/serving-contract';
import { type Caches, inNamespace } from '../cluster/caches.js';
import type { ServiceRevision } from './service.types.js';
import { imagesOf, replicaSetsOf, revisionNumber } from './to-service.js';

/** Newest first. */
const MOST_REVISIONS = 100;

export function revisionsOfDeployment(caches: Caches, deployment: Deployment): ServiceRevision[] {
  return replicaSetsOf(caches, deployment)
    .slice(0, MOST_REVISIONS)
    .map((set, index) => ({
      name: set.metadata?.name ?? '',
      number: revisionNumber(set),
      images: imagesOf(set.spec?.template?.spec?.containers),
      isNewest: index === 0,
      percent: null,
      tags: [],
      readyReplicas: set.status?.readyReplicas ?? 0,
      isAsleep: false,
      createdAt: set.metadata?.creationTimestamp ?? null,
    }));
}

export function revisionsOfKnative(caches: Caches, service: KnativeService): ServiceRevision[] {
  const { namespace = '', name = '' } = service.metadata ?? {};
  const targets = service.status?.traffic ?? [];
  return inNamespace(caches.revisions, namespace)
    .filter((r) => r.metadata?.labels?.[SERVICE_LABEL] === name)
    .map((r) => {
      const revision = r.metadata?.name ?? '';
      const mine = targets.filter((t) => t.revisionName === revision);
      const ready = caches.podAutoscalers.get(namespace, revision)?.status?.actualScale ?? 0;
      return {
        name: revision,
        number: Number(r.metadata?.labels?.[CONFIGURATION_GENERATION_LABEL] ?? 0),
        images: imagesOf(r.spec.containers),
        isNewest: revision === service.status?.latestCreatedRevisionName,
        percent: mine.reduce((sum, t) => sum + (t.percent ?? 0), 0),
        tags: mine.flatMap((t) => t.tag ?? []),
        readyReplicas: Math.max(0, ready),
        isAsleep: ready === 0,
        createdAt: r.metadata?.creationTimestamp ?? null,
      };
    })
    .sort((a, b) => b.number - a.number)
    .slice(0, MOST_REVISIONS);
}
