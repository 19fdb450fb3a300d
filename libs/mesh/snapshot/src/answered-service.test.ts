import type { EndpointSlice, Service } from '@tidegate/kube';
import { indexObjects, slicesOf } from './object-index.js';
import type { MeshObjects } from './mesh-objects.js';
import { SnapshotCache } from './snapshot-cache.js';

const KEPT = { 'mesh.tidegate.dev/selector': '{"app":"shop"}' };
const nothing: MeshObjects = {
  gatewayClasses: [],
  gateways: [],
  listenerSets: [],
  httpRoutes: [],
  grpcRoutes: [],
  tlsRoutes: [],
  tcpRoutes: [],
  backendTlsPolicies: [],
  referenceGrants: [],
  trafficPolicies: [],
  services: [],
  endpointSlices: [],
  namespaces: [],
  secrets: [],
  configMaps: [],
  ipAddresses: [],
  boundPorts: new Map(),
};
const spec = { clusterIP: '10.96.0.7', ports: [{ name: 'http', port: 80 }] };
const withSelector: Service = { metadata: { name: 'shop', namespace: 'web' }, spec: { ...spec, selector: { app: 'shop' } } };
const without: Service = { metadata: { name: 'shop', namespace: 'web', annotations: KEPT }, spec };
const second = (of?: string): Service => ({
  metadata: { name: 'shop-tidegate', namespace: 'web', labels: of ? { 'mesh.tidegate.dev/endpoints-of': of } : {} },
  spec: { clusterIP: 'None', selector: { app: 'shop' } },
});
const slice = (service: string, address: string | undefined, manager = 'endpointslice-controller.k8s.io'): EndpointSlice => ({
  metadata: {
    name: `${service}-${address}`,
    namespace: 'web',
    labels: { 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': manager },
  },
  addressType: 'IPv4',
  endpoints: address === undefined ? [] : [{ addresses: [address] }],
  ports: [{ name: 'http', port: 8080 }],
});
const OWN = slice('shop', '10.0.0.1');
const ELSEWHERE = slice('shop-tidegate', '10.0.0.2');
const TO_PROXY = slice('shop', '10.0.0.9', 'mesh.tidegate.dev');

it.each([
  {
    name: 'its own, not what leads to the proxy',
    services: [withSelector, second('shop')],
    slices: [OWN, ELSEWHERE, TO_PROXY],
    expected: '10.0.0.1',
  },
  {
    name: 'those listed for the second Service while that has the selector',
    services: [without, second('shop')],
    slices: [OWN, ELSEWHERE, TO_PROXY],
    expected: '10.0.0.2',
  },
  {
    name: 'those still, until Kubernetes lists its own again',
    services: [withSelector, second('shop')],
    slices: [ELSEWHERE, TO_PROXY],
    expected: '10.0.0.2',
  },
  {
    name: 'none of a Service that only has such a name',
    services: [withSelector, second()],
    slices: [slice('shop', undefined), ELSEWHERE],
    expected: '',
  },
])('the endpoints of a Service are $name', ({ services, slices, expected }) => {
  const index = indexObjects({ ...nothing, services, endpointSlices: slices }, new SnapshotCache());
  const addresses = slicesOf(index, 'web/shop').flatMap(({ endpoints }) => (endpoints ?? []).flatMap((e) => e.addresses));
  expect(addresses.join()).toBe(expected);
});
