import {
  LAST_APPLIED_ANNOTATION,
  ROLLOUT_DURATION_ANNOTATIONS,
  ROUTES_ANNOTATION,
  SERVICE_LABEL,
  SERVICE_UID_LABEL,
  knativeServices,
  type Configuration,
  type KnativeService,
  type Route,
  type TrafficTarget,
} from '@tidegate/serving-contract';
import { namesIn, namesToAnnotation, without } from '../key-values.js';
import { controllerReference } from '../ownership.js';

const NOT_FOR_CONFIGURATIONS: readonly string[] = [LAST_APPLIED_ANNOTATION, ...ROLLOUT_DURATION_ANNOTATIONS];

/** The Configuration of a Service: its template, labels and annotations. Routes that the labeler wrote on it stay. */
export function desiredConfiguration(service: KnativeService, existing?: Configuration): Configuration {
  const { name = '', namespace, uid = '', labels, annotations } = service.metadata ?? {};
  const routes = [...namesIn(existing?.metadata?.annotations?.[ROUTES_ANNOTATION]), name];
  return {
    metadata: {
      name,
      namespace,
      ownerReferences: [controllerReference(knativeServices, service)],
      labels: { ...labels, [SERVICE_LABEL]: name, [SERVICE_UID_LABEL]: uid },
      annotations: {
        ...without(annotations, (key) => NOT_FOR_CONFIGURATIONS.includes(key)),
        [ROUTES_ANNOTATION]: namesToAnnotation(routes),
      },
    },
    spec: { template: service.spec.template },
  };
}

/** The Route of a Service: its traffic, where "latest" means the Service's own Configuration. */
export function desiredRoute(service: KnativeService): Route {
  const { name = '', namespace, labels, annotations } = service.metadata ?? {};
  const traffic: TrafficTarget[] = service.spec.traffic ?? [{ latestRevision: true, percent: 100 }];
  return {
    metadata: {
      name,
      namespace,
      ownerReferences: [controllerReference(knativeServices, service)],
      labels: { ...labels, [SERVICE_LABEL]: name },
      annotations: without(annotations, (key) => key === LAST_APPLIED_ANNOTATION),
    },
    spec: { traffic: traffic.map((target) => (target.revisionName ? target : { ...target, configurationName: name })) },
  };
}
