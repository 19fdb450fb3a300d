import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import type { Snapshot } from '../src/snapshot.js';
import { staticBootstrap } from './static-bootstrap.js';

/** TIDEGATE_ENVOY, else `envoy` on PATH; undefined when there is none. */
export function findEnvoy(): string | undefined {
  const named = process.env['TIDEGATE_ENVOY'];
  if (named) return existsSync(named) ? named : undefined;
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'envoy'))
    .find((file) => existsSync(file));
}

export interface RunningEnvoy {
  stop(): Promise<void>;
}

function writeConfig(snapshot: Snapshot): { folder: string; config: string; admin: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'tg-envoy-'));
  const config = path.join(folder, 'envoy.json');
  const admin = path.join(folder, 'admin.sock');
  writeFileSync(config, JSON.stringify(staticBootstrap(snapshot, admin)));
  return { folder, config, admin };
}

/** Envoy's own check of a configuration: '' when it is good, else what it says. */
export function validate(envoy: string, snapshot: Snapshot): string {
  const { folder, config } = writeConfig(snapshot);
  const { status, stderr } = spawnSync(envoy, ['--mode', 'validate', '-c', config, '-l', 'error'], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return status === 0 ? '' : stderr;
}

export async function startEnvoy(envoy: string, snapshot: Snapshot): Promise<RunningEnvoy> {
  const { folder, config, admin } = writeConfig(snapshot);
  const log: string[] = [];
  const child: ChildProcess = spawn(envoy, ['-c', config, '--disable-hot-restart', '--concurrency', '1', '-l', 'error'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr?.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const live = () =>
    new Promise<boolean>((resolve) => {
      get({ socketPath: admin, path: '/ready' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      }).on('error', () => resolve(false));
    });
  try {
    await waitFor('a ready Envoy', async () => {
      if (child.exitCode !== null) throw new Error(`envoy ended: ${log.join('')}`);
      return live();
    });
  } catch (error) {
    await stop();
    throw new Error(`envoy does not become ready: ${log.join('')}`, { cause: error });
  }
  return { stop };
}
