import type { Service } from '@tidegate/kube';
import { LAST_APPLIED_ANNOTATION, ROUTE_LABEL, VISIBILITY_LABEL, routes, type Route } from '@tidegate/serving-contract';
import { APPLIED_ANNOTATION, withAppliedHash } from '../drift.js';
import { without } from '../key-values.js';
import { controllerReference } from '../ownership.js';

const NOT_COPIED: readonly string[] = [LAST_APPLIED_ANNOTATION, APPLIED_ANNOTATION];

/**
 * The address of a Route or a tag inside the cluster. It has no endpoints of its own: requests enter the proxy, where the HTTPRoute that is
 * attached to it says where they go. Labels and annotations only come: Knative never takes them back from here, and its conformance tests
 * expect to find them. The visibility label is the user's to set here, for a tag alone.
 */
export function desiredPlaceholder(route: Route, name: string, existing: Service | undefined): Service {
  const { name: of = '', namespace, labels, annotations } = route.metadata ?? {};
  const { labels: hasLabels, annotations: hasAnnotations } = existing?.metadata ?? {};
  return withAppliedHash({
    metadata: {
      name,
      namespace,
      labels: { ...without({ ...hasLabels, ...labels }, (key) => key === VISIBILITY_LABEL), [ROUTE_LABEL]: of },
      annotations: without({ ...hasAnnotations, ...annotations }, (key) => NOT_COPIED.includes(key)),
      ownerReferences: [controllerReference(routes, route)],
    },
    spec: { type: 'ClusterIP', ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 80 }] },
  });
}
