import {
  APP_LABEL,
  AUTOSCALING_PREFIX,
  NO_GC_ANNOTATION,
  REVISION_LABEL,
  REVISION_UID_LABEL,
  ROUTES_ANNOTATION,
  ROUTE_LABEL,
  ROUTING_STATE_LABEL,
  ROUTING_STATE_MODIFIED_ANNOTATION,
  revisions,
  type Revision,
} from '@tidegate/serving-contract';
import type { ObjectMeta } from '@tidegate/kube';
import { without } from '../key-values.js';
import { controllerReference } from '../ownership.js';

/** These change with the routes; the objects of a Revision must not, or its pods would be replaced. */
const ROUTING_LABELS: readonly string[] = [ROUTE_LABEL, ROUTING_STATE_LABEL];
const OWN_ANNOTATIONS: readonly string[] = [
  NO_GC_ANNOTATION,
  ROUTES_ANNOTATION,
  ROUTING_STATE_MODIFIED_ANNOTATION,
  'serving.knative.dev/lastPinned',
];

export function childLabels(revision: Revision): Record<string, string> {
  const { name = '', uid = '', labels } = revision.metadata ?? {};
  return {
    [APP_LABEL]: name,
    ...without(labels, (key) => ROUTING_LABELS.includes(key)),
    [REVISION_LABEL]: name,
    [REVISION_UID_LABEL]: uid,
  };
}

/** Autoscaling annotations are for the PodAutoscaler alone. */
export function childAnnotations(revision: Revision): Record<string, string> {
  return without(autoscalerAnnotations(revision), (key) => key.startsWith(AUTOSCALING_PREFIX));
}

export function autoscalerAnnotations(revision: Revision): Record<string, string> {
  return without(revision.metadata?.annotations, (key) => OWN_ANNOTATIONS.includes(key));
}

export function childMetadata(revision: Revision, name: string): ObjectMeta {
  return {
    name,
    namespace: revision.metadata?.namespace,
    labels: childLabels(revision),
    annotations: childAnnotations(revision),
    ownerReferences: [controllerReference(revisions, revision)],
  };
}
