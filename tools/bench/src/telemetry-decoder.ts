import { accessLogService, encode } from '@tidegate/envoy-protos';
import { silentLogger } from '@tidegate/kernel';
import { RequestTap, decodeAccessLogMessage } from '@tidegate/telemetry-sinks';
import { TelemetrySeries } from '@tidegate/telemetry-series';

/** `node dist/telemetry-decoder.js`: microseconds per access log entry, generic and by field number, and into the series. */
const ENTRIES = 100;
const ROUNDS = 1_000;

const now = Date.now();
const entry = (i: number) => ({
  common_properties: {
    downstream_remote_address: { socket_address: { address: '127.0.0.1', port_value: 40_000 + i } },
    downstream_local_address: { socket_address: { address: '127.20.3.7', port_value: 8_180 } },
    start_time: new Date(now + i).toISOString(),
    time_to_last_rx_byte: '0.00006s',
    time_to_first_upstream_tx_byte: '0.00025s',
    time_to_last_upstream_rx_byte: '0.012s',
    duration: '0.0125s',
    upstream_remote_address: { socket_address: { address: '127.20.4.1', port_value: 31_002 } },
    upstream_cluster: 'shop/reviews/v2/weighted',
    route_name: i % 10 === 0 ? 'shop/reviews/v2/weighted' : 'shop/reviews/v1/weighted',
    stream_id: `2b0c3c94-5e3a-4e0e-9f7e-${String(i).padStart(12, '0')}`,
    access_log_type: i % 2 === 0 ? 4 : 6,
  },
  protocol_version: 2,
  request: {
    request_method: 1,
    scheme: 'http',
    authority: 'reviews:9080',
    path: '/reviews/0?page=1',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
  },
  response: { response_code: 200, response_body_bytes: 358, response_code_details: 'via_upstream' },
});
const message = { http_logs: { log_entry: Array.from({ length: ENTRIES }, (_, i) => entry(i)) } };
const bytes = encode('type.googleapis.com/envoy.service.accesslog.v3.StreamAccessLogsMessage', message);

function measure(name: string, once: () => void): void {
  for (let i = 0; i < ROUNDS / 5; i++) once();
  const start = performance.now();
  for (let i = 0; i < ROUNDS; i++) once();
  console.log(`${name.padEnd(40)} ${(((performance.now() - start) * 1_000) / (ROUNDS * ENTRIES)).toFixed(2)} us per entry`);
}

console.log(`${(bytes.length / ENTRIES).toFixed(0)} bytes per entry`);
measure('generic decoder', () => accessLogService.StreamAccessLogs.requestDeserialize(bytes));
measure('by field number', () => decodeAccessLogMessage(bytes));
const series = new TelemetrySeries(now - 10_000);
const stream = series.streams.open('bench', 'log');
measure('by field number, into the series', () => series.record(stream, decodeAccessLogMessage(bytes).entries, now + 100));
const tap = new RequestTap(silentLogger);
const both = (): void => {
  const { entries } = decodeAccessLogMessage(bytes);
  tap.record('bench', entries);
  series.record(stream, entries, now + 100);
};
measure('the same, with a tap nobody listens to', both);
let heard = 0;
tap.subscribe({ events: (batch) => (heard += batch.length), lost: () => undefined });
measure('the same, and events to one listener', both);
console.log(`${heard} events heard`);
