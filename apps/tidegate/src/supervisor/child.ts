import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type BackoffShape, backoffMs } from '@tidegate/kernel';

const RESTART: BackoffShape = { baseMs: 200, maxMs: 10_000, jitter: 0.3 };
/** A child that ran this long starts its next life without delay. */
const STEADY_MS = 30_000;
const STOP_GRACE_MS = 20_000;

/** starting -> ready -> (exit) waiting -> starting ...; stopped is final. */
export type ChildState = 'starting' | 'ready' | 'waiting' | 'stopped';

export interface ChildSpec {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Processes of ours speak over IPC and say when they are ready; others are ready once they run. */
  speaks: boolean;
  /** Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
}

/** What a child tells its supervisor over the IPC channel. */
export type ChildMessage = { type: 'ready' } | { type: 'progress'; text: string } | { type: 'fatal'; text: string };

/**
 * One process of the platform: started, restarted with back-off, ended with SIGTERM and then SIGKILL.
 * A child of ours that loses its supervisor sees the IPC channel close and ends by itself.
 */
export class Child {
  state: ChildState = 'waiting';
  restarts = 0;
  startedAt = 0;
  /** The sentence with which the child last gave up; cleared when it becomes ready. */
  lastWords: string | undefined;
  private process: ChildProcess | undefined;
  private failures = 0;
  private stopping = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners: ((message: ChildMessage) => void)[] = [];
  private readonly startListeners: ((pid: number) => void)[] = [];

  constructor(
    readonly spec: ChildSpec,
    private readonly random: () => number,
  ) {}

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Called with the process number at each start. */
  onStart(listener: (pid: number) => void): void {
    this.startListeners.push(listener);
  }

  onMessage(listener: (message: ChildMessage) => void): void {
    this.listeners.push(listener);
  }

  start(): void {
    const { command, args, env, logFile, speaks } = this.spec;
    const log = openSync(logFile, 'a', 0o600);
    this.state = speaks ? 'starting' : 'ready';
    this.startedAt = Date.now();
    const child = spawn(command, args, { env, stdio: speaks ? ['ignore', log, log, 'ipc'] : ['ignore', log, log] });
    closeSync(log);
    this.process = child;
    if (child.pid !== undefined) for (const listener of this.startListeners) listener(child.pid);
    child.on('message', (message: ChildMessage) => this.heard(message));
    child.once('error', (error) => {
      this.lastWords = error.message;
      if (child.pid === undefined) this.ended();
    });
    child.once('exit', () => this.ended());
  }

  private heard(message: ChildMessage): void {
    if (message.type === 'ready') {
      this.state = 'ready';
      this.lastWords = undefined;
    }
    if (message.type === 'fatal') this.lastWords = message.text;
    for (const listener of this.listeners) listener(message);
  }

  private ended(): void {
    this.process = undefined;
    if (this.stopping) {
      this.state = 'stopped';
      return;
    }
    this.failures = Date.now() - this.startedAt > STEADY_MS ? 0 : this.failures + 1;
    this.state = 'waiting';
    this.restarts += 1;
    this.timer = setTimeout(() => this.start(), this.failures === 0 ? 0 : backoffMs(this.failures - 1, RESTART, this.random()));
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      this.state = 'stopped';
      return;
    }
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(this.spec.stopSignal ?? 'SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await gone;
    clearTimeout(killer);
  }
}
