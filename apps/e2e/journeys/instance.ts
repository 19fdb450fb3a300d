import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const launcher = path.resolve(import.meta.dirname, '..', '..', '..', 'tidegate');

export interface Done {
  code: number;
  /** What it printed as its result. */
  out: string;
  /** Progress and complaints. */
  err: string;
}

/** An instance of the product in a folder of its own, used through its command as a newcomer would. */
export class Instance {
  constructor(readonly data = mkdtempSync(path.join(tmpdir(), 'tidegate-journey-'))) {}

  /** Runs `./tidegate WORDS --data ...` to its end. */
  run(...words: string[]): Promise<Done> {
    return this.runWith({}, ...words);
  }

  runWith(env: Record<string, string>, ...words: string[]): Promise<Done> {
    return launched([...words, '--data', this.data], env);
  }

  /** With something on standard input. */
  withInput(input: string, env: Record<string, string>, ...words: string[]): Promise<Done> {
    return launched([...words, '--data', this.data], env, input);
  }

  /** Without naming this instance: the environment says what is meant. */
  runHere(env: Record<string, string>, ...words: string[]): Promise<Done> {
    return launched(words, env);
  }

  async status(): Promise<{ state: string; parts: { name: string; pid?: number; state: string; restarts: number }[] }> {
    return JSON.parse((await this.run('status', '--json')).out) as Awaited<ReturnType<Instance['status']>>;
  }

  async kubeconfig(): Promise<string> {
    return (await this.run('kubeconfig')).out.trim();
  }

  async end(): Promise<void> {
    await this.run('down');
    rmSync(this.data, { recursive: true, force: true });
  }
}

function launched(words: readonly string[], env: Record<string, string>, input = ''): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = spawn(launcher, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, out, err }));
    // Some commands end without reading it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
