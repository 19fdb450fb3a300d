import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface GroupOptions {
  argv: string[];
  environment: ReadonlyMap<string, string>;
  cwd: string;
  /** As root: whom to run as. */
  uid?: number;
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  /** Once, when the first process has ended and its output was read. */
  onEnd(end: { code: number | null; signal: NodeJS.Signals | null }): void;
  /** The program could not be started at all. */
  onError(error: NodeJS.ErrnoException): void;
}

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));
/** After the first process ended, its children may hold the output open; they are killed, so this is a last resort. */
const OUTPUT_WAIT_MS = 2000;

/** The first process of a container and everything it starts: one session, one process group. */
export class ProcessGroup {
  readonly pid: number | undefined;
  private readonly child: ChildProcess;
  private over = false;

  constructor(options: GroupOptions) {
    const [file = '', ...args] = confined(options.argv);
    this.child = spawn(file, args, {
      cwd: options.cwd,
      env: Object.fromEntries(options.environment),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Before the first program runs, which already reads the pod's environment (LD_PRELOAD); groups are dropped with it.
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    this.pid = this.child.pid;
    this.child.stdout?.on('data', (chunk: Buffer) => options.onOutput('stdout', chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => options.onOutput('stderr', chunk));
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
      setTimeout(end, OUTPUT_WAIT_MS).unref();
    });
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

/** setpriv: no new privileges, and death with the node's process. */
function confined(argv: string[]): string[] {
  return SETPRIV === undefined ? argv : [SETPRIV, '--no-new-privs', '--pdeathsig=SIGKILL', '--', ...argv];
}
