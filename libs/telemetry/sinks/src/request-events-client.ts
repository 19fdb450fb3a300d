import type { Client, ClientReadableStream } from '@grpc/grpc-js';
import { type DialAddress, backoffMs, causeChain } from '@tidegate/kernel';
import { EVERY_PROXY, type RequestEventListener, type RequestEvents, type Subscription } from '@tidegate/signals';
import { type ClientContext, RECONNECT, type SignalsClientOptions, clientContext, connectTo } from './signals-connection.js';
import { signalsService } from './signals-service.js';
import type { RequestNews } from './slow-request-listener.js';

export interface RequestEventsConnection extends RequestEvents {
  close(): void;
}

/** The RequestEvents port of telemetry in another process. Subscriptions reconnect by themselves for ever, and say at each failure that every proxy is lost. */
export function connectRequestEvents(address: DialAddress, options: SignalsClientOptions = {}): RequestEventsConnection {
  const context = clientContext(options);
  const client = connectTo(address, context.log);
  const subscriptions = new Set<RemoteListener>();
  return {
    subscribe(listener) {
      const subscription = new RemoteListener(client, listener, context, () => subscriptions.delete(subscription));
      subscriptions.add(subscription);
      subscription.connect();
      return subscription;
    },
    close() {
      for (const subscription of [...subscriptions]) subscription.close();
      client.close();
    },
  };
}

class RemoteListener implements Subscription {
  private stream: ClientReadableStream<RequestNews> | undefined;
  private closed = false;
  private failures = 0;
  private cancelRetry = (): void => undefined;

  constructor(
    private readonly client: Client,
    private readonly listener: RequestEventListener,
    private readonly context: ClientContext,
    private readonly onClose: () => void,
  ) {}

  connect(): void {
    const { path, requestSerialize, responseDeserialize } = signalsService.Requests;
    const stream = this.client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {});
    this.stream = stream;
    stream.on('data', (news: RequestNews) => this.receive(news));
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

  private receive(news: RequestNews): void {
    if (this.closed) return;
    this.failures = 0;
    if ('lost' in news) return this.tell(() => this.listener.lost(news.lost));
    this.tell(() => this.listener.events(news.events));
  }

  private tell(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.context.log.error({ because: causeChain(error) }, 'a listener to requests failed');
    }
  }

  /** A broken stream reports both an error and its end: the first of them counts. */
  private retry(stream: ClientReadableStream<RequestNews>, error: Error | undefined): void {
    if (this.closed || this.stream !== stream) return;
    this.stream = undefined;
    if (this.failures === 0) this.context.log.warn({ err: error }, 'request events lost, connecting again');
    this.tell(() => this.listener.lost(EVERY_PROXY));
    const delay = backoffMs(this.failures, RECONNECT, this.context.random());
    this.failures += 1;
    this.cancelRetry = this.context.clock.after(delay, () => this.connect());
  }
}
