import { Server, type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from '@grpc/grpc-js';
import type { RequestEvents, SignalBatch, Signals, Subject } from '@tidegate/signals';
import { listenOnSocket } from './grpc-socket.js';
import { type RecentRequest, signalsService } from './signals-service.js';
import { SlowListener } from './slow-listener.js';
import { type RequestNews, SlowRequestListener } from './slow-request-listener.js';

const SUBSCRIPTIONS = 2_000;
/** Each gets every event of every proxy: a handful of processes want them. */
const REQUEST_LISTENERS = 16;
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export interface TelemetryPorts {
  signals: Signals;
  requestEvents: RequestEvents;
}

/** Serves both ports on a unix socket. `stop` ends every subscription. */
export async function serveSignals(ports: TelemetryPorts, socketPath: string): Promise<{ subscriptions(): number; stop(): Promise<void> }> {
  const { signals, requestEvents } = ports;
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
      signals.recent(subject, seconds).then(
        (batches) => done(null, batches),
        (error: unknown) => done({ code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) }),
      );
    },
  });
  await listenOnSocket(server, socketPath);
  return { subscriptions: () => open + listeners, stop: async () => server.forceShutdown() };
}

function isSubject(subject: Partial<Subject> | undefined): boolean {
  return NAME.test(subject?.namespace ?? '') && NAME.test(subject?.service ?? '');
}
