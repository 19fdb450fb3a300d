import { setTimeout as wait } from 'node:timers/promises';
import { formatDuration } from '@tidegate/kernel';
import { socketPath } from '../instance/paths.js';
import { askStatus, type PlatformStatus } from '../supervisor/control-socket.js';
import { readProcess } from '../supervisor/process-table.js';
import { describeAddresses } from './addresses.js';
import { type CommandContext, readOptions } from './run-command.js';

const CPU_WINDOW_MS = 500;
const TICKS_PER_SECOND = 100;
const MB = 1024 * 1024;

interface PartReading {
  name: string;
  state: string;
  pid: number | undefined;
  memoryBytes: number;
  /** Share of one core over the last half second. */
  cpu: number;
  restarts: number;
  upMs: number;
  lastWords: string | undefined;
}

/** Exit status 0 when everything is ready, 1 when something is not, 3 when nothing runs. */
export async function status(context: CommandContext): Promise<number> {
  const { values } = readOptions(context.argv, { json: { type: 'boolean', default: false } });
  const platform = await askStatus(socketPath(context.paths, 'supervisor'));
  if (!platform) {
    context.out(
      values.json
        ? JSON.stringify({ state: 'stopped', data: context.paths.data })
        : `Tidegate does not run for ${context.paths.data}. Start it with "tidegate up".`,
    );
    return 3;
  }
  const parts = await readParts(platform);
  if (values.json) {
    context.out(JSON.stringify({ ...platform, data: context.paths.data, parts }, null, 2));
  } else {
    const took = platform.readyAfterMs === undefined ? '' : ` (ready after ${(platform.readyAfterMs / 1000).toFixed(1)} s)`;
    context.out(`Tidegate is ${platform.state}${took}; data in ${context.paths.data}`);
    if (platform.failure) context.out(platform.failure);
    for (const line of table(parts)) context.out(line);
    for (const line of await describeAddresses(context, platform)) context.out(line);
  }
  return platform.state === 'ready' ? 0 : 1;
}

async function readParts(platform: PlatformStatus): Promise<PartReading[]> {
  const all = [
    { name: 'supervisor', state: platform.state, pid: platform.pid, restarts: 0, startedAt: platform.startedAt, lastWords: undefined },
    ...platform.parts,
  ];
  const before = all.map((p) => (p.pid === undefined ? undefined : readProcess(p.pid)));
  await wait(CPU_WINDOW_MS);
  return all.map((p, i) => {
    const now = p.pid === undefined ? undefined : readProcess(p.pid);
    const ticks = now && before[i] ? now.cpuTicks - before[i].cpuTicks : 0;
    return {
      name: p.name,
      state: p.state,
      pid: p.pid,
      memoryBytes: now?.memoryBytes ?? 0,
      cpu: ticks / TICKS_PER_SECOND / (CPU_WINDOW_MS / 1000),
      restarts: p.restarts,
      upMs: Date.now() - p.startedAt,
      lastWords: p.lastWords,
    };
  });
}

function table(parts: PartReading[]): string[] {
  const rows = [
    ['PART', 'STATE', 'PID', 'MEMORY', 'CPU', 'RESTARTS', 'UP'],
    ...parts.map((p) => [
      p.name,
      p.state,
      String(p.pid ?? '-'),
      `${Math.round(p.memoryBytes / MB)} MB`,
      `${(p.cpu * 100).toFixed(0)} %`,
      String(p.restarts),
      formatDuration(p.upMs),
    ]),
  ];
  const total = parts.reduce((sum, p) => sum + p.memoryBytes, 0);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
  const words = parts.filter((p) => p.lastWords && p.state !== 'ready').map((p) => `  ${p.name}: ${p.lastWords}`);
  return [...lines, `  together ${Math.round(total / MB)} MB`, ...words];
}
