import type { ClusterNode, Service } from '@tidegate/kube';
import { gatewayCandidates, urlOf } from './gateway-candidates.js';

const node = (...addresses: { type: string; address: string }[]): ClusterNode => ({ metadata: { name: 'n' }, status: { addresses } });
const service = (port: number, nodePort?: number): Service => ({ spec: { ports: [{ port, ...(nodePort ? { nodePort } : {}) }] } });

it.each([
  { name: 'a load balancer', addresses: ['192.0.2.7'], service: service(80), nodes: [], expected: ['http://192.0.2.7:80'] },
  { name: 'a name', addresses: ['lb.example'], service: undefined, nodes: [], expected: ['http://lb.example:80'] },
  { name: 'IPv6', addresses: ['2001:db8::1'], service: undefined, nodes: [], expected: ['http://[2001:db8::1]:80'] },
  {
    name: 'node ports come last, at an address of the outside where there is one',
    addresses: ['10.96.0.4'],
    service: service(80, 30_080),
    nodes: [
      node({ type: 'InternalIP', address: '10.0.0.1' }),
      node({ type: 'InternalIP', address: '10.0.0.2' }, { type: 'ExternalIP', address: '203.0.113.2' }),
      node({ type: 'Hostname', address: 'c' }),
    ],
    expected: ['http://10.96.0.4:80', 'http://10.0.0.1:30080', 'http://203.0.113.2:30080'],
  },
  { name: 'a node port of another listener', addresses: [], service: service(443, 30_443), nodes: [node()], expected: [] },
])('$name', ({ addresses, service: of, nodes, expected }) => {
  expect(gatewayCandidates(addresses, 80, of, nodes).map(urlOf)).toEqual(expected);
});
