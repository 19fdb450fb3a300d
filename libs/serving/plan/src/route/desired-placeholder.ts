import type { Service } from '@tidegate/kube';
import { LAST_APPLIED_ANNOTATION, ROUTE_LABEL, VISIBILITY_LABEL, routes, type Route } from '@tidegate/serving-contract';
import { withAppliedHash } from '../drift.js';
import { without } from '../key-values.js';
import { controllerReference } from '../ownership.js';

/**
 * The address of a Route or a tag inside the cluster. It has no endpoints of its own: requests enter the proxy, where the HTTPRoute that is
 * attached to it says where they go. The visibility label is the user's to set here, for a tag alone.
 */
export function desiredPlaceholder(route: Route, name: string): Service {
  const { name: of = '', namespace, labels, annotations } = route.metadata ?? {};
  return withAppliedHash({
    metadata: {
      name,
      namespace,
      labels: { ...without(labels, (key) => key === VISIBILITY_LABEL), [ROUTE_LABEL]: of },
      annotations: without(annotations, (key) => key === LAST_APPLIED_ANNOTATION),
      ownerReferences: [controllerReference(routes, route)],
    },
    spec: { type: 'ClusterIP', ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 80 }] },
  });
}
