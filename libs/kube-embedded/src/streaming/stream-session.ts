import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** The size of a client's terminal, in characters. */
export interface TerminalSize {
  width: number;
  height: number;
}

/** Which streams of a command a client asked for. */
export interface WantedStreams {
  stdin: boolean;
  stdout: boolean;
  /** Never together with `tty`: a terminal has one output. */
  stderr: boolean;
  tty: boolean;
}

/** The streams themselves, whatever wire they came on. */
export interface CommandStreams {
  stdin: Readable | undefined;
  stdout: Writable | undefined;
  stderr: Writable | undefined;
  /** Called with each new size of the client's terminal, the first one soon after the start. */
  onResize(listener: (size: TerminalSize) => void): void;
  /** Aborted when the client has gone. */
  signal: AbortSignal;
}

/** meta.v1.Status: what the client is told last. */
export type EndStatus = Record<string, unknown> & { status: 'Success' | 'Failure' };

/** exec and attach. */
export interface CommandSession {
  kind: 'command';
  wants: WantedStreams;
  /** Resolves with the end once every byte of output has been written. Rejects only for faults of our own. */
  run(streams: CommandStreams): Promise<EndStatus>;
}

/** port-forward. */
export interface PortSession {
  kind: 'ports';
  /** Ports that the request itself names: older clients over websockets. */
  ports: readonly number[];
  /** A connection to a port of the pod. Rejects with the sentence for the client. */
  connect(port: number): Promise<Socket>;
}

export type StreamSession = CommandSession | PortSession;
