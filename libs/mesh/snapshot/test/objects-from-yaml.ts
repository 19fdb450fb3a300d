import type { KubeObject } from '@tidegate/kube';
import { parseAllDocuments } from 'yaml';
import type { MeshObjects } from '../src/mesh-objects.js';

type ListField = Exclude<keyof MeshObjects, 'boundPorts'>;

const FIELDS: Record<string, ListField> = {
  GatewayClass: 'gatewayClasses',
  Gateway: 'gateways',
  ListenerSet: 'listenerSets',
  HTTPRoute: 'httpRoutes',
  GRPCRoute: 'grpcRoutes',
  TLSRoute: 'tlsRoutes',
  TCPRoute: 'tcpRoutes',
  BackendTLSPolicy: 'backendTlsPolicies',
  ReferenceGrant: 'referenceGrants',
  TrafficPolicy: 'trafficPolicies',
  Service: 'services',
  EndpointSlice: 'endpointSlices',
  Namespace: 'namespaces',
  Secret: 'secrets',
  IPAddress: 'ipAddresses',
  ConfigMap: 'configMaps',
};

/** Manifests as kubectl takes them. A ConfigMap named loopback-ports gives the bound ports. */
export function objectsFromYaml(text: string): MeshObjects {
  const lists = Object.fromEntries(Object.values(FIELDS).map((field): [ListField, unknown[]] => [field, []]));
  const boundPorts = new Map<number, number>();
  for (const document of parseAllDocuments(text)) {
    const object = document.toJS() as (KubeObject & { data?: Record<string, string> }) | null;
    if (!object) continue;
    if (object.metadata?.name === 'loopback-ports') {
      for (const [port, bound] of Object.entries(object.data ?? {})) boundPorts.set(Number(port), Number(bound));
      continue;
    }
    const field = FIELDS[object.kind ?? ''];
    if (field) lists[field]?.push(object);
    else throw new Error(`the manifest has a ${object.kind}, which the mesh does not read`);
  }
  return { ...(JSON.parse(JSON.stringify(lists)) as Omit<MeshObjects, 'boundPorts'>), boundPorts };
}
