/** Written into GatewayClass and into the status of routes: who answers for them. */
export const CONTROLLER_NAME = 'tidegate.dev/gateway-controller';
export const GATEWAY_CLASS_NAME = 'tidegate';

/** Labels of a backend Service: which service it belongs to and which version it serves. */
export const SERVICE_LABEL = 'tidegate.dev/service';
export const VERSION_LABEL = 'tidegate.dev/version';
/** Labels of an IPAddress: the workload that dials this address, and its namespace. */
export const CALLER_LABEL = 'tidegate.dev/caller';
export const CALLER_NAMESPACE_LABEL = 'tidegate.dev/caller-namespace';

/** Embedded only, on EndpointSlices that others write: JSON of `address:port` as written to the port that really listens there. */
export const REAL_PORTS_ANNOTATION = 'embedded.tidegate.dev/real-ports';
