import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { Done } from './instance.js';

/** The path of somebody else's client: from the variable, else from PATH; undefined when it is not on this machine. */
export function findClient(name: string, variable: string): string | undefined {
  const given = process.env[variable];
  if (given) return given;
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    try {
      const file = path.join(folder, name);
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

export interface RunOptions {
  input?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
}

/** A client program with words that every call begins with. */
export class Client {
  constructor(
    private readonly file: string,
    private readonly first: readonly string[],
  ) {}

  start(words: readonly string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(this.file, [...this.first, ...words], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /** Runs to its end. Killed after the limit, which counts as a failure of the call. */
  run(words: readonly string[], { input, env, timeoutMs = 60_000 }: RunOptions = {}): Promise<Done> {
    const child = this.start(words, env);
    return new Promise((resolve, reject) => {
      let out = '';
      let err = '';
      const limit = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(limit);
        resolve({ code: code ?? -1, out, err });
      });
      child.stdin?.end(input ?? '');
    });
  }
}
