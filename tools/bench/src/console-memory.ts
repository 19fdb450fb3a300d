import { ApiInstance } from './api-instance.js';
import { consoleFolder, type PageMemory, memoryOf, signedInPage, startChromium } from './console-browser.js';
import { BenchRelease } from './console-release.js';
import { printTable } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';
import { sleep } from './platform-instance.js';

/** `node dist/console-memory.js [MINUTES]`: the page of a running release, open for half an hour, and what is left of its memory after the garbage is gone. */
const minutes = Number(process.argv[2] ?? 30);
const SETTLE_MS = 60_000;
const READ_EVERY = Math.max(1, Math.floor(minutes / 10));

printMachine('console-memory');
const instance = await ApiInstance.start({ consoleFolder, traffic: { services: 0, released: true } });
const browser = await startChromium();
let moment = 0;
try {
  const release = await BenchRelease.begin(instance.kubernetes);
  await release.tell(moment++);
  const page = await signedInPage(browser, instance);
  await page.goto(`${instance.url}/projects/bench/releases/released-v2-1`);
  await page.getByRole('img', { name: /Traffic to v2 over time: now 25 %/ }).waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const until = async (ms: number): Promise<void> => {
    for (const end = performance.now() + ms; performance.now() < end; ) {
      await release.tell(moment++);
      await sleep(1_000);
    }
  };
  await until(SETTLE_MS);
  const read: { minute: number; memory: PageMemory }[] = [{ minute: 0, memory: await memoryOf(session) }];
  for (let minute = READ_EVERY; minute <= minutes; minute += READ_EVERY) {
    await until(READ_EVERY * 60_000);
    read.push({ minute, memory: await memoryOf(session) });
    console.log(`minute ${minute}: ${JSON.stringify(read.at(-1)?.memory)}`);
  }
  printTable(
    `The page of a release that goes on: a second of signals and a verdict each second, ${moment} verdicts`,
    ['minute', 'heap MB', 'elements', 'listeners'],
    read.map(({ minute, memory }) => [String(minute), memory.heapMb.toFixed(1), String(memory.nodes), String(memory.listeners)]),
  );
  printLoad('at the end');
} finally {
  await browser.close();
  await instance.end();
}
