import type { EndpointSlice, Pod } from '@tidegate/kube';
import { PORTS_ANNOTATION } from '../pods/pod-ports.js';
import { MANAGED_BY_LABEL, MANAGER } from './plan-endpoints.js';
import { isForeign, realPortsText } from './plan-real-ports.js';

const pods: Record<string, Pod> = {
  '127.64.0.2': { metadata: { annotations: { [PORTS_ANNOTATION]: '{"3000":20001,"8443":20002}' } } },
  '127.64.0.3': { metadata: { annotations: { [PORTS_ANNOTATION]: '{"3000":20003}' } } },
};

const slice = (addresses: string[], ports: number[]): EndpointSlice => ({
  addressType: 'IPv4',
  endpoints: addresses.map((address) => ({ addresses: [address] })),
  ports: ports.map((port) => ({ name: `p${port}`, port })),
});

it.each([
  { name: 'a pod of the cluster', addresses: ['127.64.0.2'], ports: [3000], text: '{"127.64.0.2:3000":20001}' },
  {
    name: 'each port of each pod, in order',
    addresses: ['127.64.0.3', '127.64.0.2'],
    ports: [8443, 3000],
    text: '{"127.64.0.2:3000":20001,"127.64.0.2:8443":20002,"127.64.0.3:3000":20003}',
  },
  { name: 'a port that listens under its own number', addresses: ['127.64.0.2'], ports: [20001], text: undefined },
  { name: 'an address outside of the cluster', addresses: ['10.0.0.1'], ports: [3000], text: undefined },
  { name: 'no endpoint', addresses: [], ports: [3000], text: undefined },
])('$name', ({ addresses, ports, text }) => expect(realPortsText(slice(addresses, ports), (a) => pods[a])).toBe(text));

it('slices of this cluster already have real ports', () => {
  expect(isForeign({ addressType: 'IPv4', metadata: { labels: { [MANAGED_BY_LABEL]: MANAGER } } })).toBe(false);
  expect(isForeign({ addressType: 'IPv4' })).toBe(true);
});
