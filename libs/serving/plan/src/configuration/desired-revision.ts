import { timestamp } from '@tidegate/kube';
import {
  CONFIGURATION_GENERATION_LABEL,
  CONFIGURATION_LABEL,
  CONFIGURATION_UID_LABEL,
  CREATOR_ANNOTATION,
  LAST_MODIFIER_ANNOTATION,
  ROUTES_ANNOTATION,
  ROUTING_STATE_LABEL,
  ROUTING_STATE_MODIFIED_ANNOTATION,
  SERVICE_LABEL,
  SERVICE_UID_LABEL,
  configurations,
  revisionNameFor,
  type Configuration,
  type Revision,
} from '@tidegate/serving-contract';
import { controllerReference } from '../ownership.js';

/**
 * The Revision of a Configuration's present template. A Configuration's own labels and annotations are not copied, except who changed it last
 * and the routes that will lead to it. `now` is milliseconds since the epoch.
 */
export function desiredRevision(configuration: Configuration, now: number): Revision {
  const { name = '', namespace, uid = '', generation = 1, labels = {}, annotations = {} } = configuration.metadata ?? {};
  const { metadata: template, spec } = configuration.spec.template;
  const routes = annotations[ROUTES_ANNOTATION];
  const made: Record<string, string | undefined> = {
    [CONFIGURATION_LABEL]: name,
    [CONFIGURATION_UID_LABEL]: uid,
    [CONFIGURATION_GENERATION_LABEL]: String(generation),
    [SERVICE_LABEL]: labels[SERVICE_LABEL],
    [SERVICE_UID_LABEL]: labels[SERVICE_UID_LABEL],
    // Pending until the labeler has looked at it, unless a route is known that will name it.
    [ROUTING_STATE_LABEL]: routes === undefined ? 'pending' : 'active',
  };
  const noted: Record<string, string | undefined> = {
    [CREATOR_ANNOTATION]: annotations[LAST_MODIFIER_ANNOTATION],
    [ROUTES_ANNOTATION]: routes,
    [ROUTING_STATE_MODIFIED_ANNOTATION]: timestamp(now),
  };
  return {
    metadata: {
      name: template?.name ?? revisionNameFor(name, generation),
      namespace,
      labels: { ...template?.labels, ...present(made) },
      annotations: { ...template?.annotations, ...present(noted) },
      ownerReferences: [controllerReference(configurations, configuration)],
    },
    spec,
  };
}

function present(values: Record<string, string | undefined>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined && value !== '') found[key] = value;
  return found;
}
