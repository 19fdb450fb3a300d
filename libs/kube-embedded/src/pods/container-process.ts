import path from 'node:path';
import { type Clock, TidegateError } from '@tidegate/kernel';
import type { Container } from '@tidegate/kube';
import type { ResolvedImage } from '../images/image-store.js';
import { ContainerLog } from './container-log.js';
import { type Mount, buildContainerRoot, removeContainerRoot, rootOf, volumeVariable } from './container-root.js';
import { inView, viewsArePossible } from './container-view.js';
import { codes } from './errors.js';
import { expandVariables } from './expand-variables.js';
import { nodeFolder, podFolder } from './volumes.js';
import { ProcessGroup } from './process-group.js';
import { findProgram } from './runtimes.js';

export interface ContainerLaunch {
  container: Container;
  image: ResolvedImage;
  environment: ReadonlyMap<string, string>;
  mounts: Mount[];
  /** Folder of this container inside its pod's folder. */
  dir: string;
  logFile: string;
  uid?: number;
  searchPath: string;
  clock: Clock;
  onEnd(end: { code: number | null; signal: NodeJS.Signals | null }): void;
}

const MAX_OUTPUT = 64 * 1024;

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
    const argv = this.commandLine();
    this.log = new ContainerLog(launch.logFile, launch.clock);
    this.group = new ProcessGroup({
      argv: this.seen(argv),
      environment: this.environment,
      cwd: this.cwd,
      uid,
      onOutput: (stream, chunk) => this.log.write(stream, chunk),
      onEnd: (end) => {
        this.log.end();
        launch.onEnd(end);
      },
      onError: (error) => {
        this.log.write('stderr', Buffer.from(`${error.message}\n`));
        this.log.end();
        launch.onEnd({ code: 128, signal: null });
      },
    });
  }

  get pid(): number | undefined {
    return this.group.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.group.signal(signal);
  }

  /** Runs a command beside the program, as the same user and with the same environment. */
  exec(command: string[], timeoutMs: number): Promise<{ exitCode: number; output: string }> {
    const { searchPath, uid } = this.launch;
    const program = findProgram(command[0] ?? '', { searchPath, rootDir: this.rootDir, cwd: this.cwd });
    if (!program) return Promise.resolve({ exitCode: 127, output: notFound(command[0] ?? '') });
    return new Promise((resolve) => {
      let output = '';
      const done = (exitCode: number): void => {
        clearTimeout(cancel);
        resolve({ exitCode, output });
      };
      const group = new ProcessGroup({
        argv: this.seen([program, ...command.slice(1)]),
        environment: this.environment,
        cwd: this.cwd,
        uid,
        onOutput: (_, chunk) => void (output.length < MAX_OUTPUT && (output += chunk.toString('utf8'))),
        onEnd: ({ code, signal }) => done(code ?? (signal ? 137 : 1)),
        onError: (error) => {
          output = error.message;
          done(126);
        },
      });
      const cancel = setTimeout(() => {
        group.signal('SIGKILL');
        output = `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000}s`;
        done(124);
      }, timeoutMs);
    });
  }

  /** Removes the root; the log stays. */
  clean(): void {
    removeContainerRoot(this.launch.dir);
  }

  private seen(argv: string[]): string[] {
    return this.isView ? inView(this.rootDir, this.cwd, argv) : argv;
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
    for (const mount of mounts) full.set(volumeVariable(mount.volume), mount.source);
    for (const [name, value] of environment) full.set(name, value);
    full.set('TIDEGATE_ROOT', this.rootDir);
    return full;
  }

  private commandLine(): string[] {
    const { container, image, searchPath } = this.launch;
    const expand = (text: string): string => expandVariables(text, (name) => this.environment.get(name));
    const entrypoint = container.command?.length ? container.command : image.entrypoint;
    const args = container.args?.length ? container.args : container.command?.length ? [] : image.cmd;
    const [word, ...rest] = [...entrypoint, ...args].map(expand);
    if (word === undefined)
      throw new TidegateError(codes.POD_START_FAILED, `no command specified`, { remedy: 'Name one in the manifest or in the image.' });
    const path = this.environment.get('PATH') ?? searchPath;
    const program = findProgram(word, { searchPath: path, rootDir: this.rootDir, cwd: this.cwd });
    if (!program) throw new TidegateError(codes.POD_START_FAILED, notFound(word), { remedy: 'Correct the command.' });
    return [program, ...rest];
  }
}

function notFound(word: string): string {
  return word.includes('/')
    ? `exec: "${word}": stat ${word}: no such file or directory`
    : `exec: "${word}": executable file not found in $PATH`;
}
