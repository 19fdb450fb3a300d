import { defineKind } from '@tidegate/kube';
import type { BackendTlsPolicy } from './backend-tls-policy.js';
import type { GatewayClass } from './gateway-class.js';
import type { Gateway } from './gateway.js';
import type { GrpcRoute } from './grpc-route.js';
import type { HttpRoute } from './http-route.js';
import type { ListenerSet } from './listener-set.js';
import type { ReferenceGrant } from './reference-grant.js';
import { GATEWAY_GROUP } from './references.js';
import type { TcpRoute, TlsRoute } from './stream-route.js';
import { MESH_GROUP, type TrafficPolicy } from './traffic-policy.js';

const v1 = { group: GATEWAY_GROUP, version: 'v1' };

export const gatewayClasses = defineKind<GatewayClass>({ ...v1, kind: 'GatewayClass', plural: 'gatewayclasses', namespaced: false });
export const gateways = defineKind<Gateway>({ ...v1, kind: 'Gateway', plural: 'gateways', namespaced: true });
export const listenerSets = defineKind<ListenerSet>({ ...v1, kind: 'ListenerSet', plural: 'listenersets', namespaced: true });
export const httpRoutes = defineKind<HttpRoute>({ ...v1, kind: 'HTTPRoute', plural: 'httproutes', namespaced: true });
export const grpcRoutes = defineKind<GrpcRoute>({ ...v1, kind: 'GRPCRoute', plural: 'grpcroutes', namespaced: true });
export const tlsRoutes = defineKind<TlsRoute>({ ...v1, kind: 'TLSRoute', plural: 'tlsroutes', namespaced: true });
export const tcpRoutes = defineKind<TcpRoute>({ ...v1, kind: 'TCPRoute', plural: 'tcproutes', namespaced: true });
export const backendTlsPolicies = defineKind<BackendTlsPolicy>({
  ...v1,
  kind: 'BackendTLSPolicy',
  plural: 'backendtlspolicies',
  namespaced: true,
});
/** Read at v1beta1, which every release of the Gateway API since 0.8 serves. */
export const referenceGrants = defineKind<ReferenceGrant>({
  group: GATEWAY_GROUP,
  version: 'v1beta1',
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  namespaced: true,
});
export const trafficPolicies = defineKind<TrafficPolicy>({
  group: MESH_GROUP,
  version: 'v1alpha1',
  kind: 'TrafficPolicy',
  plural: 'trafficpolicies',
  namespaced: true,
});
