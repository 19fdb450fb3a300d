import type { Deployment, OwnerReference, StatefulSet } from '@tidegate/kube';
import {
  MADE_BY_ANNOTATION,
  MADE_FROM_ANNOTATION,
  STRATEGY_LABEL,
  VERSION_POD_LABEL,
  type CandidatePatch,
} from '@tidegate/delivery-contract';
import { boundedName, versionSlug } from '@tidegate/traffic-router';
import type { ObservedWorkload } from './observed.js';
import type { MadeWorkload } from './plan.js';

export interface MadeFor {
  strategy: string;
  service: string;
  release: string;
  candidate: string;
  owner: OwnerReference;
}

export function madeWorkloadName(service: string, candidate: string): string {
  return boundedName(`${service}-${versionSlug(candidate)}`);
}

/**
 * The candidate's workload: the principal's with another version label and the patch. It belongs to the Strategy until it
 * is promoted; the principal's own object is not touched.
 */
export function madeWorkload(from: ObservedWorkload, patch: CandidatePatch, made: MadeFor): MadeWorkload {
  const object = { ...copyOf(from.object, from, patch, made) };
  return from.kind === 'Deployment' ? { kind: 'Deployment', object } : { kind: 'StatefulSet', object: statefulCopy(from.object, object) };
}

type Workload = Deployment | StatefulSet;

function copyOf(source: Workload, from: ObservedWorkload, patch: CandidatePatch, made: MadeFor): Deployment {
  const version = { [VERSION_POD_LABEL]: made.candidate };
  const template = source.spec?.template;
  return {
    metadata: {
      name: madeWorkloadName(made.service, made.candidate),
      namespace: source.metadata?.namespace,
      labels: { ...source.metadata?.labels, ...version, [STRATEGY_LABEL]: made.strategy },
      annotations: { [MADE_BY_ANNOTATION]: made.release, [MADE_FROM_ANNOTATION]: from.name },
      ownerReferences: [made.owner],
    },
    spec: {
      ...deploymentOnly(source),
      replicas: patch.replicas ?? Math.max(1, from.replicas),
      selector: { ...source.spec?.selector, matchLabels: { ...source.spec?.selector?.matchLabels, ...version } },
      template: {
        ...template,
        metadata: { labels: { ...template?.metadata?.labels, ...version }, annotations: template?.metadata?.annotations },
        spec: template?.spec && { ...template.spec, containers: patchContainers(template.spec.containers, patch) },
      },
    },
  };
}

type Containers = NonNullable<NonNullable<NonNullable<Deployment['spec']>['template']>['spec']>['containers'];

function patchContainers(containers: Containers, patch: CandidatePatch): Containers {
  const target = patch.container ?? containers[0]?.name;
  return containers.map((container) => {
    if (container.name !== target) return container;
    const replaced = new Set((patch.env ?? []).map((e) => e.name));
    const env = [...(container.env ?? []).filter((e) => !replaced.has(e.name)), ...(patch.env ?? [])];
    return { ...container, ...(patch.image === undefined ? {} : { image: patch.image }), ...(env.length === 0 ? {} : { env }) };
  });
}

/** Fields of a Deployment's spec that a copy keeps besides replicas, selector and template. */
function deploymentOnly(source: Workload): Partial<NonNullable<Deployment['spec']>> {
  const { minReadySeconds, revisionHistoryLimit } = source.spec ?? {};
  const kept = { minReadySeconds, revisionHistoryLimit };
  return source.spec && 'strategy' in source.spec
    ? { ...kept, strategy: source.spec.strategy, progressDeadlineSeconds: source.spec.progressDeadlineSeconds }
    : kept;
}

function statefulCopy(source: Workload, copy: Deployment): StatefulSet {
  const spec = source.spec && 'serviceName' in source.spec ? source.spec : undefined;
  const { minReadySeconds, revisionHistoryLimit, replicas, selector, template } = copy.spec ?? {};
  return {
    metadata: copy.metadata,
    spec: {
      minReadySeconds,
      revisionHistoryLimit,
      replicas,
      selector: selector ?? {},
      template: template ?? {},
      serviceName: spec?.serviceName,
      podManagementPolicy: spec?.podManagementPolicy,
      updateStrategy: spec?.updateStrategy,
      volumeClaimTemplates: spec?.volumeClaimTemplates,
    },
  };
}
