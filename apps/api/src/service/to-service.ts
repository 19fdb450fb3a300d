import type { Deployment, PodTemplateSpec, ReplicaSet, StatefulSet } from '@tidegate/kube';
import { type KnativeService, type PodAutoscaler, REVISION_LABEL } from '@tidegate/serving-contract';
import { BY_SELECTOR, type Caches, inNamespace } from '../cluster/caches.js';
import { toGlobalId } from '../edge/global-id.js';
import { releaseIsFinished } from '../release/release-actions.js';
import type { DeploymentService, KnativeServiceObject, Replicas, StatefulSetService } from './service.types.js';
import { ServiceKind } from './service.types.js';
import { deploymentState, knativeState, statefulSetState } from './workload-state.js';

/** Kinds as ids have them. */
export const ID_KINDS = { DEPLOYMENT: 'Deployment', STATEFUL_SET: 'StatefulSet', KNATIVE: 'KnativeService' } as const satisfies Record<ServiceKind, string>;
const VERSION_LABEL = 'version';

/** A Deployment of a Revision is shown by its Knative Service. */
export const isOfRevision = ({ metadata }: Deployment): boolean => metadata?.labels?.[REVISION_LABEL] !== undefined;

export function toDeploymentService(caches: Caches, deployment: Deployment): DeploymentService {
  const { spec, status } = deployment;
  const replicas: Replicas = { wanted: spec?.replicas ?? 1, ready: status?.readyReplicas ?? 0, updated: status?.updatedReplicas ?? 0 };
  return { ...ofWorkload(caches, ServiceKind.DEPLOYMENT, deployment), ...deploymentState(deployment, replicas), replicas };
}

export function toStatefulSetService(caches: Caches, set: StatefulSet): StatefulSetService {
  const { spec, status } = set;
  const replicas: Replicas = { wanted: spec?.replicas ?? 1, ready: status?.readyReplicas ?? 0, updated: status?.updatedReplicas ?? 0 };
  return { ...ofWorkload(caches, ServiceKind.STATEFUL_SET, set), ...statefulSetState(set, replicas), replicas };
}

function ofWorkload(caches: Caches, kind: ServiceKind, { metadata, spec }: Deployment | StatefulSet) {
  const { namespace = '', name = '', creationTimestamp } = metadata ?? {};
  const addresses = addressesOf(caches, namespace, spec?.template);
  const release = addresses.length === 0 ? undefined : caches.releases.list(namespace).find((r) => addresses.includes(r.spec.service) && !releaseIsFinished(r));
  return {
    id: toGlobalId(ID_KINDS[kind], namespace, name),
    kind,
    namespace,
    name,
    images: imagesOf(spec?.template?.spec?.containers),
    urls: [],
    createdAt: creationTimestamp ?? null,
    version: spec?.template?.metadata?.labels?.[VERSION_LABEL] ?? null,
    addresses,
    release: release?.metadata?.name ?? null,
  };
}

export const imagesOf = (containers: readonly { image?: string }[] | undefined): string[] => (containers ?? []).flatMap((c) => c.image ?? []);

/** Names of the Kubernetes Services that select the pods, those that stand for one version of another Service left out. */
export function addressesOf(caches: Caches, namespace: string, template: PodTemplateSpec | undefined): string[] {
  const labels = template?.metadata?.labels ?? {};
  const candidates = Object.entries(labels).flatMap(([key, value]) => caches.services.byIndex(BY_SELECTOR, `${namespace}/${key}=${value}`));
  const selecting = candidates.filter(({ spec }) => Object.entries(spec?.selector ?? {}).every(([key, value]) => labels[key] === value));
  return [...new Set(selecting.map((s) => s.metadata?.labels?.['tidegate.dev/service'] ?? s.metadata?.name ?? ''))].sort();
}

/** Scalers of the revisions that have traffic; they have the names of their revisions. */
export const scalersOf = (caches: Caches, { metadata, status }: KnativeService): PodAutoscaler[] =>
  [...new Set((status?.traffic ?? []).flatMap((t) => t.revisionName ?? []))].flatMap((revision) => caches.podAutoscalers.get(metadata?.namespace, revision) ?? []);

export function toKnativeService(caches: Caches, service: KnativeService): KnativeServiceObject {
  const { namespace = '', name = '', creationTimestamp } = service.metadata ?? {};
  const scalers = scalersOf(caches, service);
  const sum = (of: (s: PodAutoscaler) => number | undefined): number => scalers.reduce((total, s) => total + Math.max(0, of(s) ?? 0), 0);
  const newest = service.status?.latestCreatedRevisionName;
  const concurrency = service.spec.template.spec.containerConcurrency ?? 0;
  return {
    id: toGlobalId(ID_KINDS.KNATIVE, namespace, name),
    kind: ServiceKind.KNATIVE,
    namespace,
    name,
    ...knativeState(service, scalers),
    images: imagesOf(service.spec.template.spec.containers),
    replicas: {
      wanted: sum((s) => s.status?.desiredScale),
      ready: sum((s) => s.status?.actualScale),
      updated: scalers.find((s) => s.metadata?.name === newest)?.status?.actualScale ?? 0,
    },
    urls: service.status?.url === undefined ? [] : [service.status.url],
    createdAt: creationTimestamp ?? null,
    latestRevision: service.status?.latestReadyRevisionName ?? null,
    concurrency: concurrency === 0 ? null : concurrency,
  };
}

/** Whether the named version of a service has no pod that could answer. */
export function isAsleep(caches: Caches, kind: ServiceKind, namespace: string, version: string): boolean {
  return kind === ServiceKind.KNATIVE && (caches.podAutoscalers.get(namespace, version)?.status?.actualScale ?? 1) === 0;
}

/** ReplicaSets that a Deployment made, newest first. */
export const replicaSetsOf = (caches: Caches, deployment: Deployment): ReplicaSet[] =>
  inNamespace(caches.replicaSets, deployment.metadata?.namespace ?? '')
    .filter((set) => set.metadata?.ownerReferences?.some((o) => o.uid === deployment.metadata?.uid))
    .sort((a, b) => revisionNumber(b) - revisionNumber(a));

const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
export const revisionNumber = ({ metadata }: { metadata?: { annotations?: Record<string, string> } }): number => Number(metadata?.annotations?.[REVISION_ANNOTATION] ?? 0);
