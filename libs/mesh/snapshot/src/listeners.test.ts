import { objectsFromYaml } from '../test/objects-from-yaml.js';
import { buildSnapshot } from './build-snapshot.js';

const gateway = (name: string, created: string, address: string) => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: infra, creationTimestamp: '${created}' }
spec: { gatewayClassName: tidegate, addresses: [{ value: ${address} }], listeners: [{ name: a, port: 80, protocol: HTTP }] }
`;

const base = `
apiVersion: v1
kind: ConfigMap
metadata: { name: loopback-ports }
data: { '80': '8180', '6379': '6379' }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: tidegate }
spec: { controllerName: tidegate.dev/gateway-controller }
---
apiVersion: v1
kind: Service
metadata: { name: cache, namespace: shop }
spec: { clusterIP: 127.20.0.9, ports: [{ name: tcp-cache, port: 6379 }] }
`;

/** Chain name -> addresses that it takes. */
function chains(text: string, listener: string): Record<string, string[]> {
  const { snapshot } = buildSnapshot(objectsFromYaml(base + text), { mode: 'embedded' });
  const { filter_chains: found } = snapshot.resources.get(`listener/${listener}`)?.body as {
    filter_chains: { name: string; filter_chain_match: { prefix_ranges: { address_prefix: string; prefix_len: number }[] } }[];
  };
  return Object.fromEntries(
    found.map(({ name, filter_chain_match: match }) => [name, match.prefix_ranges.map((r) => `${r.address_prefix}/${r.prefix_len}`)]),
  );
}

describe('boundListener', () => {
  it('gives localhost to the oldest Gateway and closes what is not loopback', () => {
    const text = gateway('young', '2026-02-01T00:00:00Z', '127.20.0.2') + gateway('old', '2026-01-01T00:00:00Z', '127.20.0.1');
    expect(chains(text, 'bound/8180')).toEqual({
      'gw/infra/old/80': ['127.20.0.1/32', '127.0.0.1/32'],
      'gw/infra/young/80': ['127.20.0.2/32'],
      services: ['127.0.0.0/8'],
    });
  });

  it('gives localhost to the Gateway that asks for it', () => {
    const text = gateway('old', '2026-01-01T00:00:00Z', '127.20.0.1') + gateway('young', '2026-02-01T00:00:00Z', '127.0.0.1');
    expect(chains(text, 'bound/8180')).toEqual({
      'gw/infra/old/80': ['127.20.0.1/32'],
      'gw/infra/young/80': ['127.0.0.1/32'],
      services: ['127.0.0.0/8'],
    });
  });

  it('never takes an address twice', () => {
    const text = gateway('old', '2026-01-01T00:00:00Z', '127.0.0.1') + gateway('young', '2026-02-01T00:00:00Z', '127.0.0.1');
    expect(chains(text, 'bound/8180')).toEqual({ 'gw/infra/old/80': ['127.0.0.1/32'], services: ['127.0.0.0/8'] });
  });

  it('passes the bytes of a port that is not HTTP on', () => {
    expect(chains('', 'bound/6379')).toEqual({ 'raw/127.20.0.9': ['127.20.0.9/32'], services: ['127.0.0.0/8'] });
  });
});
