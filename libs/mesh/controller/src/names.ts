/** `node.id` of the one proxy of an embedded instance. */
export const EMBEDDED_PROXY = 'embedded';
/** Label of pods that run Envoy; its value is the proxy's `node.cluster`, with dots for slashes. Their `node.id` is `<namespace>/<pod>`. */
export const PROXY_LABEL = 'tidegate.dev/proxy';
/** Where the embedded cluster says which port really answers for a port of a Service or Gateway. */
export const PORTS_NAMESPACE = 'tidegate-system';
export const PORTS_CONFIG_MAP = 'loopback-ports';
