import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Ring, backoffMs, pause, type Clock, type Logger } from '@tidegate/kernel';
import { askEnvoy, envoyIsLive, openRequests } from './envoy-admin.js';
import { endRecorded, writeRecord } from './process-record.js';

export interface SuperviseEnvoyOptions {
  binary: string;
  bootstrapPath: string;
  /** Unix socket of Envoy's administration, as in the bootstrap. */
  adminSocket: string;
  /** Names the running Envoy, so that one left over from a crash is found and ended. */
  pidPath: string;
  /** Worker threads; default 2. */
  concurrency?: number;
  clock: Clock;
  log: Logger;
  /** How long open requests may take when stopping; default 5,000 ms. */
  drainMs?: number;
  /** In [0,1), for the delay between restarts; default Math.random. */
  random?: () => number;
}

export interface SupervisedEnvoy {
  pid(): number | undefined;
  /** How often it had to be started again. */
  restarts(): number;
  /** Why it is not running, in a sentence; undefined while it runs. */
  problem(): string | undefined;
  isLive(): Promise<boolean>;
  /** Lets open requests finish, then ends it. Safe to call twice. */
  stop(): Promise<void>;
}

const RESTART = { baseMs: 100, maxMs: 10_000 };
/** After running this long, an exit counts as the first again. */
const STEADY_MS = 30_000;
const LOG_FORMAT = '%l|%n|%v';
type Child = ChildProcessByStdio<null, null, Readable>;

/** Starts Envoy, first ending one that an earlier supervisor left behind, and starts it again, later each time, whenever it ends. */
export async function superviseEnvoy(options: SuperviseEnvoyOptions): Promise<SupervisedEnvoy> {
  if (await endRecorded(options.pidPath, 3000)) options.log.info('an Envoy left over from an earlier run was ended');
  const supervisor = new EnvoySupervisor(options);
  await supervisor.start();
  return supervisor;
}

class EnvoySupervisor implements SupervisedEnvoy {
  private child: Child | undefined;
  private exited: Promise<void> = Promise.resolve();
  private attempts = 0;
  private restarted = 0;
  private startedAt = 0;
  private trouble: string | undefined;
  private stopping: Promise<void> | undefined;
  private cancelRestart: () => void = () => undefined;
  /** The newest warnings and errors: an exit code alone explains nothing. */
  private lastWords = new Ring<string>(5);

  constructor(private readonly options: SuperviseEnvoyOptions) {}

  pid(): number | undefined {
    return this.child?.pid;
  }
  restarts(): number {
    return this.restarted;
  }
  problem(): string | undefined {
    return this.trouble;
  }
  isLive(): Promise<boolean> {
    return this.child ? envoyIsLive(this.options.adminSocket) : Promise.resolve(false);
  }

  async start(): Promise<void> {
    const { binary, bootstrapPath, adminSocket, pidPath, concurrency = 2, clock, log } = this.options;
    await rm(adminSocket, { force: true });
    if (this.stopping) return;
    // Hot restart would need shared memory and a number that no other Envoy of this machine uses.
    const flags = ['--disable-hot-restart', '--concurrency', String(concurrency), '--log-level', 'warning', '--log-format', LOG_FORMAT];
    const child = spawn(binary, ['--config-path', bootstrapPath, ...flags, '--drain-time-s', '5'], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    this.startedAt = clock.monotonic();
    this.lastWords = new Ring<string>(5);
    createInterface({ input: child.stderr }).on('line', (line) => this.relay(line));
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.ended(`it could not be started: ${error.message}`);
        resolve();
      });
      child.once('exit', (code, signal) => {
        this.ended(signal ? `it was ended by ${signal}` : `it ended with status ${code ?? 'unknown'}`);
        resolve();
      });
    });
    if (child.pid !== undefined) {
      await writeRecord(pidPath, child.pid);
      log.info({ pid: child.pid }, 'Envoy started');
    }
    this.trouble = undefined;
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    this.cancelRestart();
    const child = this.child;
    if (child) {
      await this.drain();
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await this.exited;
      clearTimeout(killer);
    }
    await rm(this.options.pidPath, { force: true });
    await rm(this.options.adminSocket, { force: true });
  }

  /** Listeners close to new connections; answers in progress may finish. */
  private async drain(): Promise<void> {
    const { adminSocket, drainMs = 5000, clock } = this.options;
    const deadline = clock.monotonic() + drainMs;
    try {
      await askEnvoy(adminSocket, 'POST', '/drain_listeners?inboundonly');
      while (clock.monotonic() < deadline && (await openRequests(adminSocket)) > 0) await pause(50);
    } catch (error) {
      this.options.log.debug({ error: String(error) }, 'Envoy was not drained before its end');
    }
  }

  private ended(how: string): void {
    this.child = undefined;
    if (this.stopping) return;
    const { clock, log, random = Math.random } = this.options;
    if (clock.monotonic() - this.startedAt > STEADY_MS) this.attempts = 0;
    const delay = backoffMs(this.attempts++, RESTART, random());
    const words = [...this.lastWords].join('; ');
    this.trouble = `Envoy is not running: ${how}${words === '' ? '' : ` (${words})`}; it is started again.`;
    log.error({ how, words, delayMs: Math.round(delay) }, 'Envoy ended and is started again');
    this.cancelRestart = clock.after(delay, () => {
      this.restarted++;
      this.start().catch((error: unknown) => this.ended(`it could not be started: ${String(error)}`));
    });
  }

  private relay(line: string): void {
    const [level = '', component = '', ...text] = line.slice(0, 2000).split('|');
    const message = text.length > 0 ? text.join('|') : line.slice(0, 2000);
    if (level === 'error' || level === 'critical') {
      this.lastWords.push(message);
      this.options.log.error({ component }, message);
    } else this.options.log.warn({ component }, message);
  }
}
