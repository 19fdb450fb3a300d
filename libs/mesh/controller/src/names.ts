/** `node.id` of the one proxy of an embedded instance. */
export const EMBEDDED_PROXY = 'embedded';
/** Label of pods that run Envoy and of all that is made for them: `gateway` or `waypoint`. Their `node.id` is the pod's name. */
export const PROXY_LABEL = 'mesh.tidegate.dev/proxy';
/** `node.cluster` of a proxy that serves no single Gateway: the embedded one, and the shared one of a cluster. */
export const SHARED_CLUSTER = 'tidegate';
/** Where the embedded cluster says which port really answers for a port of a Service or Gateway. */
export const PORTS_NAMESPACE = 'tidegate-system';
export const PORTS_CONFIG_MAP = 'loopback-ports';
