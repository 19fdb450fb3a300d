import type { Deployment } from '@tidegate/kube';
import {
  DEPLOYMENT_HASH_LABEL,
  ENDPOINT_LABEL,
  PROGRESS_DEADLINE_ANNOTATIONS,
  REVISION_UID_LABEL,
  deploymentNameFor,
  type Revision,
} from '@tidegate/serving-contract';
import { parseGoDuration } from '@tidegate/serving-config';
import { specHash } from '@tidegate/traffic-router';
import { firstOf, without } from '../key-values.js';
import type { Settings } from '../settings.js';
import { childAnnotations, childLabels, childMetadata } from './child-metadata.js';
import { servingContainer } from './containers.js';
import { desiredPodSpec } from './desired-pod.js';
import { initialScaleOf } from './scale-settings.js';

const DEFAULT_CONTAINER_ANNOTATION = 'kubectl.kubernetes.io/default-container';

/** A Deployment as it is made; its scale belongs to the autoscaler from then on. The hash label says what it was made from. */
export function desiredDeployment(revision: Revision, settings: Settings): Deployment {
  const metadata = childMetadata(revision, deploymentNameFor(revision.metadata?.name ?? ''));
  const spec: Omit<NonNullable<Deployment['spec']>, 'replicas'> = {
    selector: { matchLabels: { [REVISION_UID_LABEL]: revision.metadata?.uid ?? '' } },
    revisionHistoryLimit: 0,
    progressDeadlineSeconds: progressDeadlineSeconds(revision, settings),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
    template: {
      metadata: {
        labels: { ...childLabels(revision), [ENDPOINT_LABEL]: 'true' },
        annotations: {
          ...childAnnotations(revision),
          ...defaultContainer(revision),
        },
      },
      spec: desiredPodSpec(revision, settings),
    },
  };
  const hash = specHash({ spec, labels: metadata.labels, annotations: metadata.annotations });
  return {
    metadata: { ...metadata, labels: { ...metadata.labels, [DEPLOYMENT_HASH_LABEL]: hash } },
    spec: { replicas: initialScaleOf(revision, settings), ...spec },
  };
}

/** Undefined when the Deployment was made from the same as now. Scale, selector and what others wrote on it stay. */
export function changedDeployment(existing: Deployment, desired: Deployment): Deployment | undefined {
  if (existing.metadata?.labels?.[DEPLOYMENT_HASH_LABEL] === desired.metadata?.labels?.[DEPLOYMENT_HASH_LABEL]) return undefined;
  if (!existing.spec || !desired.spec) return desired;
  const { replicas, selector, template } = existing.spec;
  const wanted = desired.spec.template;
  return {
    ...existing,
    metadata: {
      ...existing.metadata,
      labels: merged(existing.metadata?.labels, desired.metadata?.labels),
      annotations: merged(existing.metadata?.annotations, desired.metadata?.annotations),
    },
    spec: {
      ...desired.spec,
      replicas,
      selector,
      template: {
        ...wanted,
        metadata: {
          ...wanted.metadata,
          labels: merged(template.metadata?.labels, wanted.metadata?.labels),
          annotations: merged(template.metadata?.annotations, wanted.metadata?.annotations),
        },
      },
    },
  };
}

/** Keys of Knative are ours, others stay: `kubectl rollout restart` writes one. */
function merged(existing: Record<string, string> | undefined, desired: Record<string, string> | undefined): Record<string, string> {
  return { ...without(existing, (key) => key === 'app' || key.includes('knative.dev/')), ...desired };
}

/** Which container kubectl means when nobody says. */
function defaultContainer(revision: Revision): Record<string, string> {
  const name = servingContainer(revision.spec)?.name;
  return name ? { [DEFAULT_CONTAINER_ANNOTATION]: name } : {};
}

function progressDeadlineSeconds(revision: Revision, settings: Settings): number {
  const asked = firstOf(revision.metadata?.annotations, PROGRESS_DEADLINE_ANNOTATIONS);
  const parsed = asked === undefined ? undefined : parseGoDuration(asked);
  // Admission has refused what is no duration.
  return Math.floor((parsed?.ok ? parsed.value : settings.config.deployment.progressDeadlineMs) / 1000);
}
