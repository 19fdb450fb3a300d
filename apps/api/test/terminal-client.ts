import { waitFor } from '@tidegate/testing';
import WebSocket from 'ws';

interface Frame {
  type: string;
  [key: string]: unknown;
}

/** A client of /terminal: what it was shown and told. */
export class TerminalClient {
  private readonly chunks: Buffer[] = [];
  bytes = 0;
  readonly frames: Frame[] = [];
  closeCode: number | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (message: Buffer, isBinary) => {
      if (!isBinary) return void this.frames.push(JSON.parse(message.toString()) as Frame);
      this.bytes += message.length;
      // What is told of the first of it is enough to look at.
      if (this.bytes < 1_000_000) this.chunks.push(message);
    });
    socket.on('close', (code) => (this.closeCode = code));
    socket.on('error', () => undefined);
  }

  /** Rejects with the HTTP status when the server does not switch. */
  static open(port: number, query: [string, string][], headers: Record<string, string>): Promise<TerminalClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/terminal?${new URLSearchParams(query)}`, { headers });
    const client = new TerminalClient(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client));
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        reject(new Error(`${response.statusCode}`));
      });
    });
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  get ended(): Frame | undefined {
    return this.frames.find((f) => f.type === 'ended');
  }

  type(keys: string): void {
    this.socket.send(Buffer.from(keys));
  }

  say(frame: unknown): void {
    this.socket.send(JSON.stringify(frame));
  }

  shows(pattern: RegExp): Promise<unknown> {
    return waitFor(`the terminal to show ${pattern}`, () => pattern.test(this.text), 20_000);
  }

  /** The last word, and the code of the close. */
  async over(): Promise<Frame & { closeCode: number | undefined }> {
    await waitFor('an end of the terminal', () => this.closeCode !== undefined, 20_000);
    return { ...(this.ended ?? { type: 'nothing' }), closeCode: this.closeCode };
  }
}
