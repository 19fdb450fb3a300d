import { type Clock, TidegateError } from '@tidegate/kernel';
import type { CommandEnd, PodTerminal } from '@tidegate/kube';
import type { WebSocket } from 'ws';
import { Flow } from './flow.js';
import { type ServerFrame, type TerminalEnd, closeCodeOf, codes, endedFrame, readClientFrame } from './frames.js';
import { IdleWatch } from './idle-watch.js';

/** Output that a slow reader has not taken; above it the program waits. */
const MOST_SHOWN_BYTES = 512 * 1024;
/** Keys that the program has not taken; above it nothing is read from the client. */
const MOST_TYPED_BYTES = 64 * 1024;
const LONGEST_MESSAGE_BYTES = 64 * 1024;
/** A client that answers no ping between two of them has gone. */
const PING_MS = 30_000;
/** Where the client is not asked whether it agrees. */
const CLOSED_WITHIN_MS = 2_000;

/**
 * One terminal, between a client and a container: opening -> open -> over. `end` may be called at any time and by anybody; the first reason counts.
 */
export class TerminalSession {
  private readonly reason = Promise.withResolvers<TerminalEnd>();
  private over: TerminalEnd | undefined;
  private cancelPing: () => void = () => undefined;
  private readonly typed: Flow;
  private shown: Flow | undefined;
  /** Keys, and output: for the record of its end. */
  readonly bytes = { typed: 0, shown: 0 };
  private isAnswered = true;

  constructor(
    private readonly client: WebSocket,
    private readonly options: { clock: Clock; idleMs: number },
    /** Tells itself what it has shown: browsers read on whether their page keeps up or not. */
    private readonly acknowledges: boolean,
  ) {
    // Nothing is read before the terminal is open.
    client.pause();
    client.on('error', () => this.end('left'));
    client.once('close', () => this.end('left'));
    this.typed = new Flow(client, MOST_TYPED_BYTES);
  }

  end(reason: TerminalEnd): void {
    if (this.over !== undefined) return;
    this.over = reason;
    this.reason.resolve(reason);
  }

  /** Passes on what is typed and shown until it is over; resolves with how, once both ends are told. */
  async run(terminal: PodTerminal, opened: ServerFrame): Promise<TerminalEnd> {
    // It may have been ended while it opened.
    const stop = this.over === undefined ? this.begin(terminal, opened) : (): void => undefined;
    const end = await this.reason.promise;
    stop();
    terminal.close();
    this.close(end);
    return end;
  }

  /** The last word to the client. What the program has shown before its own end still arrives; any other end waits for nobody. */
  close(end: TerminalEnd): void {
    const frame = endedFrame(end);
    if (frame) this.say(frame);
    this.client.resume();
    this.client.close(closeCodeOf(end));
    if (end instanceof TidegateError) setTimeout(() => this.client.terminate(), CLOSED_WITHIN_MS).unref();
  }

  private begin(terminal: PodTerminal, opened: ServerFrame): () => void {
    this.say(opened);
    const shown = new Flow(terminal, MOST_SHOWN_BYTES);
    this.shown = shown;
    void terminal.ended.then((end) => this.end(endOf(end)));
    terminal.begin((chunk) => {
      this.bytes.shown += chunk.length;
      shown.take(chunk.length);
      this.client.send(chunk, { binary: true }, () => this.acknowledges || shown.arrived(chunk.length));
    });
    const idle = new IdleWatch({ clock: this.options.clock, limitMs: this.options.idleMs, warn: (seconds) => this.say({ type: 'idle', seconds }), over: () => this.end(idleFor(this.options.idleMs)) });
    this.client.on('message', (message: Buffer, isBinary) => this.heard(terminal, idle, message, isBinary));
    this.client.on('pong', () => (this.isAnswered = true));
    this.pingLater(terminal);
    this.client.resume();
    return () => {
      idle.stop();
      this.cancelPing();
    };
  }

  private heard(terminal: PodTerminal, idle: IdleWatch, message: Buffer, isBinary: boolean): void {
    if (this.over !== undefined) return;
    if (message.length > LONGEST_MESSAGE_BYTES) return this.end(badFrame(`A message is longer than ${LONGEST_MESSAGE_BYTES} bytes.`));
    const frame = isBinary ? undefined : readClientFrame(message.toString());
    if (frame?.type === 'shown') return this.acknowledges ? this.shown?.arrived(frame.bytes) : undefined;
    if (!isBinary && !frame) return this.end(badFrame('A message is neither keys nor a frame that is known.'));
    this.typed.take(message.length);
    const taken = (): void => this.typed.arrived(message.length);
    if (frame) return terminal.resize(frame, taken);
    idle.typed();
    this.bytes.typed += message.length;
    terminal.type(message, taken);
  }

  private pingLater(terminal: PodTerminal): void {
    this.cancelPing = this.options.clock.after(PING_MS, () => this.ping(terminal));
  }

  private ping(terminal: PodTerminal): void {
    // While its keys wait here, its answers do too.
    if (!this.isAnswered && !this.typed.isHeld) return void this.client.terminate();
    this.isAnswered = false;
    this.client.ping();
    terminal.ping();
    this.pingLater(terminal);
  }

  private say(frame: ServerFrame): void {
    if (this.client.readyState === this.client.OPEN) this.client.send(JSON.stringify(frame));
  }
}

function endOf(end: CommandEnd): TerminalEnd {
  if ('exitCode' in end) return end;
  return new TidegateError(codes.API_TERMINAL_LOST, end.because, { remedy: 'Is there such a program in the container, and does the container run? Then open it again.' });
}

const idleFor = (ms: number): TidegateError =>
  new TidegateError(codes.API_TERMINAL_IDLE, `Nobody typed for ${ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 1000)} seconds`}.`, { remedy: 'Open it again; what ran in it has ended.' });

const badFrame = (sentence: string): TidegateError => new TidegateError(codes.API_TERMINAL_FRAME_INVALID, sentence, { remedy: 'Send keys as binary messages, and {"type":"resize","columns":80,"rows":24} as text.' });
