import { typeUrlOf } from './messages.js';

export const CLUSTER_TYPE = typeUrlOf('envoy.config.cluster.v3.Cluster');
export const ENDPOINTS_TYPE = typeUrlOf('envoy.config.endpoint.v3.ClusterLoadAssignment');
export const LISTENER_TYPE = typeUrlOf('envoy.config.listener.v3.Listener');
export const ROUTES_TYPE = typeUrlOf('envoy.config.route.v3.RouteConfiguration');
export const SCOPE_TYPE = typeUrlOf('envoy.config.route.v3.ScopedRouteConfiguration');
export const SECRET_TYPE = typeUrlOf('envoy.extensions.transport_sockets.tls.v3.Secret');
