import { Server, type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from '@grpc/grpc-js';
import type { ListenAddress, Logger } from '@tidegate/kernel';
import type { RequestEvents, SignalBatch, Signals, Subject, Traffic } from '@tidegate/signals';
import { listen } from './grpc-socket.js';
import { type RecentRequest, signalsService } from './signals-service.js';
import { SlowListener } from './slow-listener.js';
import { type RequestNews, SlowRequestListener } from './slow-request-listener.js';

const SUBSCRIPTIONS = 2_000;
/** Each gets every event of every proxy: a handful of processes want them. */
const REQUEST_LISTENERS = 16;
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export interface TelemetryPorts {
  signals: Signals;
  traffic: Traffic;
  requestEvents: RequestEvents;
}

export interface RunningSignals {
  subscriptions(): number;
  /** Of the port that was bound over TLS. */
  port: number | undefined;
  /** Ends every subscription. */
  stop(): Promise<void>;
}

/** In the certificates of those who ask; `strategy-controller` and `control` are one, as are `autoscaler` and `traffic`. */
const CONSUMERS = [
  'strategy-controller.tidegate',
  'admission-webhook.tidegate',
  'api.tidegate',
  'autoscaler.tidegate',
  'activator.tidegate',
];

/** Serves all ports. */
export async function serveSignals(ports: TelemetryPorts, address: ListenAddress, log: Logger): Promise<RunningSignals> {
  const { signals, traffic, requestEvents } = ports;
  const server = new Server({ 'grpc.max_concurrent_streams': SUBSCRIPTIONS * 2 });
  let open = 0;
  let listeners = 0;
  server.addService(signalsService, {
    Subscribe: (call: ServerWritableStream<Subject, SignalBatch>) => {
      if (!isSubject(call.request) || open >= SUBSCRIPTIONS) {
        call.emit('error', {
          code: isSubject(call.request) ? status.RESOURCE_EXHAUSTED : status.INVALID_ARGUMENT,
          details: 'not a subject, or too many',
        });
        return;
      }
      open += 1;
      const listener = new SlowListener((batch) => call.write(batch));
      const subscription = signals.subscribe(call.request, (batch) => listener.push(batch));
      call.on('drain', () => listener.drained());
      call.once('close', () => {
        open -= 1;
        subscription.close();
      });
    },
    Requests: (call: ServerWritableStream<object, RequestNews>) => {
      if (listeners >= REQUEST_LISTENERS) {
        call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'too many listeners to requests' });
        return;
      }
      listeners += 1;
      const listener = new SlowRequestListener((news) => call.write(news));
      const subscription = requestEvents.subscribe(listener);
      call.on('drain', () => listener.drained());
      call.once('close', () => {
        listeners -= 1;
        subscription.close();
      });
    },
    Recent: (call: ServerUnaryCall<RecentRequest, unknown>, done: sendUnaryData<unknown>) => {
      const { subject, seconds } = call.request;
      if (!isSubject(subject) || !Number.isInteger(seconds) || seconds < 0) return done({ code: status.INVALID_ARGUMENT });
      answer(signals.recent(subject, seconds), done);
    },
    Window: (call: ServerUnaryCall<{ seconds: number }, unknown>, done: sendUnaryData<unknown>) => {
      const { seconds } = call.request;
      if (!Number.isInteger(seconds) || seconds < 1) return done({ code: status.INVALID_ARGUMENT });
      answer(traffic.window(seconds), done);
    },
  });
  const { port, stop } = await listen(server, address, { expects: CONSUMERS, log });
  return {
    subscriptions: () => open + listeners,
    port,
    stop: async () => {
      stop();
      server.forceShutdown();
    },
  };
}

function answer(value: Promise<unknown>, done: sendUnaryData<unknown>): void {
  value.then(
    (known) => done(null, known),
    (error: unknown) => done({ code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) }),
  );
}

function isSubject(subject: Partial<Subject> | undefined): boolean {
  return NAME.test(subject?.namespace ?? '') && NAME.test(subject?.service ?? '');
}
