import { printTable } from './judge-table.js';
import { PlatformInstance } from './platform-instance.js';

/** `node dist/event-loop.js`: event-loop delay of each process while `demo release` runs, from each process's own /metrics. */
const PARTS = ['cluster', 'traffic', 'control'];
const QUANTILES = ['0.5', '0.99', '1'];

const instance = new PlatformInstance('loop');
try {
  await instance.up({ empty: false });
  // Reading begins a new window; the demo is the next.
  for (const part of PARTS) await instance.metrics(part);
  const words = await instance.command(['demo', 'release']).catch((error: unknown) => {
    const said = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
    return `${said}\nThe demo did not end as it should.`;
  });
  const rows: string[][] = [];
  for (const part of PARTS) {
    const text = await instance.metrics(part);
    rows.push([part, ...QUANTILES.map((q) => milliseconds(text, q))]);
  }
  console.log(words);
  printTable("Event-loop delay in ms during the demo's load", ['process', 'p50', 'p99', 'most'], rows);
} finally {
  await instance.end();
}

function milliseconds(text: string, quantile: string): string {
  const line = text.split('\n').find((l) => l.startsWith('tidegate_event_loop_delay_seconds{') && l.includes(`quantile="${quantile}"`));
  return line === undefined ? '-' : (Number(line.split(' ').at(-1)) * 1_000).toFixed(1);
}
