import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endRecorded, startTimeOf, writeRecord } from '../src/process-record.js';

let folder: string;
let child: ChildProcess;
const record = (): string => path.join(folder, 'pid');
const pidOf = (process: ChildProcess): number => process.pid ?? 0;

async function start(script: string): Promise<void> {
  child = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1000); console.log('up')`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout) await once(child.stdout, 'data');
}

beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'tgp-'))));
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

it('ends the process that was recorded, and forgets it', async () => {
  await start('');
  await writeRecord(record(), pidOf(child));
  const exited = once(child, 'exit');
  expect(await endRecorded(record(), 3000)).toBe(true);
  expect((await exited)[1]).toBe('SIGTERM');
  expect(existsSync(record())).toBe(false);
  expect(await endRecorded(record(), 3000)).toBe(false);
});

it('kills one that does not listen', async () => {
  await start(`process.on('SIGTERM', () => {})`);
  await writeRecord(record(), pidOf(child));
  const exited = once(child, 'exit');
  expect(await endRecorded(record(), 100)).toBe(true);
  expect((await exited)[1]).toBe('SIGKILL');
});

it('leaves a stranger alone that got the same pid', async () => {
  await start('');
  writeFileSync(record(), JSON.stringify({ pid: pidOf(child), startedAt: 'another time' }));
  expect(await endRecorded(record(), 100)).toBe(false);
  expect(await startTimeOf(pidOf(child))).toBeDefined();
});

it('is not misled by a broken record', async () => {
  await start('');
  for (const text of ['', '{', '{"pid":"1"}', '{"pid":1,"startedAt":"x"}', 'null']) {
    writeFileSync(record(), text);
    expect(await endRecorded(record(), 100)).toBe(false);
  }
});
