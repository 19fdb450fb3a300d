import { Server, type ServerReadableStream, type sendUnaryData } from '@grpc/grpc-js';
import { accessLogService, metricsService, type StreamMetricsMessage } from '@tidegate/envoy-protos';
import type { Clock, Logger } from '@tidegate/kernel';
import type { ProxyStream, TelemetrySeries } from '@tidegate/telemetry-series';
import { type AccessLogMessage, decodeAccessLogMessage } from './access-log-decoder.js';
import { readMetrics } from './mirror-metrics.js';
import type { RequestTap } from './request-tap.js';

const LOG_NAME = 'tidegate';
/** Streams per connection: one per worker and sort are needed. */
const STREAMS = 4_096;

export interface EnvoyServerContext {
  series: TelemetrySeries;
  tap: RequestTap;
  clock: Clock;
  log: Logger;
  /** Called with the number of entries of each message. */
  onEntries(count: number): void;
}

/** Envoy's access log service and metrics service, feeding the series and listeners to requests. Not yet listening. */
export function createEnvoyServer(context: EnvoyServerContext): Server {
  const server = new Server({ 'grpc.max_concurrent_streams': STREAMS });
  server.addService(
    { StreamAccessLogs: { ...accessLogService.StreamAccessLogs, requestDeserialize: decodeAccessLogMessage } },
    {
      StreamAccessLogs: (call: ServerReadableStream<AccessLogMessage, object>, done: sendUnaryData<object>) =>
        acceptLogs(call, done, context),
    },
  );
  server.addService(metricsService, {
    StreamMetrics: (call: ServerReadableStream<StreamMetricsMessage, object>, done: sendUnaryData<object>) =>
      acceptMetrics(call, done, context),
  });
  return server;
}

function acceptLogs(call: ServerReadableStream<AccessLogMessage, object>, done: sendUnaryData<object>, context: EnvoyServerContext): void {
  const { series, tap, clock } = context;
  const stream = new SeriesStream(context, 'log');
  call.on('data', (message: AccessLogMessage) => {
    if (message.identifier?.logName === LOG_NAME) stream.open(message.identifier.proxy);
    if (!stream.current) return;
    context.onEntries(message.entries.length);
    // First, for a held request waits for it.
    tap.record(stream.current.proxy, message.entries);
    series.record(stream.current, message.entries, clock.now());
  });
  endWith(call, done, stream);
}

function acceptMetrics(
  call: ServerReadableStream<StreamMetricsMessage, object>,
  done: sendUnaryData<object>,
  context: EnvoyServerContext,
): void {
  const { series, clock } = context;
  const stream = new SeriesStream(context, 'metrics');
  call.on('data', (message: StreamMetricsMessage) => {
    if (message.identifier?.node) stream.open(message.identifier.node.id);
    if (!stream.current) return;
    const { mirrors, dropped } = readMetrics(message.envoy_metrics);
    for (const [cluster, { delta, atMs }] of mirrors) series.recordMirror(stream.current.proxy, cluster, delta, atMs || clock.now());
    if (dropped === 0) return;
    series.entriesLost(stream.current.proxy, dropped, clock.now());
    context.tap.lost(stream.current.proxy);
  });
  endWith(call, done, stream);
}

/** A stream belongs to no proxy before its first message, and ends once, whatever ends it. */
class SeriesStream {
  current: ProxyStream | undefined;
  constructor(
    private readonly context: EnvoyServerContext,
    private readonly kind: ProxyStream['kind'],
  ) {}

  open(proxy: string): void {
    this.current ??= this.context.series.streams.open(proxy, this.kind);
  }

  end(): void {
    if (!this.current || this.current.closed) return;
    this.context.log.debug({ proxy: this.current.proxy, kind: this.kind }, 'stream of a proxy ended');
    this.context.series.streamLost(this.current, this.context.clock.now());
    if (this.kind === 'log') this.context.tap.lost(this.current.proxy);
  }
}

function endWith(call: ServerReadableStream<unknown, object>, done: sendUnaryData<object>, stream: SeriesStream): void {
  call.on('end', () => {
    stream.end();
    done(null, {});
  });
  call.on('cancelled', () => stream.end());
  call.on('error', () => stream.end());
  call.on('close', () => stream.end());
}
