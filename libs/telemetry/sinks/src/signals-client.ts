import type { Client, ClientReadableStream, MethodDefinition } from '@grpc/grpc-js';
import { type Clock, type DialAddress, TidegateError, backoffMs } from '@tidegate/kernel';
import type { SignalBatch, Signals, Subject, Subscription, Traffic } from '@tidegate/signals';
import { codes } from './errors.js';
import { type ClientContext, RECONNECT, type SignalsClientOptions, clientContext, connectTo } from './signals-connection.js';
import { signalsService } from './signals-service.js';

const ANSWER_WITHIN_MS = 5_000;

export interface SignalsConnection extends Signals, Traffic {
  close(): void;
}

/**
 * The ports Signals and Traffic of telemetry in another process. Subscriptions reconnect by themselves for ever; seconds that passed meanwhile
 * come as a gap. `recent` and `window` throw TELEMETRY_UNREACHABLE.
 */
export function connectSignals(address: DialAddress, options: SignalsClientOptions = {}): SignalsConnection {
  const context = clientContext(options);
  const client = connectTo(address, context.log);
  const subscriptions = new Set<RemoteSubscription>();
  return {
    subscribe(subject, onBatch) {
      const subscription = new RemoteSubscription(client, subject, onBatch, context, () => subscriptions.delete(subscription));
      subscriptions.add(subscription);
      subscription.connect();
      return subscription;
    },
    recent: (subject, seconds) => ask(client, signalsService.Recent, { subject, seconds }, context.clock),
    window: (seconds) => ask(client, signalsService.Window, { seconds }, context.clock),
    close() {
      for (const subscription of [...subscriptions]) subscription.close();
      client.close();
    },
  };
}

class RemoteSubscription implements Subscription {
  private stream: ClientReadableStream<SignalBatch> | undefined;
  private closed = false;
  private failures = 0;
  /** First second that has not been heard of, once that matters. */
  private expected: number | undefined;
  private lost = false;
  private cancelRetry = (): void => undefined;

  constructor(
    private readonly client: Client,
    private readonly subject: Subject,
    private readonly onBatch: (batch: SignalBatch) => void,
    private readonly context: ClientContext,
    private readonly onClose: () => void,
  ) {}

  connect(): void {
    const { path, requestSerialize, responseDeserialize } = signalsService.Subscribe;
    const stream = this.client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, this.subject);
    this.stream = stream;
    stream.on('data', (batch: SignalBatch) => this.receive(batch));
    stream.on('error', (error) => this.retry(stream, error));
    stream.on('end', () => this.retry(stream, undefined));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelRetry();
    this.stream?.cancel();
    this.onClose();
  }

  private receive(batch: SignalBatch): void {
    if (this.closed) return;
    this.failures = 0;
    if (batch.type === 'second' || batch.type === 'gap') {
      const first = batch.type === 'gap' ? batch.from : batch.second;
      const last = batch.type === 'gap' ? batch.to : batch.second;
      if (this.expected !== undefined && last < this.expected) return;
      if (this.lost && this.expected !== undefined && first > this.expected) {
        this.onBatch({ type: 'gap', from: this.expected, to: first - 1, because: 'the connection to telemetry was lost' });
      }
      this.lost = false;
      this.expected = last + 1;
    }
    this.onBatch(batch);
  }

  /** A broken stream reports both an error and its end: the first of them counts. */
  private retry(stream: ClientReadableStream<SignalBatch>, error: Error | undefined): void {
    if (this.closed || this.stream !== stream) return;
    this.stream = undefined;
    this.lost = true;
    this.expected ??= Math.floor(this.context.clock.now() / 1000);
    if (this.failures === 0) this.context.log.warn({ err: error, subject: this.subject }, 'signals lost, connecting again');
    const delay = backoffMs(this.failures, RECONNECT, this.context.random());
    this.failures += 1;
    this.cancelRetry = this.context.clock.after(delay, () => this.connect());
  }
}

function ask<Request, Response>(client: Client, method: MethodDefinition<Request, Response>, request: Request, clock: Clock): Promise<Response> {
  const { path, requestSerialize, responseDeserialize } = method;
  const deadline = new Date(clock.now() + ANSWER_WITHIN_MS);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, { deadline }, (error, response) => {
      if (response) resolve(response);
      else
        reject(
          new TidegateError(codes.TELEMETRY_UNREACHABLE, 'Telemetry does not answer.', {
            remedy: 'Look whether the telemetry process runs and its signals socket exists.',
            cause: error,
          }),
        );
    });
  });
}
