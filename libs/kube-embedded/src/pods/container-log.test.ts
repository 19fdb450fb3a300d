import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ManualClock } from '@tidegate/kernel';
import { ContainerLog } from './container-log.js';
import { type LogRequest, logTail, readLog } from './read-log.js';

const NOON = Date.parse('2026-01-01T12:00:00Z');
let dir = '';
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'log-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function read(log: ContainerLog, request: LogRequest = {}, now = NOON): Promise<string> {
  let text = '';
  for await (const piece of readLog(log.file, log, request, now)) text += piece;
  return text;
}

function filled(): { log: ContainerLog; clock: ManualClock } {
  const clock = new ManualClock(NOON);
  const log = new ContainerLog(path.join(dir, '0.log'), clock);
  for (const line of ['one\ntw', 'o\nthree\n']) {
    log.write('stdout', Buffer.from(line));
    clock.advance(10_000);
  }
  return { log, clock };
}

it('gives back lines whole, however they came', async () => expect(await read(filled().log)).toBe('one\ntwo\nthree\n'));

it.each<[string, LogRequest, string]>([
  ['tail', { tailLines: 1 }, 'three\n'],
  ['no lines', { tailLines: 0 }, ''],
  ['since a time', { sinceMs: NOON + 5000 }, 'two\nthree\n'],
  ['since seconds ago', { sinceSeconds: 15 }, 'two\nthree\n'],
  ['bytes', { limitBytes: 5 }, 'one\nt'],
  ['timestamps', { timestamps: true, tailLines: 1 }, '2026-01-01T12:00:10.000000000Z three\n'],
])('answers %s', async (_, request, expected) => expect(await read(filled().log, request, NOON + 20_000)).toBe(expected));

it('follows until the container ends, with its last unfinished line', async () => {
  const { log } = filled();
  const reading = read(log, { follow: true, tailLines: 1 });
  await new Promise(setImmediate);
  log.write('stderr', Buffer.from('four\nfi'));
  log.write('stderr', Buffer.from('ve'));
  log.end();
  expect(await reading).toBe('three\nfour\nfive\n');
});

it('keeps characters that came in two pieces and very long lines whole', async () => {
  const log = new ContainerLog(path.join(dir, '0.log'), new ManualClock(NOON));
  const bytes = Buffer.from('grün\n');
  log.write('stdout', bytes.subarray(0, 3));
  log.write('stdout', bytes.subarray(3));
  log.write('stdout', Buffer.from(`${'x'.repeat(40_000)}\n`));
  expect(await read(log)).toBe(`grün\n${'x'.repeat(40_000)}\n`);
});

it('costs at most two files of the limit', async () => {
  const log = new ContainerLog(path.join(dir, '0.log'), new ManualClock(NOON), 1000);
  for (let i = 0; i < 100; i++) log.write('stdout', Buffer.from(`line ${i}\n`));
  expect(statSync(log.file).size + statSync(`${log.file}.1`).size).toBeLessThanOrEqual(2000);
  expect(existsSync(`${log.file}.2`)).toBe(false);
  expect((await read(log, { tailLines: 2 })).trim().split('\n')).toEqual(['line 98', 'line 99']);
  expect(logTail(log.file, 8)).toBe('line 99\n');
});
