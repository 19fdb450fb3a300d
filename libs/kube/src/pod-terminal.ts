import { TidegateError } from '@tidegate/kernel';
import WebSocket from 'ws';
import type { RawAccess } from './connect.js';
import { KubeApiError, codes } from './kube-api-error.js';
import type { Person } from './transport.js';

export interface PodTerminalRequest {
  namespace: string;
  pod: string;
  container: string;
  /** Run beside the container's program; absent: what the program itself says and hears (attach). */
  command?: readonly string[] | undefined;
  /** Without: lines end as the program ends them, and sizes mean nothing. */
  tty: boolean;
  /** Whether keys go anywhere. */
  stdin: boolean;
  /** As whom: the own identity needs the verb `impersonate`. */
  person: Person;
}

/** How a command ended, or why that is not known. */
export type CommandEnd = { exitCode: number } | { because: string };

/** The first byte of every message names its channel (v5.channel.k8s.io, and v4 of older servers). */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const RESIZE = 4;
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Ctrl-C and Ctrl-D, as somebody leaves a shell. */
const INTERRUPT_AND_LEAVE = Buffer.from([0x03, 0x04]);
const LEAVE = Buffer.from([0x04]);
/** For an interrupted program to give the terminal back to its shell. */
const INTERRUPTED_WITHIN_MS = 300;
const OPENED_WITHIN_MS = 15_000;
/** After a closing word, for the other end to say its own. */
const CLOSED_WITHIN_MS = 2_000;
const LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024;
const LARGEST_REFUSAL_BYTES = 64 * 1024;

/** A terminal in a container. It tells nothing before `begin`. */
export class PodTerminal {
  private status: CommandEnd | undefined;
  private onOutput: (chunk: Buffer) => void = () => undefined;
  /** Resolves once nothing more comes. */
  readonly ended: Promise<CommandEnd>;

  constructor(
    private readonly socket: WebSocket,
    /** Whether a command was begun for it, which has no use without it. */
    private readonly ownsCommand: boolean,
  ) {
    socket.pause();
    socket.on('message', (message: Buffer) => this.heard(message));
    // 'close' follows, and says what is known.
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => socket.once('close', () => resolve(this.status ?? { because: 'The connection to the container was lost.' })));
  }

  begin(onOutput: (chunk: Buffer) => void): void {
    this.onOutput = onOutput;
    this.socket.resume();
  }

  /** Keys; `taken` is called when they have left. */
  type(keys: Buffer, taken: () => void): void {
    this.send(STDIN, keys, taken);
  }

  /** In characters; `taken` as above. */
  resize({ columns, rows }: { columns: number; rows: number }, taken: () => void): void {
    this.send(RESIZE, Buffer.from(JSON.stringify({ Width: columns, Height: rows })), taken);
  }

  /** Lets output wait where it is made. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Keeps proxies on the way from taking a quiet terminal for a dead one. */
  ping(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  /**
   * Hangs up. What was attached to goes on. A command would go on too: container runtimes tell it nothing of a client that has gone (kubernetes/kubernetes#57992),
   * so it is left by keys first. Who ignores these keys stays, as it does with kubectl.
   */
  close(): void {
    this.socket.resume();
    if (!this.ownsCommand || this.status || this.socket.readyState !== WebSocket.OPEN) return this.hangUp();
    this.onOutput = () => undefined;
    this.type(INTERRUPT_AND_LEAVE, () => undefined);
    setTimeout(() => {
      this.type(LEAVE, () => this.hangUp());
      setTimeout(() => this.socket.terminate(), CLOSED_WITHIN_MS).unref();
    }, INTERRUPTED_WITHIN_MS).unref();
  }

  private hangUp(): void {
    this.socket.close();
    setTimeout(() => this.socket.terminate(), CLOSED_WITHIN_MS).unref();
  }

  private send(channel: number, data: Buffer, taken: () => void): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(Buffer.concat([Buffer.from([channel]), data]), () => taken());
    else taken();
  }

  private heard(message: Buffer): void {
    const [channel] = message;
    const data = message.subarray(1);
    if (channel === STATUS) this.status = readCommandEnd(data.toString());
    // Servers send empty messages to tell that the streams are open.
    else if ((channel === STDOUT || channel === STDERR) && data.length > 0) this.onOutput(data);
  }
}

/** Opens a terminal as a person. Throws what the API server answers instead (KubeApiError), or KUBE_UNREACHABLE. */
export async function openPodTerminal(access: RawAccess, request: PodTerminalRequest): Promise<PodTerminal> {
  const { headers, tls } = await access.credentials();
  const address = addressOf(access.server, request);
  const { user, groups } = request.person;
  const socket = new WebSocket(address, PROTOCOLS, {
    ...tls,
    headers: { ...headers, 'impersonate-user': user, 'impersonate-group': [...groups] },
    handshakeTimeout: OPENED_WITHIN_MS,
    maxPayload: LARGEST_MESSAGE_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(new PodTerminal(socket, request.command !== undefined && request.tty)));
    socket.on('error', (cause) => reject(new TidegateError(codes.KUBE_UNREACHABLE, `The Kubernetes API at ${new URL(access.server).origin} opened no terminal.`, { remedy: 'Try again; if it stays so, ask an administrator whether the cluster is up.', cause })));
    socket.once('unexpected-response', (outgoing, response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > LARGEST_REFUSAL_BYTES) response.destroy();
      });
      response.once('close', () => {
        outgoing.destroy();
        reject(new KubeApiError(response.statusCode ?? 0, parsed(text), `GET ${address.pathname}`));
      });
    });
  });
}

function addressOf(server: string, { namespace, pod, container, command, tty, stdin }: PodTerminalRequest): URL {
  const address = new URL(server);
  address.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:';
  address.pathname = `${address.pathname.replace(/\/$/, '')}/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${command ? 'exec' : 'attach'}`;
  for (const word of command ?? []) address.searchParams.append('command', word);
  for (const [name, value] of Object.entries({ container, stdin, stdout: true, stderr: !tty, tty })) address.searchParams.append(name, String(value));
  return address;
}

/** Reads the Status that a server sends last. */
export function readCommandEnd(text: string): CommandEnd {
  const status = parsed(text);
  if (typeof status !== 'object' || status === null) return { because: 'How the command ended was not told.' };
  const { status: word, message, details } = status as { status?: string; message?: string; details?: { causes?: { reason?: string; message?: string }[] } };
  if (word === 'Success') return { exitCode: 0 };
  const code = Number(details?.causes?.find((c) => c.reason === 'ExitCode')?.message ?? NaN);
  return Number.isInteger(code) ? { exitCode: code } : { because: message ?? 'How the command ended was not told.' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
