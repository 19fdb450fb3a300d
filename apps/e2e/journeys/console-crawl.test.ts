import type { Browser, Page } from 'playwright-core';
import { accessibilityFindings, journey, openPage, startBrowser } from './console-browser.js';
import { Instance } from './instance.js';

/** What does something at once, without asking. */
const ACTS = /^(Sign out|Restart|Replace|Promote|Pause|Resume|Abort|Roll back)/;
/** Of pages that differ in names only. */
const MOST_OF_ONE_KIND = 2;
const MOST_PAGES = 60;
const CLICK_MS = 5_000;

/** `/projects/shop/services/deployment/web` is of one kind with `/projects/bank/services/deployment/api`. */
const kindOf = (at: string): string => {
  const { pathname, search } = new URL(at, 'http://here');
  const names = pathname.replace(/^\/(projects|workspaces)\/[^/]+/, '/$1/*').replace(/(services\/\w+|releases|configuration\/\w+)\/[^/]+$/, '$1/*');
  return names + (search === '' ? '' : `?${[...new URLSearchParams(search).keys()].join('&')}`);
};

/** Every page that a link leads to, and every button on it: nothing may break, whoever clicks what. */
journey('everything in the console', () => {
  const instance = new Instance();
  let browser: Browser;
  let page: Page;
  let problems: string[] = [];
  let origin = '';
  const seen = new Map<string, string[]>();

  beforeAll(async () => {
    const address = /Console +(http:\/\/\S+)/.exec((await instance.run('up', '--detach')).out)?.[1] ?? '';
    origin = new URL(address).origin;
    await instance.run('account', 'create', 'ada');
    await instance.run('workspace', 'create', 'crawl', '--admin', 'ada');
    await instance.run('project', 'move', 'bookinfo', '-w', 'crawl');
    browser = await startBrowser();
    ({ page, problems } = await openPage(await browser.newContext({ locale: 'en-GB', viewport: { width: 1400, height: 1000 } })));
    await page.goto(address);
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await instance.end();
  });

  const settled = async (): Promise<void> => {
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  };

  /** Clicks what is there, and closes what it opened. Answers the names of what was clicked. */
  async function clickAll(at: string): Promise<string[]> {
    const clicked: string[] = [];
    const buttons = page.locator('main').getByRole('button').or(page.locator('main').getByRole('tab'));
    const names = await buttons.evaluateAll((all) => all.map((b) => (b.getAttribute('aria-label') ?? b.textContent ?? '').trim()));
    for (const name of new Set(names)) {
      if (name === '' || ACTS.test(name) || clicked.some((c) => c.split(' ')[0] === name.split(' ')[0] && name.includes(' of '))) continue;
      const button = buttons.filter({ hasText: name }).or(page.locator('main').getByLabel(name, { exact: true })).first();
      // A click may have taken it away, or brought something over it.
      if (!(await button.isVisible()) || (await button.getAttribute('aria-disabled')) === 'true') continue;
      await button.click({ timeout: CLICK_MS }).catch(() => undefined);
      clicked.push(name);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      if (new URL(page.url()).pathname !== new URL(at, origin).pathname) {
        await page.goto(origin + at);
        await settled();
      }
    }
    return clicked;
  }

  it('is reached by links, and nothing breaks by clicking', async () => {
    const waiting = ['/services', '/map', '/releases', '/releases?show=finished', '/projects', '/workspaces', '/activity', '/platform/accounts', '/platform/groups', '/platform/health', '/settings'];
    const kinds = new Map<string, number>();
    for (let at = waiting.shift(); at !== undefined && seen.size < MOST_PAGES; at = waiting.shift()) {
      const kind = kindOf(at);
      if (seen.has(at) || (kinds.get(kind) ?? 0) >= MOST_OF_ONE_KIND) continue;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      await page.goto(origin + at);
      await settled();
      const links = await page.locator('a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
      waiting.push(...links.filter((l) => !l.startsWith('/audit') && !seen.has(l)));
      seen.set(at, await clickAll(at));
      expect({ at, broken: await page.getByText('This page could not be shown').count(), lost: await page.getByText('There is no such page').count() }).toEqual({ at, broken: 0, lost: 0 });
    }
    expect(seen.size).toBeGreaterThan(20);
    expect([...seen.values()].flat().length).toBeGreaterThan(40);
  });

  it('had nothing to complain about', () => expect(problems).toEqual([]));

  it('can be used without seeing it, on a page of each kind', async () => {
    const findings: Record<string, string[]> = {};
    const kinds = new Set<string>();
    for (const at of seen.keys()) {
      if (kinds.has(kindOf(at))) continue;
      kinds.add(kindOf(at));
      await page.goto(origin + at);
      await settled();
      const found = await accessibilityFindings(page);
      if (found.length > 0) findings[at] = found;
    }
    expect(findings).toEqual({});
  });
});
