import type { Registry } from 'prom-client';
import type { Clock } from './clock.js';
import type { Logger } from './log.js';

/** What a process gives to the parts that run in it. */
export interface PartContext {
  log: Logger;
  clock: Clock;
  registry: Registry;
  /** A part that can't go on calls this; the process ends with the error's sentence and is started again by its supervisor. */
  fatal(error: unknown): void;
}

/** A running part. `notReady` answers /readyz: empty when ready, else one sentence per missing thing. */
export interface RunningPart {
  readonly name: string;
  notReady(): string[];
  /** Ends cleanly; safe to call twice. */
  stop(): Promise<void>;
}

/** The same part runs alone in its own app or beside others in one process. */
export type StartPart<Options> = (context: PartContext, options: Options) => Promise<RunningPart>;
