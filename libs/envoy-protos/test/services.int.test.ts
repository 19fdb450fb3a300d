import { Server, ServerCredentials, credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type DeltaDiscoveryRequest,
  type DeltaDiscoveryResponse,
  type StreamAccessLogsMessage,
  type StreamMetricsMessage,
  accessLogService,
  aggregatedDiscoveryService,
  metricsService,
} from '../src/index.js';

let folder: string;
let server: Server;
const received: (StreamAccessLogsMessage | StreamMetricsMessage)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tgp-'));
  server = new Server();
  const collect = (
    call: ServerReadableStream<StreamAccessLogsMessage | StreamMetricsMessage, object>,
    done: sendUnaryData<object>,
  ): void => {
    call.on('data', (message: StreamAccessLogsMessage) => received.push(message));
    call.on('end', () => done(null, {}));
  };
  server.addService(accessLogService, { StreamAccessLogs: collect });
  server.addService(metricsService, { StreamMetrics: collect });
  server.addService(aggregatedDiscoveryService, {
    DeltaAggregatedResources: (call: ServerDuplexStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>) => {
      call.on('data', (request: DeltaDiscoveryRequest) => {
        const value = Buffer.from(JSON.stringify(request.initial_resource_versions));
        const resources = request.resource_names_subscribe.map((name) => ({ name, version: '1', resource: { type_url: 't', value } }));
        call.write({ type_url: request.type_url, nonce: '7', resources, removed_resources: ['gone'] });
      });
      call.on('end', () => call.end());
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${folder}/s`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
});
afterAll(() => {
  server.forceShutdown();
  rmSync(folder, { recursive: true });
});

/** Sends one message to a client-streaming method and waits for the server's answer. */
function send(definition: typeof accessLogService | typeof metricsService, methodName: string, message: object): Promise<void> {
  const Client = makeGenericClientConstructor(definition, 'x');
  const client = new Client(`unix:${folder}/s`, credentials.createInsecure());
  return new Promise((resolve, reject) => {
    const stream = client[methodName]?.((error: Error | null) => {
      client.close();
      if (error) reject(error);
      else resolve();
    }) as { write(m: object): void; end(): void };
    stream.write(message);
    stream.end();
  });
}

it('access log entries arrive as Envoy wrote them', async () => {
  const entry = {
    common_properties: { route_name: 'n/s/v1/weighted', stream_id: 'abc', access_log_type: 6, duration: { seconds: 1, nanos: 5 } },
    response: { response_code: { value: 503 }, response_code_details: 'via_upstream' },
  };
  await send(accessLogService, 'StreamAccessLogs', {
    identifier: { log_name: 'tidegate', node: { id: 'e' } },
    http_logs: { log_entry: [entry] },
  });
  const message = received.at(-1) as StreamAccessLogsMessage;
  expect(message.identifier?.node?.id).toBe('e');
  const read = message.http_logs?.log_entry[0];
  expect(read?.common_properties).toMatchObject(entry.common_properties);
  expect(read?.response?.response_code?.value).toBe(503);
  expect(read?.common_properties?.upstream_cluster).toBe('');
});

it('metric families arrive with labels and histogram buckets', async () => {
  const metric = {
    label: [{ name: 'a', value: 'b' }],
    histogram: { sample_count: 3, sample_sum: 4.5, bucket: [{ cumulative_count: 2, upper_bound: 0.5 }] },
  };
  await send(metricsService, 'StreamMetrics', { envoy_metrics: [{ name: 'cluster.upstream_rq_time', type: 4, metric: [metric] }] });
  const message = received.at(-1) as StreamMetricsMessage;
  expect(message.envoy_metrics[0]?.name).toBe('cluster.upstream_rq_time');
  expect(message.envoy_metrics[0]?.metric[0]).toMatchObject(metric);
});

it('discovery speaks delta in both directions', async () => {
  const Client = makeGenericClientConstructor(aggregatedDiscoveryService, 'x');
  const client = new Client(`unix:${folder}/s`, credentials.createInsecure());
  const stream = client['DeltaAggregatedResources']?.() as ReturnType<typeof client.makeBidiStreamRequest>;
  const answer = new Promise<DeltaDiscoveryResponse>((resolve) => stream.once('data', resolve));
  stream.write({ type_url: 't', resource_names_subscribe: ['one'], initial_resource_versions: { one: 'v' } });
  const response = await answer;
  expect(response).toMatchObject({ nonce: '7', removed_resources: ['gone'], resources: [{ name: 'one', version: '1' }] });
  expect(Buffer.from(response.resources[0]?.resource.value ?? []).toString()).toBe('{"one":"v"}');
  const ended = new Promise((resolve) => stream.once('status', resolve));
  stream.end();
  await ended;
  client.close();
});
