import { encode } from '@tidegate/envoy-protos';
import * as fc from 'fast-check';
import { decodeAccessLogMessage } from './access-log-decoder.js';
import { readGrant, readUpstream } from './request-details.js';

const MESSAGE = 'type.googleapis.com/envoy.service.accesslog.v3.StreamAccessLogsMessage';
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
// Whole milliseconds, as the text form of a time carries.
const time = fc.record({
  seconds: fc.integer({ min: 0, max: 3_000_000_000 }),
  nanos: fc.integer({ min: 0, max: 999 }).map((ms) => ms * 1_000_000),
});
const duration = fc.record({ seconds: fc.integer({ min: 0, max: 4_000 }), nanos: fc.integer({ min: 0, max: 999_999_999 }) });
const GRANT = 'envoy.filters.http.ext_authz';
const struct = fc.dictionary(
  fc.constantFrom('slot', 'dst', 'n'),
  fc.oneof(fc.stringMatching(/^[ -~]{1,8}$/), fc.integer(), fc.boolean(), fc.constant({ slot: 'deeper' }), fc.constant(['slot'])),
);

const headers = fc.constantFrom({}, { 'grpc-status': '14' }, { 'grpc-status': '0', other: 'x' }, { other: 'grpc-status' });

type Time = { seconds: number; nanos: number };
const decimals = ({ nanos }: Time): string => String(nanos).padStart(9, '0');
const stamp = (at: Time): string => new Date(at.seconds * 1000).toISOString().replace('.000Z', `.${decimals(at)}Z`);
const span = (of: Time | undefined): string | undefined => of && `${of.seconds}.${decimals(of)}s`;

/** Entries with what we read, and with much that we do not. */
const entry = fc.record({
  common_properties: fc.record({
    access_log_type: fc.constantFrom(4, 5, 6),
    route_name: fc.tuple(name, name, name, name).map((parts) => parts.join('/')),
    stream_id: fc.uuid(),
    start_time: time,
    duration,
    time_to_last_rx_byte: fc.option(duration, { nil: undefined }),
    time_to_last_upstream_rx_byte: fc.option(duration, { nil: undefined }),
    upstream_cluster: name,
    downstream_local_address: fc.option(fc.record({ socket_address: fc.record({ address: fc.constantFrom('127.0.4.2', '::1'), port_value: fc.integer({ min: 1, max: 65_535 }) }) }), { nil: undefined }),
    upstream_remote_address: fc.option(
      fc.record({
        socket_address: fc.record({
          address: fc.constantFrom('127.0.0.1', '10.1.2.3', '::1'),
          port_value: fc.integer({ min: 1, max: 65_535 }),
        }),
      }),
      { nil: undefined },
    ),
    metadata: fc.option(fc.record({ filter_metadata: fc.dictionary(fc.constantFrom(GRANT, 'other', 'x'), struct) }), { nil: undefined }),
    response_flags: fc.option(
      fc.record({
        upstream_remote_reset: fc.boolean(),
        duration_timeout: fc.boolean(),
        unauthorized_details: fc.option(fc.constant({ reason: 1 }), { nil: undefined }),
      }),
      { nil: undefined },
    ),
    custom_tags: fc.constant({ a: 'b' }),
    upstream_wire_bytes_sent: fc.integer({ min: 0 }),
  }),
  request: fc.record({
    path: fc.string(),
    authority: fc.string(),
    user_agent: fc.string({ unit: 'grapheme' }),
    request_headers: fc.constant({ x: 'y' }),
  }),
  response: fc.record({
    response_code: fc.option(fc.record({ value: fc.integer({ min: 0, max: 599 }) }), { nil: undefined }),
    response_headers: headers,
    response_trailers: headers,
    response_code_details: fc.string(),
  }),
});

type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

/** Times as protobuf's JSON has them. */
function toJson({ common_properties: common, response, request }: Entry): Record<string, unknown> {
  return {
    common_properties: {
      ...common,
      start_time: stamp(common.start_time),
      duration: span(common.duration),
      time_to_last_rx_byte: span(common.time_to_last_rx_byte),
      time_to_last_upstream_rx_byte: span(common.time_to_last_upstream_rx_byte),
    },
    request,
    response: { ...response, response_code: response.response_code?.value },
  };
}

const ms = (value: Time | undefined): number | undefined => value && value.seconds * 1000 + value.nanos / 1e6;

it('reads what the generic decoder reads', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), name, (entries, node) => {
      const message = {
        identifier: { node: { id: node, cluster: 'c' }, log_name: 'tidegate' },
        http_logs: { log_entry: entries.map(toJson) },
      };
      const bytes = encode(MESSAGE, message);
      const read = decodeAccessLogMessage(bytes);
      expect(read.identifier).toEqual({ proxy: node, logName: 'tidegate' });
      expect(read.entries.map(({ upstream: _, metadata: __, ...plain }) => plain)).toEqual(
        entries.map(({ common_properties: common, response }) => {
          const status = response.response_trailers['grpc-status'] ?? response.response_headers['grpc-status'];
          const upstream = ms(common.time_to_last_upstream_rx_byte);
          const flags = common.response_flags;
          return {
            type: common.access_log_type === 4 ? 'start' : common.access_log_type === 5 ? 'open' : 'end',
            key: `${common.stream_id}/${common.start_time.seconds}.${common.start_time.nanos}`,
            route: common.route_name,
            startMs: ms(common.start_time),
            durationMs: ms(common.duration),
            latencyMs: upstream === undefined ? ms(common.duration) : Math.max(0, upstream - (ms(common.time_to_last_rx_byte) ?? 0)),
            code: response.response_code?.value ?? 0,
            flags:
              (flags?.upstream_remote_reset ? 1 << 5 : 0) |
              (flags?.duration_timeout ? 1 << 23 : 0) |
              (flags?.unauthorized_details ? 1 << 13 : 0),
            grpcStatus: status === undefined ? -1 : Number(status),
            dialled: common.access_log_type === 6 ? (common.downstream_local_address?.socket_address.address ?? '') : '',
          };
        }),
      );
      expect(read.entries.map(({ upstream, metadata }) => [upstream && readUpstream(upstream), metadata && readGrant(metadata)])).toEqual(
        entries.map(({ common_properties: { upstream_remote_address: at, metadata } }) => {
          const grant = metadata?.filter_metadata[GRANT];
          const { address, port_value: port } = at?.socket_address ?? { address: '', port_value: 0 };
          const slot = typeof grant?.['slot'] === 'string' ? { slot: grant['slot'] } : {};
          return [at && (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`), grant && slot];
        }),
      );
    }),
    { numRuns: 300 },
  );
});

it('refuses bytes that are no message, and never reads beyond them', () => {
  const bytes = encode(MESSAGE, {
    identifier: { node: { id: 'n', cluster: 'c' }, log_name: 'tidegate' },
  });
  for (let length = 1; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length);
    expect(() => decodeAccessLogMessage(Buffer.from(cut))).toThrow(RangeError);
  }
});
