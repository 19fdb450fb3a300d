import path from 'node:path';
import type { Writable } from 'node:stream';
import { type Clock, TidegateError } from '@tidegate/kernel';
import type { Container } from '@tidegate/kube';
import { TOKEN_PATH } from '../admission/service-account.js';
import type { ResolvedImage } from '../images/image-store.js';
import { ContainerLog } from './container-log.js';
import { type Mount, buildContainerRoot, removeContainerRoot, rootOf, volumeVariable } from './container-root.js';
import { inView, viewsArePossible } from './container-view.js';
import { codes } from './errors.js';
import { expandVariables } from './expand-variables.js';
import { nodeFolder, podFolder } from './volumes.js';
import { type GroupOptions, ProcessGroup } from './process-group.js';
import { findProgram } from './runtimes.js';
import { NO_TERMINAL, withTerminal } from './terminal.js';

export interface ContainerLaunch {
  container: Container;
  image: ResolvedImage;
  environment: ReadonlyMap<string, string>;
  mounts: Mount[];
  /** Folder of this container inside its pod's folder. */
  dir: string;
  logFile: string;
  uid?: number | undefined;
  /** File of the pod's network namespace, where it has one. */
  network?: string | undefined;
  searchPath: string;
  clock: Clock;
  onEnd(end: { code: number | null; signal: NodeJS.Signals | null }): void;
}

/** Where token, ca.crt and namespace lie, also for a program that does not find them at the path that Kubernetes promises. */
const TOKEN_VARIABLE = 'TIDEGATE_SERVICE_ACCOUNT';
const MAX_OUTPUT = 64 * 1024;
/** Commands that people and probes run beside one program at the same time. */
const MOST_BESIDE = 50;

/** Somebody who sees what the program says from now on. */
export interface OutputWatcher {
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  /** The program has ended. */
  onEnd(end: { code: number | null; signal: NodeJS.Signals | null }): void;
}

/** One run of a container: its root, its log, its processes. */
export class ContainerProcess {
  readonly log: ContainerLog;
  readonly outside: Mount[];
  private readonly launch: ContainerLaunch;
  private readonly environment: Map<string, string>;
  private readonly cwd: string;
  private readonly isView: boolean;
  private readonly group: ProcessGroup;
  readonly rootDir: string;
  /** Commands that run beside the program. */
  private readonly beside = new Set<ProcessGroup>();
  private readonly watchers = new Set<OutputWatcher>();

  /** Throws POD_START_FAILED with the sentence of a container runtime when there is no program to run. */
  constructor(launch: ContainerLaunch) {
    this.launch = launch;
    const { container, image, uid, dir } = launch;
    const workingDir = container.workingDir ?? image.workingDir;
    this.rootDir = rootOf(dir);
    nodeFolder(path.dirname(dir), uid);
    nodeFolder(dir, uid);
    const root = buildContainerRoot(image.rootDir, dir, { workingDir, mounts: launch.mounts, uid, viewsArePossible });
    this.outside = root.outside;
    this.isView = root.isView;
    this.cwd = path.join(this.rootDir, workingDir);
    this.environment = this.fullEnvironment();
    const argv = this.launched(this.commandLine(), container.tty ?? false);
    this.log = new ContainerLog(launch.logFile, launch.clock);
    this.group = new ProcessGroup({
      argv,
      environment: this.environment,
      cwd: this.cwd,
      uid,
      network: launch.network,
      input: container.tty ? 'terminal' : container.stdin ? 'pipe' : 'none',
      onOutput: (stream, chunk) => {
        this.log.write(stream, chunk);
        for (const watcher of this.watchers) watcher.onOutput(stream, chunk);
      },
      onEnd: (end) => this.over(end),
      onError: (error) => {
        this.log.write('stderr', Buffer.from(`${error.message}\n`));
        this.over({ code: 128, signal: null });
      },
    });
  }

  private over(end: { code: number | null; signal: NodeJS.Signals | null }): void {
    for (const group of this.beside) group.signal('SIGKILL');
    this.log.end();
    for (const watcher of this.watchers) watcher.onEnd(end);
    this.watchers.clear();
    this.launch.onEnd(end);
  }

  get pid(): number | undefined {
    return this.group.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.group.signal(signal);
  }

  /** What the manifest lets people type at the program; undefined when it reads nothing. */
  get stdin(): Writable | undefined {
    return this.launch.container.stdin ? this.group.stdin : undefined;
  }

  resize(size: { width: number; height: number }): void {
    this.group.resize(size);
  }

