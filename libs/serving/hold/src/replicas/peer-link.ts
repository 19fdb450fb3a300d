import type { Client, ClientDuplexStream } from '@grpc/grpc-js';
import { dial } from '@tidegate/grpc-link';
import { type Clock, type DialAddress, type Logger, addressText, backoffMs } from '@tidegate/kernel';
import type { Member } from '@tidegate/serving-ownership';
import { Frames } from './frames.js';
import { LARGEST_BYTES, type PeerAnswer, type PeerAnswers, type PeerRequest, type PeerRequests, shareMethod } from './peer-messages.js';

export interface PeerLinkOptions {
  self: Member;
  address: DialAddress;
  clock: Clock;
  log: Logger;
  onOpen: () => void;
  onClosed: () => void;
  onAnswer: (answer: PeerAnswer) => void;
}

const AGAIN = { baseMs: 50, maxMs: 1_000 };
/** What was said last still goes out. */
const LAST_WORDS_MS = 500;

const CHANNEL = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.max_receive_message_length': LARGEST_BYTES,
};

type Stream = ClientDuplexStream<PeerRequests, PeerAnswers>;

/** The stream on which we ask one other replica; opened again whenever it breaks, until `close`. */
export class PeerLink {
  private readonly client: Client;
  private stream: Stream | undefined;
  /** While the stream is known to be open. */
  private frames: Frames<PeerRequest, PeerRequests> | undefined;
  private failures = 0;
  private isClosed = false;
  private cancelRetry: () => void = () => undefined;

  constructor(private readonly options: PeerLinkOptions) {
    this.client = dial(options.address, { log: options.log, channel: CHANNEL });
    this.connect();
  }

  /** False while there is no stream. */
  send(request: PeerRequest): boolean {
    this.frames?.push(request);
    return this.frames !== undefined;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.cancelRetry();
    this.frames?.flush();
    const wasOpen = this.frames !== undefined;
    this.frames = undefined;
    const { stream } = this;
    // It ends the stream in turn once it has read all.
    if (wasOpen) stream?.end();
    else stream?.cancel();
    this.options.clock.after(LAST_WORDS_MS, () => {
      stream?.cancel();
      this.client.close();
    });
    if (wasOpen) this.options.onClosed();
  }

  private connect(): void {
    const { self, onOpen, onAnswer } = this.options;
    const { path, requestSerialize, responseDeserialize } = shareMethod;
    const stream: Stream = this.client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    this.stream = stream;
    // The other side sends its metadata as soon as it has taken the call.
    stream.on('metadata', () => {
      if (this.stream !== stream || this.isClosed) return;
      this.failures = 0;
      this.frames = new Frames(
        stream,
        (items) => ({ from: self, items }),
        () => stream.cancel(),
      );
      onOpen();
    });
    stream.on('data', ({ items }: PeerAnswers) => {
      if (this.stream === stream && !this.isClosed) for (const item of items) onAnswer(item);
    });
    stream.on('error', (error) => this.broken(stream, error));
    stream.on('end', () => this.broken(stream, undefined));
  }

  /** A broken stream reports both an error and its end: the first of them counts. */
  private broken(stream: Stream, error: Error | undefined): void {
    if (this.stream !== stream) return;
    this.stream = undefined;
    const wasOpen = this.frames !== undefined;
    this.frames = undefined;
    if (this.isClosed) return;
    const { clock, log, address, onClosed } = this.options;
    if (wasOpen) {
      log.warn({ address: addressText(address), err: error }, 'the way to another replica is broken, opening it again');
      onClosed();
    }
    this.cancelRetry = clock.after(backoffMs(this.failures++, AGAIN, 0.5), () => this.connect());
  }
}
