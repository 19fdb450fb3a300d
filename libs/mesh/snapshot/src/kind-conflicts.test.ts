import { objectsFromYaml } from '../test/objects-from-yaml.js';
import { buildSnapshot } from './build-snapshot.js';

const base = `
apiVersion: v1
kind: ConfigMap
metadata: { name: loopback-ports }
data: { '80': '8180' }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: tidegate }
spec: { controllerName: tidegate.dev/gateway-controller }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: infra }
spec: { ports: [{ port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec:
  gatewayClassName: tidegate
  addresses: [{ value: 127.20.0.5 }]
  listeners:
    - { name: web, port: 80, protocol: HTTP }
    - { name: calls, port: 80, protocol: HTTP, hostname: '*.calls.test' }
`;

interface Given {
  kind: 'HTTPRoute' | 'GRPCRoute';
  name: string;
  day: number;
  hosts?: string[];
  section?: string;
}

const route = ({ kind, name, day, hosts, section }: Given) => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: infra, creationTimestamp: '2026-01-0${day}T00:00:00Z' }
spec:
  parentRefs: [{ name: edge${section ? `, sectionName: ${section}` : ''} }]
  ${hosts ? `hostnames: ${JSON.stringify(hosts)}` : ''}
  rules: [{ backendRefs: [{ name: web, port: 80 }] }]
`;

const rows: { name: string; routes: Given[]; refused: string[]; attached: number[] }[] = [
  {
    name: 'the older has the host',
    routes: [
      { kind: 'HTTPRoute', name: 'h', day: 2, hosts: ['a.test'] },
      { kind: 'GRPCRoute', name: 'g', day: 1, hosts: ['a.test'] },
    ],
    refused: ['h'],
    attached: [1, 0],
  },
  {
    name: 'of one age, the first by name',
    routes: [
      { kind: 'HTTPRoute', name: 'b', day: 1, hosts: ['a.test'] },
      { kind: 'GRPCRoute', name: 'a', day: 1, hosts: ['a.test'] },
    ],
    refused: ['b'],
    attached: [1, 0],
  },
  {
    name: 'a wildcard and every host have hosts in common with others',
    routes: [
      { kind: 'HTTPRoute', name: 'h', day: 1, hosts: ['*.test'] },
      { kind: 'GRPCRoute', name: 'g', day: 2, hosts: ['a.test'] },
      { kind: 'GRPCRoute', name: 'all', day: 3, section: 'web' },
    ],
    refused: ['all', 'g'],
    attached: [1, 1],
  },
  {
    name: 'hosts that are apart, and routes of one kind',
    routes: [
      { kind: 'HTTPRoute', name: 'h', day: 1, hosts: ['a.test'] },
      { kind: 'HTTPRoute', name: 'i', day: 1, hosts: ['a.test'] },
      { kind: 'GRPCRoute', name: 'g', day: 2, hosts: ['b.test'] },
    ],
    refused: [],
    attached: [3, 0],
  },
  {
    name: 'listeners are apart',
    routes: [
      { kind: 'HTTPRoute', name: 'h', day: 1, section: 'web' },
      { kind: 'GRPCRoute', name: 'g', day: 2, section: 'calls' },
    ],
    refused: [],
    attached: [1, 1],
  },
  {
    name: 'refused on one listener, served on the other',
    routes: [
      { kind: 'HTTPRoute', name: 'h', day: 1, section: 'web' },
      { kind: 'GRPCRoute', name: 'g', day: 2, hosts: ['a.calls.test'] },
    ],
    refused: [],
    attached: [1, 1],
  },
  {
    name: 'a refused route is in nobody’s way',
    routes: [
      { kind: 'HTTPRoute', name: 'h', day: 1, hosts: ['a.test'] },
      { kind: 'GRPCRoute', name: 'g', day: 2, hosts: ['a.test', 'b.test'] },
      { kind: 'HTTPRoute', name: 'late', day: 3, hosts: ['b.test'] },
    ],
    refused: ['g'],
    attached: [2, 0],
  },
];

describe('an HTTPRoute and a GRPCRoute on one listener', () => {
  it.each(rows)('$name', ({ routes, refused, attached }) => {
    const { statuses } = buildSnapshot(objectsFromYaml(base + routes.map(route).join('')), { mode: 'embedded' });
    const accepted = statuses.routes.map((status) => ({ name: status.ref.name, condition: status.parents[0]?.conditions[0] }));
    expect(
      accepted
        .filter((a) => a.condition?.status === 'False')
        .map((a) => `${a.name} ${a.condition?.reason}`)
        .sort(),
    ).toEqual(refused.map((name) => `${name} HostnameConflict`));
    expect(statuses.gateways[0]?.listeners.map((l) => l.attachedRoutes)).toEqual(attached);
  });
});
