export const SERVING_GROUP = 'serving.knative.dev';
export const AUTOSCALING_GROUP = 'autoscaling.internal.knative.dev';
export const NETWORKING_GROUP = 'networking.internal.knative.dev';

/** Namespace of the config maps; existing manifests and tools look for them here. */
export const SERVING_NAMESPACE = 'knative-serving';
/** Field manager of everything that the serving controller applies. */
export const SERVING_MANAGER = 'tidegate-serving';

/** Labels of what belongs to a Knative Service, Configuration, Revision or Route; the values are names and uids. */
export const CONFIGURATION_LABEL = 'serving.knative.dev/configuration';
export const CONFIGURATION_UID_LABEL = 'serving.knative.dev/configurationUID';
export const CONFIGURATION_GENERATION_LABEL = 'serving.knative.dev/configurationGeneration';
export const SERVICE_LABEL = 'serving.knative.dev/service';
export const SERVICE_UID_LABEL = 'serving.knative.dev/serviceUID';
export const REVISION_LABEL = 'serving.knative.dev/revision';
export const REVISION_UID_LABEL = 'serving.knative.dev/revisionUID';
export const ROUTE_LABEL = 'serving.knative.dev/route';
export const APP_LABEL = 'app';
/** pending (new), active (a route names it) or reserve (none does any more). */
export const ROUTING_STATE_LABEL = 'serving.knative.dev/routingState';
export const DOMAIN_MAPPING_UID_LABEL = 'serving.knative.dev/domainMappingUID';
export const DOMAIN_MAPPING_NAMESPACE_LABEL = 'serving.knative.dev/domainMappingNamespace';
/** Which template a Deployment was made from; another value replaces its pods. */
export const DEPLOYMENT_HASH_LABEL = 'serving.knative.dev/deployment-hash';
/** `cluster-local` keeps a Route inside the cluster. */
export const VISIBILITY_LABEL = 'networking.knative.dev/visibility';
export const CLUSTER_LOCAL = 'cluster-local';

/** On a pod that may get requests. Taken off, the pod leaves the endpoints of its revision and lives on: it is drained or parked. */
export const ENDPOINT_LABEL = 'serving.tidegate.dev/endpoint';

/** The mesh's labels of a Service that stands for one version: route names and telemetry come from them. */
export const MESH_SERVICE_LABEL = 'tidegate.dev/service';
export const MESH_VERSION_LABEL = 'tidegate.dev/version';

/** Annotation of a Revision: names of the routes that use it, sorted, separated by commas. */
export const ROUTES_ANNOTATION = 'serving.knative.dev/routes';
/** Since when the routing state is what it is, RFC 3339. */
export const ROUTING_STATE_MODIFIED_ANNOTATION = 'serving.knative.dev/routingStateModified';
/** `true` keeps a Revision from being collected. */
export const NO_GC_ANNOTATION = 'serving.knative.dev/no-gc';
export const CREATOR_ANNOTATION = 'serving.knative.dev/creator';
export const LAST_MODIFIER_ANNOTATION = 'serving.knative.dev/lastModifier';
/** Duration over which traffic moves to a new latest revision; the second key is the older spelling. */
export const ROLLOUT_DURATION_ANNOTATIONS = ['serving.knative.dev/rollout-duration', 'serving.knative.dev/rolloutDuration'] as const;
export const PROGRESS_DEADLINE_ANNOTATIONS = ['serving.knative.dev/progress-deadline', 'serving.knative.dev/progressDeadline'] as const;
/** State of a gradual rollout, JSON. */
export const ROLLOUT_ANNOTATION = 'networking.internal.knative.dev/rollout';
/** kubectl's own copy of an applied object: never copied to children. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

export const AUTOSCALING_PREFIX = 'autoscaling.knative.dev/';
export const SERVING_PREFIX = 'serving.knative.dev/';

/** Name of the container port that serves, whatever the user called it. */
export const USER_PORT_NAME = 'user-port';
export const DEFAULT_USER_PORT = 8080;
/** The one container when the template names none. */
export const DEFAULT_CONTAINER_NAME = 'user-container';
/** Port of a Revision's Service. */
export const REVISION_SERVICE_PORT = 80;
/** Gateway, in SERVING_NAMESPACE, that public hosts are served by. */
export const GATEWAY_NAME = 'knative-serving';
