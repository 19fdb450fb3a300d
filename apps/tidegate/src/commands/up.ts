import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';
import { openDataFolder } from '../instance/folder.js';
import { socketPath } from '../instance/paths.js';
import { type PortBlock, takePortBlock } from '../instance/ports.js';
import { type InstanceRecord, readRecord, writeRecord } from '../instance/record.js';
import { askStatus } from '../supervisor/control-socket.js';
import { runningSupervisor, takeSupervisorLock } from '../supervisor/lock.js';
import { Supervisor } from '../supervisor/supervisor.js';
import { describeAddresses } from './addresses.js';
import { type CommandContext, readOptions, usage } from './run-command.js';

const START_LIMIT_MS = 10 * 60_000;
const POLL_MS = 100;

const OPTIONS = {
  detach: { type: 'boolean', default: false },
  empty: { type: 'boolean', default: false },
  'api-only': { type: 'boolean', default: false },
  'pod-network': { type: 'string', default: 'loopback' },
  'audit-log': { type: 'boolean', default: false },
  port: { type: 'string' },
  debug: { type: 'boolean', default: false },
} as const;

function portOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_000) throw usage(`--port ${text} is not a port from 1024 to 65000.`);
  return port;
}

function podNetworkOption(text: string): 'loopback' | 'namespace' {
  if (text === 'loopback' || text === 'namespace') return text;
  throw usage(`--pod-network ${text} is neither loopback nor namespace.`);
}

/** The built console, from this file's place in apps/tidegate/dist/commands. */
const consoleFolder = path.resolve(import.meta.dirname, '..', '..', '..', 'ui', 'dist');

export async function up(context: CommandContext): Promise<number> {
  const { values } = readOptions(context.argv, OPTIONS);
  portOption(values.port);
  podNetworkOption(values['pod-network']);
  return values.detach ? upDetached(context) : upAttached(context, (line) => context.out(line));
}

/** Services of an API alone have addresses that no node serves, so a folder stays what it was made as. */
function checkSameForm(last: InstanceRecord | undefined, apiOnly: boolean, folder: string): void {
  if (!last || (last.apiOnly ?? false) === apiOnly) return;
  throw usage(`${folder} holds ${apiOnly ? 'a whole platform' : 'an API alone'}. ${apiOnly ? 'Leave out' : 'Add'} --api-only, or name another folder with --data.`);
}

/** What `up --detach` starts: the same supervisor, its words in a log. */
export function supervise(context: CommandContext): Promise<number> {
  return upAttached(context, (line) => context.out(line));
}

async function upAttached(context: CommandContext, say: (line: string) => void): Promise<number> {
  const { values } = readOptions(context.argv, OPTIONS);
  const { paths, uid } = context;
  openDataFolder(paths, uid);
  const unlock = takeSupervisorLock(paths);
  let block: PortBlock | undefined;
  try {
    const last = readRecord(paths);
    block = await takePortBlock(portOption(values.port), last?.port);
    const { port } = block;
    const apiOnly = values['api-only'];
    checkSameForm(last, apiOnly, paths.data);
    const record = { port, apiPort: port + 1, sample: !values.empty && !apiOnly, apiOnly, podNetwork: podNetworkOption(values['pod-network']), auditLog: values['audit-log'] };
    writeRecord(paths, record);
    const supervisor = new Supervisor({
      paths,
      record,
      programs: path.resolve(import.meta.dirname, '..'),
      consoleFolder: existsSync(consoleFolder) ? consoleFolder : undefined,
      logLevel: values.debug ? 'debug' : 'info',
      databaseUrl: process.env['DATABASE_URL'] || undefined,
      onProgress: (line) => say(`  ${line}`),
    });
    let interrupted = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (interrupted) return;
        interrupted = true;
        say('Stopping ...');
        void supervisor.stop();
      });
    }
    say(`Starting Tidegate in ${paths.data}`);
    try {
      const outcome = await Promise.race([
        supervisor.start().then(() => 'ready' as const),
        supervisor.ended.then(() => 'stopped' as const),
      ]);
      if (outcome === 'ready') for (const line of await describeAddresses(context, supervisor.status())) say(line);
    } catch (error) {
      await supervisor.stop();
      throw new TidegateError(codes.CLI_START_FAILED, (error as Error).message, {
        remedy: `The logs are in ${paths.logs}. "tidegate doctor" checks this machine.`,
        cause: error,
      });
    }
    await supervisor.ended;
    say('Stopped.');
    return 0;
  } finally {
    block?.release();
    unlock();
  }
}

async function upDetached(context: CommandContext): Promise<number> {
  const { paths, uid } = context;
  openDataFolder(paths, uid);
  const already = await askStatus(socketPath(paths, 'supervisor'));
  if (already && runningSupervisor(paths) !== undefined) {
    context.out('Tidegate already runs.');
    return showWhenReady(context, undefined, 0);
  }
  const logFile = path.join(paths.logs, 'supervisor.log');
  const from = existsSync(logFile) ? readFileSync(logFile).length : 0;
  const log = openSync(logFile, 'a', 0o600);
  const argv = context.argv.filter((word) => word !== '--detach');
  const child = spawn(process.execPath, [process.argv[1] as string, 'supervise', '--data', paths.data, ...argv], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
  });
  closeSync(log);
  let exited: number | null | undefined;
  child.once('exit', (code) => (exited = code ?? 1));
  child.unref();
  context.out(`Starting Tidegate in ${paths.data}`);
  return showWhenReady(context, () => (exited === undefined ? undefined : readFileSync(logFile).subarray(from).toString('utf8')), 0);
}

/** Prints progress as it comes, then the addresses. `failed` gives the log's words once the supervisor has ended. */
async function showWhenReady(context: CommandContext, failed: (() => string | undefined) | undefined, shown: number): Promise<number> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const status = await askStatus(socketPath(context.paths, 'supervisor'));
    for (const line of status?.progress.slice(shown) ?? []) context.out(`  ${line}`);
    shown = Math.max(shown, status?.progress.length ?? 0);
    if (status && (status.state === 'ready' || status.state === 'degraded')) {
      for (const line of await describeAddresses(context, status)) context.out(line);
      return 0;
    }
    const words = failed?.();
    if (words !== undefined) {
      const sentence = words
        .split('\n')
        .filter((line) => line.startsWith('tidegate: ') || line.startsWith('  '))
        .join('\n')
        .replace(/^.*?tidegate: /s, '');
      throw new TidegateError(codes.CLI_START_FAILED, sentence.trim() || 'the platform did not start', {
        remedy: `The logs are in ${context.paths.logs}.`,
      });
    }
    if (Date.now() > deadline) {
      throw new TidegateError(codes.CLI_START_FAILED, 'The platform is not ready after ten minutes.', {
        remedy: 'See "tidegate status" and "tidegate logs".',
      });
    }
    await wait(POLL_MS);
  }
}
