import type { Browser, Page } from 'playwright-core';
import { ApiInstance } from './api-instance.js';
import { ApiLoad } from './api-load.js';
import { consoleFolder, signedInPage } from './console-browser.js';

export interface ServicesFigures {
  /** Compressed JavaScript that a browser without anything loads until the list is there. */
  scriptKb: number;
  /** From the address to the first row that is painted; each a browser that has nothing, or has been there before. */
  coldMs: number[];
  warmMs: number[];
  /** From a key or click to the next picture, by what was done; the browser tells steps of 8 ms. */
  interactions: { what: string; ms: number }[];
}

/** Noted in the page itself: the frame after the one that has the first row. */
const WATCH_ROWS = `
  new MutationObserver((_, observer) => {
    if (!document.querySelector('main tbody td a')) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => (window.usefulMs = performance.now())));
  }).observe(document, { subtree: true, childList: true });`;
const WATCH_EVENTS = `
  window.events_ = [];
  new PerformanceObserver((list) => list.getEntries().forEach((e) => e.interactionId > 0 && window.events_.push(e.duration))).observe({ type: 'event', durationThreshold: 16 });`;

/** The list of so many services, as it is opened and used. */
export async function measureServices(browser: Browser, count: number, rounds: number): Promise<ServicesFigures> {
  const instance = await ApiInstance.start({ consoleFolder });
  const owner = new ApiLoad({ url: instance.url, connect: {}, headers: { authorization: `Bearer ${instance.token}` } });
  try {
    await instance.fill(count);
    await instance.untilServices(owner, count);
    const [coldMs, warmMs]: [number[], number[]] = [[], []];
    let scriptKb = 0;
    for (let round = 0; round < rounds; round++) {
      const page = await signedInPage(browser, instance);
      await page.addInitScript(WATCH_ROWS);
      const session = await page.context().newCDPSession(page);
      await session.send('Network.clearBrowserCache');
      coldMs.push(await open(page, `${instance.url}/services`));
      scriptKb = Number(await page.evaluate(`performance.getEntriesByType('resource').filter((r) => r.name.endsWith('.js')).reduce((sum, r) => sum + r.encodedBodySize, 0) / 1000`));
      warmMs.push(await open(page, `${instance.url}/services`));
      await page.context().close();
    }
    const page = await signedInPage(browser, instance);
    await page.addInitScript(WATCH_EVENTS);
    await page.goto(`${instance.url}/services`);
    await page.getByRole('row').nth(20).waitFor();
    const interactions = await use(page);
    await page.context().close();
    return { scriptKb, coldMs, warmMs, interactions };
  } finally {
    await owner.close();
    await instance.end();
  }
}

async function open(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return Number(await page.evaluate('new Promise((resolve) => { const look = () => (window.usefulMs === undefined ? requestAnimationFrame(look) : resolve(window.usefulMs)); look(); })'));
}

/** What a person does with a long list; each is told with the longest of its keys and clicks. */
async function use(page: Page): Promise<ServicesFigures['interactions']> {
  const told: ServicesFigures['interactions'] = [];
  const measured = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    await page.evaluate('window.events_.length = 0');
    await act();
    // The browser tells of an event after the picture that it led to.
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)))');
    const durations = (await page.evaluate('window.events_')) as number[];
    told.push({ what, ms: Math.max(0, ...durations) });
  };
  const search = page.getByRole('searchbox');
  await measured('load all 1,000', async () => {
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByRole('button', { name: 'Load more' }).waitFor({ state: 'detached' });
  });
  await measured('type a search', () => search.pressSequentially('s77', { delay: 60 }));
  await page.getByRole('row', { name: /s777/ }).waitFor();
  await measured('take it back', () => search.press('Control+A').then(() => search.press('Delete')));
  await page.getByRole('row').nth(15).waitFor();
  await measured('scroll by keys', async () => {
    for (let n = 0; n < 5; n++) await page.keyboard.press('PageDown');
  });
  await measured('choose a state', async () => {
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Stopped' }).click();
  });
  await measured('the palette, and a search in it', async () => {
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search or go to a place').pressSequentially('s12', { delay: 60 });
  });
  await page.keyboard.press('Escape');
  await measured('open a service', () => page.locator('main tbody td a').first().click());
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
  await measured('change to its YAML', () => page.getByRole('tab', { name: 'YAML' }).click());
  await page.getByRole('textbox', { name: /^YAML of/ }).waitFor();
  await measured('type in the YAML', async () => {
    await page.getByRole('textbox', { name: /^YAML of/ }).click();
    await page.keyboard.type('hello', { delay: 60 });
  });
  return told;
}
