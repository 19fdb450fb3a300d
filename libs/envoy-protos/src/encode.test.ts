import { decode } from './decode.js';
import { encode } from './encode.js';
import { CLUSTER_TYPE, LISTENER_TYPE, ROUTES_TYPE } from './resource-types.js';

const HTTP_OPTIONS = 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

describe('encode and decode are inverse for', () => {
  const rows: { name: string; typeUrl: string; json: Record<string, unknown> }[] = [
    {
      name: 'durations, wrappers, enums, maps of Any',
      typeUrl: CLUSTER_TYPE,
      json: {
        name: 'a/b',
        type: 'EDS',
        connect_timeout: '0.250s',
        lb_policy: 'LEAST_REQUEST',
        per_connection_buffer_limit_bytes: 32768,
        eds_cluster_config: { eds_config: { ads: {}, resource_api_version: 'V3' } },
        circuit_breakers: { thresholds: [{ max_requests: 100000 }] },
        typed_extension_protocol_options: {
          'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
            '@type': HTTP_OPTIONS,
            explicit_http_config: { http_protocol_options: {} },
          },
        },
        metadata: { filter_metadata: { tidegate: { list: [1, 'two', null, true], nested: { a: 0.5 } } } },
      },
    },
    {
      name: 'zero and false in wrappers, base64, fractions',
      typeUrl: ROUTES_TYPE,
      json: {
        name: 'r',
        validate_clusters: false,
        virtual_hosts: [
          {
            name: 'h',
            domains: ['*'],
            routes: [
              {
                name: 'ns/svc/v1/weighted',
                match: { prefix: '/', runtime_fraction: { default_value: { numerator: 1, denominator: 'TEN_THOUSAND' } } },
                route: { cluster: 'c', timeout: '0s' },
              },
              { match: { path: '/x' }, direct_response: { status: 404, body: { inline_bytes: 'aGVsbG8=' } } },
            ],
          },
        ],
      },
    },
    {
      name: 'Any within Any',
      typeUrl: LISTENER_TYPE,
      json: {
        name: 'l',
        address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
        filter_chains: [
          {
            filters: [
              {
                name: 'hcm',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                  stat_prefix: 'x',
                  rds: { config_source: { ads: {}, resource_api_version: 'V3' }, route_config_name: 'r' },
                  http_filters: [
                    { name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  ];
  for (const row of rows) {
    it(row.name, () => {
      const bytes = encode(row.typeUrl, row.json);
      const back = decode(row.typeUrl, bytes);
      expect(encode(row.typeUrl, back).equals(bytes)).toBe(true);
      const expected = row.name.startsWith('durations') ? { ...row.json, connect_timeout: '0.25s' } : row.json;
      expect(back).toEqual(expected);
    });
  }
});

describe('what Envoy would ignore or refuse is refused with its path', () => {
  const rows: { name: string; json: Record<string, unknown>; says: string }[] = [
    {
      name: 'unknown field',
      json: { name: 'x', conect_timeout: '1s' },
      says: 'Cluster.conect_timeout is not a field of envoy.config.cluster.v3.Cluster',
    },
    { name: 'field in camel case', json: { connectTimeout: '1s' }, says: 'Cluster.connectTimeout is not a field' },
    { name: 'enum by a wrong name', json: { lb_policy: 'RANDOMLY' }, says: 'Cluster.lb_policy has to be one of ROUND_ROBIN' },
    { name: 'number for a duration', json: { connect_timeout: 1 }, says: 'Cluster.connect_timeout has to be a duration' },
    { name: 'text for a number', json: { per_connection_buffer_limit_bytes: 'many' }, says: 'has to be a number' },
    { name: 'negative count', json: { per_connection_buffer_limit_bytes: -1 }, says: 'must not be negative' },
    { name: 'fraction for a whole number', json: { per_connection_buffer_limit_bytes: 1.5 }, says: 'has to be a whole number' },
    {
      name: 'object for a list',
      json: { circuit_breakers: { thresholds: {} } },
      says: 'Cluster.circuit_breakers.thresholds has to be a list',
    },
    { name: 'two of one kind', json: { type: 'EDS', cluster_type: { name: 'x' } }, says: 'Cluster has both type and cluster_type' },
    {
      name: 'Any without @type',
      json: { transport_socket: { name: 'tls', typed_config: {} } },
      says: 'Cluster.transport_socket.typed_config needs an @type',
    },
    {
      name: 'unknown message',
      json: { transport_socket: { name: 't', typed_config: { '@type': 'x/a.b.C' } } },
      says: 'Envoy message a.b.C is unknown',
    },
  ];
  for (const row of rows) it(row.name, () => expect(() => encode(CLUSTER_TYPE, row.json)).toThrow(row.says));
});
