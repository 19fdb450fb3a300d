import { ROUTES_TYPE, decode, encode } from '@tidegate/envoy-protos';
import type { XdsResource } from '@tidegate/mesh-snapshot';
import { encodeResource } from './encode-resource.js';

const host = (name: string, padding = 0): Record<string, unknown> => ({
  name,
  domains: [`${name}.example.com`],
  routes: [{ name: 'x'.repeat(padding), match: { prefix: '/' }, route: { cluster: 'c' } }],
});
const table = (...virtual_hosts: unknown[]): XdsResource => ({
  type: 'routes',
  name: 'r',
  body: { name: 'r', virtual_hosts, validate_clusters: false },
  owners: [],
});

// Lengths around the steps of a varint: one, two and three bytes.
for (const padding of [0, 60, 80, 100, 16_000, 16_400, 70_000]) {
  it(`a table joined of encoded hosts reads as the table (${padding})`, () => {
    const { bytes } = encodeResource(table(host('a', padding), host('b'), host('c', padding)));
    expect(decode(ROUTES_TYPE, bytes)).toEqual(
      decode(ROUTES_TYPE, encode(ROUTES_TYPE, table(host('a', padding), host('b'), host('c', padding)).body)),
    );
  });
}

it('the version follows from the content, not from which hosts were encoded before', () => {
  const shared = host('a');
  const first = encodeResource(table(shared, host('b')));
  expect(encodeResource(table(shared, host('b'))).version).toBe(first.version);
  expect(encodeResource(table(host('a'), host('b'))).version).toBe(first.version);
  expect(encodeResource(table(shared, host('c'))).version).not.toBe(first.version);
  expect(encodeResource(table(host('b'), shared)).version).not.toBe(first.version);
});

it('a fault in a host is told', () => {
  expect(() => encodeResource(table({ nme: 'a' }))).toThrow('VirtualHost.nme is not a field');
  expect(() => encodeResource(table('a'))).toThrow('is not a field');
  expect(() => encodeResource({ ...table(), body: { name: 'r', virtual_hosts: {} } })).toThrow('has to be a list');
});

it('an empty table is encoded', () => {
  expect(decode(ROUTES_TYPE, encodeResource(table()).bytes)).toEqual({ name: 'r', validate_clusters: false });
});

it('a cluster says under which name its endpoints are asked for', () => {
  const cluster = (body: Record<string, unknown>): XdsResource => ({
    type: 'cluster',
    name: 'c',
    body: { name: 'c', ...body },
    owners: [],
  });
  expect(encodeResource(cluster({ type: 'EDS' })).endpointsName).toBe('c');
  expect(encodeResource(cluster({ type: 'EDS', eds_cluster_config: { service_name: 's' } })).endpointsName).toBe('s');
  expect(encodeResource(cluster({ type: 'STATIC' })).endpointsName).toBeUndefined();
});
