import type { Service } from '@tidegate/kube';
import { chooseBoundPort, formatMapping, parseMapping, wantedPorts } from './port-mapping.js';

const service = (spec: Partial<NonNullable<Service['spec']>>, name = 'a'): Service => ({ metadata: { name, namespace: 'shop' }, spec });

describe('wantedPorts', () => {
  it('collects ports of Services with an address and of Gateways of the class', () => {
    const services = [
      service({ clusterIP: '127.64.64.1', ports: [{ port: 9080 }, { port: 53, protocol: 'UDP' }] }),
      service({ clusterIP: 'None', ports: [{ port: 1 }] }),
      service({ type: 'ExternalName', ports: [{ port: 2 }] }),
      service({ clusterIP: '127.64.64.2', ports: [{ port: 80 }, { port: 9080 }] }),
    ];
    const gateways = [
      { spec: { gatewayClassName: 'tidegate', listeners: [{ port: 8080 }] } },
      { spec: { gatewayClassName: 'other', listeners: [{ port: 3 }] } },
    ];
    expect(wantedPorts(services, gateways, [])).toEqual([80, 8080, 9080]);
  });

  it('adds what ListenerSets add to a Gateway that takes them', () => {
    const gateways = [
      { metadata: { name: 'edge', namespace: 'infra' }, spec: { gatewayClassName: 'tidegate', listeners: [{ port: 80 }] } },
    ];
    const set = (namespace: string, parentRef: object, port: number, status: string) => ({
      metadata: { name: 'more', namespace },
      spec: { parentRef, listeners: [{ port }] },
      status: { conditions: [{ type: 'Accepted', status }] },
    });
    const sets = [
      set('shop', { namespace: 'infra', name: 'edge' }, 8080, 'True'),
      set('infra', { name: 'edge' }, 8081, 'True'),
      set('shop', { namespace: 'infra', name: 'edge' }, 8082, 'False'),
      set('shop', { name: 'edge' }, 8083, 'True'),
    ];
    expect(wantedPorts([], gateways, sets)).toEqual([80, 8080, 8081]);
  });

  it('leaves the API out: it listens by itself', () => {
    const api: Service = {
      metadata: { name: 'kubernetes', namespace: 'default' },
      spec: { clusterIP: '127.64.64.1', ports: [{ port: 443 }] },
    };
    expect(wantedPorts([api], [], [])).toEqual([]);
  });
});

describe('chooseBoundPort', () => {
  const source = (free: number[]) => ({
    firstAllowed: 1024,
    blockFirst: 7400,
    blockSize: 3,
    take: (p: number) => Promise.resolve(free.includes(p)),
  });
  const rows = [
    { name: 'the same number when it is free', port: 9080, free: [9080], taken: [], expected: 9080 },
    { name: 'one of the block for a port this user may not bind', port: 80, free: [80, 7400], taken: [], expected: 7400 },
    { name: 'one of the block when another program has it', port: 9080, free: [7401], taken: [], expected: 7401 },
    {
      name: 'one of the block when another port is mapped to it',
      port: 9080,
      free: [9080, 7400, 7401],
      taken: [9080, 7400],
      expected: 7401,
    },
    { name: 'nothing when the block is full', port: 80, free: [], taken: [], expected: undefined },
  ];
  it.each(rows)('gives $name', async ({ port, free, taken, expected }) => {
    expect(await chooseBoundPort(port, new Set(taken), source(free))).toBe(expected);
  });
});

it('a mapping survives its ConfigMap, and nonsense in it is left out', () => {
  const mapping = new Map([
    [80, 8180],
    [9080, 9080],
  ]);
  expect(parseMapping(formatMapping(mapping))).toEqual(mapping);
  expect(parseMapping({ a: '1', '80': 'b', '70000': '1', '81': '8181' })).toEqual(new Map([[81, 8181]]));
});
