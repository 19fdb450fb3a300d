import type { Deployment } from '@tidegate/kube';
import {
  AUTOSCALING_PREFIX,
  ROUTING_STATE_LABEL,
  deploymentNameFor,
  type Finding,
  type PodAutoscaler,
  type Revision,
} from '@tidegate/serving-contract';
import { withAppliedHash } from '../drift.js';
import type { Settings } from '../settings.js';
import { autoscalerAnnotations, childMetadata } from './child-metadata.js';
import { concurrencyOf, protocolOf } from './containers.js';

export function desiredPodAutoscaler(
  revision: Revision,
  deployment: Deployment | undefined,
  findings: readonly Finding[],
  settings: Settings,
): PodAutoscaler {
  const name = revision.metadata?.name ?? '';
  const reachability = reachabilityOf(revision, deployment, findings);
  return withAppliedHash({
    metadata: {
      ...childMetadata(revision, name),
      annotations: { [`${AUTOSCALING_PREFIX}class`]: settings.config.autoscaler.podAutoscalerClass, ...autoscalerAnnotations(revision) },
    },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deploymentNameFor(name) },
      protocolType: protocolOf(revision),
      containerConcurrency: concurrencyOf(revision),
      ...(reachability ? { reachability } : {}),
    },
  });
}

/** A Revision that cannot start is not kept at its minimum scale; neither is one that no route names. */
function reachabilityOf(revision: Revision, deployment: Deployment | undefined, findings: readonly Finding[]): string | undefined {
  const broken = findings.some((f) => f.type !== 'Active' && f.status === 'False');
  if (broken && (deployment?.spec?.replicas ?? 0) > 0 && !deployment?.status?.readyReplicas) return 'Unreachable';
  switch (revision.metadata?.labels?.[ROUTING_STATE_LABEL]) {
    case 'active':
      return 'Reachable';
    case 'reserve':
      return 'Unreachable';
    default:
      return undefined;
  }
}