  /** Returns the way to stop watching. */
  watch(watcher: OutputWatcher): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  /**
   * Starts a command beside the program: as the same user, in the same folder, with the same environment. It ends with the program at
   * the latest. Throws POD_START_FAILED with the sentence of a container runtime.
   */
  runBeside(command: readonly string[], io: Pick<GroupOptions, 'input' | 'onOutput' | 'onEnd'>): ProcessGroup {
    if (this.beside.size >= MOST_BESIDE) {
      throw new TidegateError(codes.POD_START_FAILED, `${MOST_BESIDE} commands already run beside the program of this container`, {
        remedy: 'End some of them first.',
      });
    }
    const argv = this.launched(this.programOf(command), io.input === 'terminal');
    const environment = new Map(this.environment);
    if (io.input === 'terminal' && !environment.has('TERM')) environment.set('TERM', 'xterm');
    const over = (end: { code: number | null; signal: NodeJS.Signals | null }): void => {
      this.beside.delete(group);
      io.onEnd(end);
    };
    const group: ProcessGroup = new ProcessGroup({
      argv,
      environment,
      cwd: this.cwd,
      uid: this.launch.uid,
      network: this.launch.network,
      input: io.input,
      onOutput: io.onOutput,
      onEnd: over,
      onError: (error) => {
        void io.onOutput('stderr', Buffer.from(`${error.message}\n`));
        over({ code: 126, signal: null });
      },
    });
    this.beside.add(group);
    return group;
  }

  /** Runs a command beside the program to its end, for probes and hooks. */
  exec(command: string[], timeoutMs: number): Promise<{ exitCode: number; output: string }> {
    return new Promise((resolve) => {
      let output = '';
      let group: ProcessGroup | undefined;
      const done = (exitCode: number): void => {
        clearTimeout(cancel);
        resolve({ exitCode, output });
      };
      const cancel = setTimeout(() => {
        group?.signal('SIGKILL');
        output = `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000}s`;
        done(124);
      }, timeoutMs);
      try {
        group = this.runBeside(command, {
          onOutput: (_, chunk) => void (output.length < MAX_OUTPUT && (output += chunk.toString('utf8'))),
          onEnd: ({ code, signal }) => done(code ?? (signal ? 137 : 1)),
        });
      } catch (error) {
        output = error instanceof Error ? error.message : String(error);
        done(127);
      }
    });
  }

  /** Removes the root; the log stays. */
  clean(): void {
    removeContainerRoot(this.launch.dir);
  }

  /** The command line that runs `argv` where the container's mount paths are, and at a terminal of its own when asked. */
  private launched(argv: string[], isAtTerminal: boolean): string[] {
    // The terminal is the machine's: nothing of the container's own view takes part in making it.
    const seen = this.isView ? inView(this.rootDir, this.cwd, argv) : argv;
    return isAtTerminal ? this.atTerminal(seen) : seen;
  }

  private fullEnvironment(): Map<string, string> {
    const { environment, mounts, searchPath, dir, uid } = this.launch;
    const temporary = path.join(dir, 'tmp');
    podFolder(temporary, uid);
    const full = new Map([
      ['PATH', searchPath],
      ['HOME', this.cwd],
      ['TMPDIR', temporary],
      ['LANG', 'C.UTF-8'],
    ]);
    for (const mount of mounts) {
      full.set(volumeVariable(mount.volume), mount.source);
      if (mount.mountPath === TOKEN_PATH) full.set(TOKEN_VARIABLE, mount.source);
    }
    for (const [name, value] of environment) full.set(name, value);
    full.set('TIDEGATE_ROOT', this.rootDir);
    return full;
  }

  private commandLine(): string[] {
    const { container, image } = this.launch;
    const expand = (text: string): string => expandVariables(text, (name) => this.environment.get(name));
    const entrypoint = container.command?.length ? container.command : image.entrypoint;
    const args = container.args?.length ? container.args : container.command?.length ? [] : image.cmd;
    return this.programOf([...entrypoint, ...args].map(expand));
  }

  /** The command with the file that runs for its first word. */
  private programOf([word, ...rest]: readonly string[]): string[] {
    if (word === undefined)
      throw new TidegateError(codes.POD_START_FAILED, `no command specified`, { remedy: 'Name one in the manifest or in the image.' });
    const searchPath = this.environment.get('PATH') ?? this.launch.searchPath;
    const program = findProgram(word, { searchPath, rootDir: this.rootDir, cwd: this.cwd });
    if (!program) throw new TidegateError(codes.POD_START_FAILED, notFound(word), { remedy: 'Correct the command.' });
    return [program, ...rest];
  }

  private atTerminal(argv: string[]): string[] {
    const wrapped = withTerminal(argv, this.launch.searchPath);
    if (!wrapped) throw new TidegateError(codes.POD_START_FAILED, NO_TERMINAL, { remedy: 'Install python3.' });
    return wrapped;
  }
}

function notFound(word: string): string {
  return word.includes('/')
    ? `exec: "${word}": stat ${word}: no such file or directory`
    : `exec: "${word}": executable file not found in $PATH`;
}
