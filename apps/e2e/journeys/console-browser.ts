import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { waitFor } from '@tidegate/testing';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';

const executablePath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Without a browser journeys are skipped on a laptop, and fail where nobody would notice that they were skipped. */
export const journey = executablePath === undefined && process.env['CI'] !== 'true' ? describe.skip : describe;

export const DEADLINE_MS = 60_000;

export function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('Chromium is missing: install it, or name it in the variable CHROMIUM.');
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  // The browser's own sandbox needs a user who is not root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: ['--headless', '--disable-gpu', ...quiet, ...sandbox] });
}

/** A page whose every complaint is kept. */
export async function openPage(context: BrowserContext): Promise<{ page: Page; problems: string[] }> {
  const problems: string[] = [];
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE_MS);
  page.on('console', (message) => message.type() === 'error' && problems.push(`${message.text()} (${page.url()})`));
  page.on('pageerror', (error) => problems.push(error.message));
  return { page, problems };
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What fades in has other colours on its way. Signs of life go on for ever and are not waited for. */
const NOTHING_MOVES = `document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().endTime === Infinity)`;

/** What axe finds on the page that is serious, by rule, with the elements. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await waitFor('an end of what moves', async () => (await page.evaluate(NOTHING_MOVES)) === true);
  // The page's own policy lets no script of others in; what is evaluated is not the page's.
  await page.evaluate(readFileSync(axe, 'utf8'));
  const found: unknown = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.html.slice(0, 200) + ' (' + (n.any[0]?.message ?? n.failureSummary ?? '') + ')')))`,
  );
  return Array.isArray(found) ? found.map(String) : [];
}
