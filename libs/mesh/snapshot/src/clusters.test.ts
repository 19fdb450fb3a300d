import type { EndpointSlice, Service } from '@tidegate/kube';
import { REAL_PORTS_ANNOTATION } from '@tidegate/mesh-contract';
import { endpointsOf } from './clusters.js';
import { targetsOf } from './service-target.js';

const service: Service = { metadata: { name: 'web', namespace: 'apps' }, spec: { ports: [{ name: 'http', port: 80 }] } };
const [target] = targetsOf(service);

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];
const slice = (port: number, ...endpoints: Endpoint[]): EndpointSlice => ({
  addressType: 'IPv4',
  ports: [{ name: 'http', port }],
  endpoints,
});
const ready = { ready: true };
const leaving = { ready: false, serving: true, terminating: true };

function addresses(...slices: EndpointSlice[]): string[] {
  if (!target) throw new Error('the Service has no port');
  const { endpoints } = endpointsOf(target, service, slices).body as {
    endpoints: { lb_endpoints: { endpoint: { address: { socket_address: { address: string; port_value: number } } } }[] }[];
  };
  return endpoints.flatMap((locality) =>
    locality.lb_endpoints.map(({ endpoint }) => `${endpoint.address.socket_address.address}:${endpoint.address.socket_address.port_value}`),
  );
}

describe('endpointsOf', () => {
  it.each([
    {
      name: 'one slice for each pod',
      slices: [slice(31002, { addresses: ['127.1.1.2'] }), slice(31001, { addresses: ['127.1.1.1'] })],
      is: ['127.1.1.1:31001', '127.1.1.2:31002'],
    },
    { name: 'no condition means ready', slices: [slice(1, { addresses: ['127.1.1.1'], conditions: {} })], is: ['127.1.1.1:1'] },
    {
      name: 'not ready ones are left out',
      slices: [slice(1, { addresses: ['127.1.1.1'], conditions: { ready: false } }, { addresses: ['127.1.1.2'], conditions: ready })],
      is: ['127.1.1.2:1'],
    },
    {
      name: 'terminating ones are left out while others are ready',
      slices: [slice(1, { addresses: ['127.1.1.1'], conditions: leaving }, { addresses: ['127.1.1.2'], conditions: ready })],
      is: ['127.1.1.2:1'],
    },
    {
      name: 'terminating ones serve when nobody else does',
      slices: [slice(1, { addresses: ['127.1.1.1'], conditions: leaving })],
      is: ['127.1.1.1:1'],
    },
    {
      name: 'the same endpoint in two slices',
      slices: [slice(1, { addresses: ['127.1.1.1'], conditions: leaving }), slice(1, { addresses: ['127.1.1.1'], conditions: ready })],
      is: ['127.1.1.1:1'],
    },
    {
      name: 'a port of another name',
      slices: [{ ...slice(1, { addresses: ['127.1.1.1'] }), ports: [{ name: 'other', port: 1 }] }],
      is: [],
    },
    {
      name: 'where the embedded cluster says that a foreign port really is',
      slices: [
        {
          ...slice(3000, { addresses: ['127.1.1.1'] }, { addresses: ['127.1.1.2'] }),
          metadata: { annotations: { [REAL_PORTS_ANNOTATION]: '{"127.1.1.1:3000":20001,"127.1.1.2:3000":"x"}' } },
        },
      ],
      is: ['127.1.1.1:20001', '127.1.1.2:3000'],
    },
    {
      name: 'an annotation that nobody can read',
      slices: [{ ...slice(3000, { addresses: ['127.1.1.1'] }), metadata: { annotations: { [REAL_PORTS_ANNOTATION]: '{' } } }],
      is: ['127.1.1.1:3000'],
    },
    { name: 'a slice without endpoints', slices: [{ addressType: 'IPv4', ports: [] }], is: [] },
  ])('$name', ({ slices, is }) => {
    expect(addresses(...slices)).toEqual(is);
  });
});
