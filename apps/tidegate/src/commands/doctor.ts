import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { socketPath } from '../instance/paths.js';
import { DEFAULT_PORT, portIsFree } from '../instance/ports.js';
import { readRecord } from '../instance/record.js';
import { askStatus } from '../supervisor/control-socket.js';
import { type CommandContext, readOptions } from './run-command.js';

interface Finding {
  level: 'good' | 'warning' | 'problem';
  text: string;
  remedy?: string;
}

const GB = 1024 ** 3;
const NEEDED_DISK_BYTES = 2 * GB;
const NEEDED_MEMORY_BYTES = 2 * GB;
const OLDEST_GLIBC = 2.31;
const NEEDED_FILES = 4096;

/** Exit status 1 when something would keep the platform from running. */
export async function doctor(context: CommandContext): Promise<number> {
  readOptions(context.argv, {});
  const status = await askStatus(socketPath(context.paths, 'supervisor'));
  const findings: Finding[] = [
    system(),
    libc(),
    memory(),
    disk(context.paths.data),
    files(),
    folder(context),
    ...(await ports(context, status !== undefined)),
  ];
  if (status) {
    for (const part of status.parts) {
      if (part.state === 'ready' && part.restarts === 0) findings.push({ level: 'good', text: `${part.name} is ready` });
      else {
        findings.push({
          level: part.state === 'ready' ? 'warning' : 'problem',
          text: `${part.name} is ${part.state}, restarted ${part.restarts} times${part.lastWords ? `: ${part.lastWords}` : ''}`,
          remedy: `See "tidegate logs ${part.name}".`,
        });
      }
    }
  } else findings.push({ level: 'good', text: `the platform does not run for ${context.paths.data}` });
  const signs = { good: 'ok  ', warning: 'warn', problem: 'FAIL' };
  for (const f of findings) {
    context.out(`${signs[f.level]}  ${f.text}`);
    if (f.remedy && f.level !== 'good') context.out(`      ${f.remedy}`);
  }
  return findings.some((f) => f.level === 'problem') ? 1 : 0;
}

function system(): Finding {
  const text = `${process.platform} ${process.arch}, Node ${process.versions.node}, ${cpus().length} cores`;
  const known = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  return known ? { level: 'good', text } : { level: 'problem', text, remedy: 'The embedded platform runs on Linux x64 and arm64.' };
}

function libc(): Finding {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const version = report.header?.glibcVersionRuntime;
  if (!version)
    return {
      level: 'problem',
      text: 'the C library is not glibc',
      remedy: 'Envoy needs glibc 2.31 or newer: use Debian, Ubuntu, Fedora or the like.',
    };
  // 2.4 is older than 2.31: compare the parts, not the decimal number.
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = String(OLDEST_GLIBC).split('.').map(Number);
  const fits = major > oldMajor || (major === oldMajor && minor >= oldMinor);
  return fits
    ? { level: 'good', text: `glibc ${version}` }
    : { level: 'problem', text: `glibc ${version} is too old for Envoy`, remedy: `It needs glibc ${OLDEST_GLIBC} or newer.` };
}

function memory(): Finding {
  const text = `${(totalmem() / GB).toFixed(1)} GB of memory`;
  return totalmem() >= NEEDED_MEMORY_BYTES
    ? { level: 'good', text }
    : { level: 'warning', text, remedy: 'The platform with its sample takes about 1 GB.' };
}

function disk(data: string): Finding {
  for (let at = data; ; at = path.dirname(at)) {
    try {
      const { bavail, bsize } = statfsSync(at);
      const free = bavail * bsize;
      const text = `${(free / GB).toFixed(1)} GB free at ${at}`;
      return free >= NEEDED_DISK_BYTES
        ? { level: 'good', text }
        : { level: 'warning', text, remedy: 'Free some space: writes are refused when the disk is full.' };
    } catch {
      if (at === path.dirname(at)) return { level: 'problem', text: `no file system at ${data}` };
    }
  }
}

function files(): Finding {
  const limit = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 0);
  return limit >= NEEDED_FILES
    ? { level: 'good', text: `${limit} open files allowed` }
    : { level: 'warning', text: `only ${limit} open files allowed`, remedy: `Raise the limit: ulimit -n ${NEEDED_FILES}` };
}

function folder(context: CommandContext): Finding {
  for (let at = context.paths.data; ; at = path.dirname(at)) {
    try {
      accessSync(at, constants.W_OK);
      return { level: 'good', text: `the data folder ${context.paths.data} can be written` };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && at !== path.dirname(at)) continue;
      return { level: 'problem', text: `${at} cannot be written`, remedy: 'Choose another folder with --data DIR.' };
    }
  }
}

async function ports(context: CommandContext, running: boolean): Promise<Finding[]> {
  const port = readRecord(context.paths)?.port ?? DEFAULT_PORT;
  if (running) return [{ level: 'good', text: `console on port ${port}, Kubernetes API on ${port + 1}, for people on ${port + 2}` }];
  const free = (await Promise.all([port, port + 1, port + 2].map((p) => portIsFree(p)))).every(Boolean);
  return [
    free
      ? { level: 'good', text: `ports ${port} to ${port + 2} are free` }
      : {
          level: 'warning',
          text: `one of the ports ${port} to ${port + 2} is taken`,
          remedy: '"up" will choose the next free ones, or name one with --port N.',
        },
  ];
}
