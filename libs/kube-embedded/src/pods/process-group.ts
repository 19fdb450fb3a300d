import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { Writable } from 'node:stream';
import { ENVIRONMENT_FD, environmentFile, inNetwork } from './network-entry.js';
import { SIZE_FD } from './terminal.js';

export interface GroupOptions {
  argv: string[];
  environment: ReadonlyMap<string, string>;
  cwd: string;
  /** As root: whom to run as. */
  uid?: number | undefined;
  /** As root: the file of the network namespace to run in. */
  network?: string | undefined;
  /** What the program may read: nothing, what is written to `stdin`, or what is typed at a terminal (`argv` comes from `withTerminal`). */
  input?: 'none' | 'pipe' | 'terminal';
  /** A promise holds up the program's output until it is resolved. */
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void | Promise<void>;
  /** Once, when the first process has ended and its output was read. */
  onEnd(end: { code: number | null; signal: NodeJS.Signals | null }): void;
  /** The program could not be started at all. */
  onError(error: NodeJS.ErrnoException): void;
}

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));
/** After the first process ended, its children may hold the output open; they are killed, so this is a last resort. */
const OUTPUT_WAIT_MS = 2000;
const STDIO: Record<'none' | 'pipe' | 'terminal', ('ignore' | 'pipe')[]> = {
  none: ['ignore', 'pipe', 'pipe'],
  pipe: ['pipe', 'pipe', 'pipe'],
  terminal: ['pipe', 'pipe', 'pipe', 'pipe'],
};

/** The first process of a container and everything it starts: one session, one process group. */
export class ProcessGroup {
  readonly pid: number | undefined;
  private readonly child: ChildProcess;
  private over = false;
  /** Outputs that somebody is slow to take. */
  private held = 0;

  constructor(options: GroupOptions) {
    this.child = options.network === undefined || options.uid === undefined ? spawnHere(options) : spawnInNetwork(options, options.network, options.uid);
    this.pid = this.child.pid;
    for (const name of ['stdout', 'stderr'] as const) {
      const source = this.child[name];
      source?.on('data', (chunk: Buffer) => {
        const held = options.onOutput(name, chunk);
        if (!held) return;
        source.pause();
        this.held++;
        void held.finally(() => {
          this.held--;
          source.resume();
        });
      });
    }
    // A program that ends while it is written to is no fault.
    for (const pipe of this.child.stdio) if (pipe instanceof Writable) pipe.on('error', () => undefined);
    this.child.on('error', (error) => {
      if (this.pid === undefined && !this.over) {
        this.over = true;
        options.onError(error);
      }
    });
    this.child.once('exit', (code, signal) => {
      // What the first process left behind ends with it, as the processes of a container do.
      this.signal('SIGKILL', true);
      const end = (): void => {
        if (this.over) return;
        this.over = true;
        options.onEnd({ code, signal });
      };
      this.child.once('close', end);
      const endAtLast = (): void => void (this.held > 0 ? setTimeout(endAtLast, OUTPUT_WAIT_MS).unref() : end());
      setTimeout(endAtLast, OUTPUT_WAIT_MS).unref();
    });
  }

  /** What the program reads; undefined for one that reads nothing. */
  get stdin(): Writable | undefined {
    return this.child.stdin ?? undefined;
  }

  /** Tells a terminal its new size, in characters. */
  resize(size: { width: number; height: number }): void {
    const pipe = this.child.stdio[SIZE_FD];
    if (pipe instanceof Writable && pipe.writable) pipe.write(`${size.height} ${size.width}\n`);
  }

  /** To every process of the group. Nothing happens once the container has ended. */
  signal(signal: NodeJS.Signals, evenIfOver = false): void {
    if (this.pid === undefined || (this.over && !evenIfOver)) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // ESRCH: nothing is left of the group.
    }
  }
}

function spawnHere({ argv, cwd, environment, input, uid }: GroupOptions): ChildProcess {
  const [file = '', ...args] = confined(argv);
  return spawn(file, args, {
    cwd,
    env: Object.fromEntries(environment),
    detached: true,
    stdio: STDIO[input ?? 'none'],
    // Before the first program runs, which already reads the pod's environment (LD_PRELOAD); groups are dropped with it.
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

/** Only root enters a namespace, and root must not see the pod's environment: it is read from a file, by the pod's own user. */
function spawnInNetwork({ argv, cwd, environment, input }: GroupOptions, network: string, uid: number): ChildProcess {
  const [file = '', ...args] = inNetwork(network, uid, argv);
  const script = environmentFile(environment, uid);
  try {
    const stdio = [...STDIO[input ?? 'none'], ...Array<'ignore'>(ENVIRONMENT_FD).fill('ignore')].slice(0, ENVIRONMENT_FD);
    return spawn(file, args, { cwd, env: {}, detached: true, stdio: [...stdio, script] });
  } finally {
    closeSync(script);
  }
}

/** setpriv: no new privileges, and death with the node's process. */
function confined(argv: string[]): string[] {
  return SETPRIV === undefined ? argv : [SETPRIV, '--no-new-privs', '--pdeathsig=SIGKILL', '--', ...argv];
}
