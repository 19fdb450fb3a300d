import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type CDPSession, type Page, chromium } from 'playwright-core';
import { cpuSeconds } from './process-reading.js';

export const consoleFolder = path.resolve(import.meta.dirname, '..', '..', '..', 'apps', 'ui', 'dist');

/** Chromium without its services that look for news. As root its own sandbox cannot be had. */
export function startChromium(): Promise<Browser> {
  const executablePath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (executablePath === undefined) throw new Error('Chromium is missing: install it, or name it in the variable CHROMIUM.');
  if (!existsSync(path.join(consoleFolder, 'index.html'))) throw new Error('The console is not built: run "npx vite build" in apps/ui.');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: ['--headless', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run', ...sandbox] });
}

/** A page of a person who has signed in by the address that `up` prints. */
export async function signedInPage(browser: Browser, { url, token }: { url: string; token: string }): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${url}/?token=${token}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** The processes of a browser: the page's own, and all of them. */
export async function browserProcesses(browser: Browser): Promise<{ type: string; pid: number }[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.map(({ type, id }) => ({ type, pid: id }));
}

/** Processor time of some processes while something happens, in percent of one core. */
export async function shareOfCore(pids: readonly number[], during: () => Promise<void>): Promise<number> {
  const sum = (): number => pids.reduce((total, pid) => total + cpuSeconds(pid), 0);
  const [before, began] = [sum(), performance.now()];
  await during();
  return ((sum() - before) / ((performance.now() - began) / 1000)) * 100;
}

export interface PageMemory {
  heapMb: number;
  nodes: number;
  listeners: number;
}

/** What is left in a page after its garbage is gone. */
export async function memoryOf(session: CDPSession): Promise<PageMemory> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const value = (name: string): number => metrics.find((m) => m.name === name)?.value ?? NaN;
  return { heapMb: value('JSHeapUsedSize') / 2 ** 20, nodes: value('Nodes'), listeners: value('JSEventListeners') };
}
