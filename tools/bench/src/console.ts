import { startChromium } from './console-browser.js';
import { type MapFigures, mapRow, measureMap } from './console-map.js';
import { measureServices } from './console-services.js';
import { printTable, quantile } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';

/** `node dist/console.js [SERVICES] [ROUNDS]`: the console in Chromium: the list of many services as it is opened and used, and live maps of 60 and 300 nodes. */
const [services, rounds] = [Number(process.argv[2] ?? 1_000), Number(process.argv[3] ?? 7)];
const MAPS = [60, 300];

printMachine('console');
const browser = await startChromium();
try {
  console.log(`Chromium ${browser.version()}`);
  const { scriptKb, coldMs, warmMs, interactions } = await measureServices(browser, services, rounds);
  const row = (what: string, ms: readonly number[]): string[] => [what, quantile(ms, 0.5).toFixed(0), Math.max(...ms).toFixed(0), String(ms.length)];
  printTable(`The list of ${services} services: ms to the first row (aim: 1000); ${scriptKb.toFixed(0)} kB of JavaScript, compressed`, ['browser', 'median', 'worst', 'rounds'], [row('without anything of it', coldMs), row('has been there before', warmMs)]);
  printTable('Worst ms from a key or click to the next picture (aim: 200; told in steps of 8, below 16 as 0)', ['what', 'ms'], interactions.map(({ what, ms }) => [what, ms.toFixed(0)]));
  const maps: MapFigures[] = [];
  for (const count of MAPS) maps.push(await measureMap(browser, count));
  printTable('Live maps, figures each second (aim of 60 nodes: 15 % of a core)', ['map', 'layout ms', 'page, of one core', 'whole browser', 'frame ms p50', 'p95', 'worst'], maps.map(mapRow));
  printLoad('at the end');
} finally {
  await browser.close();
}
