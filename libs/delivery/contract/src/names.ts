export const DELIVERY_GROUP = 'delivery.tidegate.dev';
export const DELIVERY_VERSION = 'v1alpha1';

/** Labels of what a release makes: which Service and which version it belongs to (mesh and telemetry read them). */
export const SERVICE_LABEL = 'tidegate.dev/service';
export const VERSION_LABEL = 'tidegate.dev/version';
/** The Strategy that made an object; objects without it are the user's and stay as they are. */
export const STRATEGY_LABEL = 'delivery.tidegate.dev/strategy';
/** On a workload that was made by a patch: the Release that made it. Gone once the version is promoted: then it is the user's. */
export const MADE_BY_ANNOTATION = 'delivery.tidegate.dev/made-by';
/** On a workload that was made by a patch: the workload it was copied from. */
export const MADE_FROM_ANNOTATION = 'delivery.tidegate.dev/made-from';

/** Hands on a Release: promote, pause, resume, abort or rollback; removed once taken up. */
export const ACTION_ANNOTATION = 'delivery.tidegate.dev/action';
export const ACTION_BY_ANNOTATION = 'delivery.tidegate.dev/action-by';
export const ACTION_REASON_ANNOTATION = 'delivery.tidegate.dev/action-reason';
/** On a Strategy: who changed its spec last, signed by admission. */
export const CHANGED_BY_ANNOTATION = 'delivery.tidegate.dev/changed-by';
/** On a Strategy: any new value starts the same candidate again. */
export const RESTART_ANNOTATION = 'delivery.tidegate.dev/restart';
/** On a route: "true" makes delivery leave it alone; the release holds (TakenOver) until the annotation is gone. */
export const HANDS_OFF_ANNOTATION = 'delivery.tidegate.dev/hands-off';
/** Keeps a Strategy until its routes and copies are gone. */
export const STRATEGY_FINALIZER = 'delivery.tidegate.dev/routes';
/** Field manager of everything that delivery applies. */
export const DELIVERY_MANAGER = 'tidegate-delivery';
/** Releases kept per Strategy in the cluster. */
export const RELEASE_HISTORY = 10;

/** Pod template label that names the version, as in Istio and KubeSphere. */
export const VERSION_POD_LABEL = 'version';
