import { createHash } from 'node:crypto';

/** Written into GatewayClass and into the status of routes: who answers for them. */
export const CONTROLLER_NAME = 'tidegate.dev/gateway-controller';
export const GATEWAY_CLASS_NAME = 'tidegate';

/** Labels of a backend Service: which service it belongs to and which version it serves. */
export const SERVICE_LABEL = 'tidegate.dev/service';
export const VERSION_LABEL = 'tidegate.dev/version';
/** Labels of an IPAddress: the workload that dials this address, and its namespace. */
export const CALLER_LABEL = 'tidegate.dev/caller';
export const CALLER_NAMESPACE_LABEL = 'tidegate.dev/caller-namespace';

/** Labels of what is made for a Gateway, by the Gateway API; values that are too long for a label are shortened by `labelValue`. */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';
export const GATEWAY_NAMESPACE_LABEL = 'gateway.networking.k8s.io/gateway-namespace';

/** Embedded only, on EndpointSlices that others write: JSON of `address:port` as written to the port that really listens there. */
export const REAL_PORTS_ANNOTATION = 'embedded.tidegate.dev/real-ports';

/** Label of a namespace, with the value `enabled`: the shared proxy answers for its Services that are parents of routes. */
export const WAYPOINT_LABEL = 'mesh.tidegate.dev/waypoint';
/** On a Service that the shared proxy answers for: JSON of the selector that it had, and has again afterwards. */
export const SELECTOR_ANNOTATION = 'mesh.tidegate.dev/selector';
/** Label of the Service without cluster IP that has this selector meanwhile, so that Kubernetes goes on listing the endpoints: whose they are. */
export const ENDPOINTS_OF_LABEL = 'mesh.tidegate.dev/endpoints-of';
/** Label of EndpointSlices, and who writes those that lead to the shared proxy. */
export const SLICE_MANAGER_LABEL = 'endpointslice.kubernetes.io/managed-by';
export const SLICE_MANAGER = 'mesh.tidegate.dev';

/** A text as the value of a label, which takes 63 characters: the beginning and a digest of what is longer. */
export function labelValue(text: string): string {
  return text.length <= 63 ? text : `${text.slice(0, 52).replace(/[^a-zA-Z0-9]+$/, '')}-${digest(text)}`;
}

/** Ten characters that tell texts apart. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
