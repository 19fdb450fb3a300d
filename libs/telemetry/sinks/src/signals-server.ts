import { Server, type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from '@grpc/grpc-js';
import type { SignalBatch, Signals, Subject } from '@tidegate/signals';
import { listenOnSocket } from './grpc-socket.js';
import { type RecentRequest, signalsService } from './signals-service.js';
import { SlowListener } from './slow-listener.js';

const SUBSCRIPTIONS = 2_000;
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Serves the port on a unix socket. `stop` ends every subscription. */
export async function serveSignals(signals: Signals, socketPath: string): Promise<{ subscriptions(): number; stop(): Promise<void> }> {
  const server = new Server({ 'grpc.max_concurrent_streams': SUBSCRIPTIONS * 2 });
  let open = 0;
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
  return { subscriptions: () => open, stop: async () => server.forceShutdown() };
}

function isSubject(subject: Partial<Subject> | undefined): boolean {
  return NAME.test(subject?.namespace ?? '') && NAME.test(subject?.service ?? '');
}
