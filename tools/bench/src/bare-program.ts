import { spawn } from 'node:child_process';
import path from 'node:path';
import type { NetworkNamespace } from './network-namespace.js';
import { freePort, until } from './platform-instance.js';
import { IMAGES, type Images } from './sleeping-revision.js';

/** What an image of the bench runs, to be run without a platform. */
export interface Program {
  name: string;
  image: string;
  command: [string, ...string[]];
  cwd: string;
}

/** The static one first, where Go is at hand. */
export function programsOf(images: Images): [Program, ...Program[]] {
  const node: Program = { name: 'node', image: images.node, command: [process.execPath, 'main.mjs'], cwd: path.join(IMAGES, 'sleeper') };
  if (!images.static) return [node];
  return [{ name: 'static', image: images.static.image, command: ['./hello'], cwd: images.static.folder }, node];
}

export interface RunningProgram {
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** Runs it at 127.0.0.1, of a network of its own if one is given. Does not wait for it to listen there, since only who is inside could see it. */
export async function startProgram({ command: [file, ...words], cwd }: Program, network?: NetworkNamespace): Promise<RunningProgram> {
  const port = network ? 8080 : await freePort();
  const [command, all] = network?.inside(file, words) ?? [file, words];
  const child = spawn(command, all, { cwd, stdio: 'ignore', env: { PATH: process.env['PATH'], PORT: String(port), HOST: '127.0.0.1' } });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} did not start.`);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = (): Promise<void> => {
    child.kill('SIGKILL');
    return exited;
  };
  if (!network) await until(`${file} answers`, 10_000, () => fetch(`http://127.0.0.1:${port}/`).catch(() => undefined));
  return { pid, port, stop };
}
