import { strategies } from '@tidegate/delivery-contract';
import { type KubeClient, applyManifests, connect } from '@tidegate/kube';
import type { Browser, Page } from 'playwright-core';
import { DEADLINE_MS, accessibilityFindings, journey, openPage, startBrowser } from './console-browser.js';
import { STRATEGY, WORKLOAD, buildImage } from './console-stage.js';
import { Instance } from './instance.js';

journey('the console in a browser', () => {
  const instance = new Instance();
  let problems: string[] = [];
  let browser: Browser;
  let page: Page;
  let address = '';
  let client: KubeClient;
  let apply: (yaml: string) => Promise<unknown>;

  beforeAll(async () => {
    const up = await instance.run('up', '--detach', '--empty');
    address = /Console +(http:\/\/\S+)/.exec(up.out)?.[1] ?? '';
    expect({ code: up.code, out: address === '' ? up.out : '' }).toEqual({ code: 0, out: '' });
    client = await connect({ kubeconfigPath: await instance.kubeconfig() });
    apply = (yaml) => applyManifests(client, yaml, { source: 'the journey', fieldManager: 'journey' });
    browser = await startBrowser();
    ({ page, problems } = await openPage(await browser.newContext({ locale: 'en-GB' })));
  });
  afterAll(async () => {
    await browser?.close();
    await instance.end();
  });

  it('signs in by the address that was printed, and takes the token out of it', async () => {
    await page.goto(address);
    await page.getByRole('heading', { level: 1, name: 'Releases' }).waitFor();
    expect(page.url()).toBe(`${new URL(address).origin}/releases`);
    expect(await page.title()).toBe('Releases - Tidegate');
  });

  it('teaches a command where there is nothing yet', async () => {
    await page.getByText('./tidegate demo release').waitFor();
    await page.getByRole('status').getByText('Live').waitFor();
  });

  it('shows a release as it begins, without a reload', async () => {
    await buildImage(instance);
    await page.evaluate('window.notReloaded = true');
    await apply(WORKLOAD);
    await apply(STRATEGY);
    await page.getByRole('row', { name: /web.*v1 → v2/ }).waitFor();
    expect(await page.evaluate('window.notReloaded')).toBe(true);
  });

  it('finds it by search, and keeps the search in the address', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('no such service');
    await page.getByText('No release matches').waitFor();
    expect(new URL(page.url()).searchParams.get('find')).toBe('no such service');
    await page.getByRole('searchbox').fill('v2');
    await page.getByRole('row', { name: /web.*v1 → v2/ }).waitFor();
  });

  it('opens it by keyboard, with everything named', async () => {
    const link = page.getByRole('cell').getByRole('link').first();
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'web: v1 → v2' }).waitFor();
    expect(await page.evaluate('document.activeElement?.tagName')).toBe('H1');
    expect(await page.title()).toBe('web v2 - Tidegate');
    expect(await page.getByRole('main').count()).toBe(1);
    for (const name of ['Promote', 'Pause', 'Resume', 'Abort', 'Roll back']) {
      expect(await page.getByRole('main').getByRole('button', { name, exact: true }).count()).toBe(1);
    }
    await page.getByRole('img', { name: /Traffic to v2 over time: now \d+ %/ }).waitFor();
    expect(await page.getByRole('region', { name: 'Candidate v2' }).count()).toBe(1);
  });

  it('has nothing serious for axe, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
      expect(await accessibilityFindings(page)).toEqual([]);
    }
  });

  it('pauses, and rolls back, and shows both as they happen', async () => {
    const main = page.getByRole('main');
    await main
      .getByText('Progressing')
      .or(main.getByText('Holding', { exact: true }))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await main.getByText('Paused', { exact: true }).waitFor();
    await page.locator('button:not([aria-disabled])', { hasText: 'Resume' }).waitFor();
    await page.getByRole('button', { name: 'Roll back' }).click();
    await main.getByText('Rolled back', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Promote' }).getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('button', { name: 'Promote' }).getAttribute('aria-description')).toMatch(/\w+/);
  });

  it('lets the release pass again', async () => {
    await page.getByRole('button', { name: 'Replay' }).click();
    const moment = page.getByRole('slider', { name: 'Moment of the replay' });
    await moment.waitFor();
    await moment.press('Home');
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('v2 gets 20 % of the requests').or(verdict.locator('p:empty')).first().waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('button', { name: 'Replay' }).waitFor();
  });

  it('goes back by the way that is shown, and by keyboard', async () => {
    await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Releases' }).click();
    await page.getByRole('row', { name: /Rolled back/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/projects/journey/releases');
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForURL((url) => url.pathname === '/releases');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search or go to a place').fill('rel');
    await page.keyboard.press('Escape');
    await page.getByPlaceholder('Search or go to a place').waitFor({ state: 'hidden' });
  });

  it('speaks Chinese when asked, and remembers it', async () => {
    await page.getByRole('button', { name: 'Signed in as admin' }).click();
    await page.getByRole('menuitem', { name: '简体中文' }).click();
    await page.getByRole('heading', { level: 1, name: '发布' }).waitFor();
    await page.reload();
    await page.getByRole('row', { name: /已回滚/ }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
    await page.getByRole('button', { name: '已登录:admin' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Releases' }).waitFor();
  });

  it('says what is not there', async () => {
    await page.goto(`${new URL(address).origin}/no/such/page`);
    await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
    await page.goto(`${new URL(address).origin}/projects/journey/releases/none`);
    await page.getByRole('heading', { level: 1, name: 'There is no release none in journey' }).waitFor();
  });

  it('opens addresses of earlier versions, and fits a narrow window', async () => {
    await page.getByRole('link', { name: 'All releases' }).click();
    await page.getByRole('cell').getByRole('link').first().click();
    await page.waitForURL(/\/projects\/journey\/releases\/.+/);
    const name = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.goto(`${new URL(address).origin}/releases/journey/${name}`);
    await page.setViewportSize({ width: 400, height: 800 });
    await page.getByRole('heading', { name: 'What happened' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Releases' }).click();
    await page.getByRole('heading', { level: 1, name: 'Releases' }).waitFor();
  });

  it('had nothing to complain about', () => expect(problems).toEqual([]));

  it('tells that the API is down, keeps what it shows, and is live again by itself', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    const control = (await instance.status()).parts.find((part) => part.name === 'control')?.pid ?? 0;
    process.kill(control, 'SIGKILL');
    await page.getByRole('alert').getByText('The API does not answer').waitFor({ timeout: DEADLINE_MS });
    expect(await page.getByRole('row', { name: /Rolled back/ }).count()).toBe(1);
    await page.getByRole('alert').getByText('The API does not answer').waitFor({ state: 'detached', timeout: DEADLINE_MS });
    await page.getByRole('status').getByText('Live').waitFor();
  });

  it('keeps a release that Kubernetes has forgotten, with all that it says', async () => {
    const { origin } = new URL(address);
    await client.delete(strategies, 'web', 'journey');
    await page.goto(`${origin}/projects/journey/releases`);
    await page.getByText('No version has been released yet').waitFor();
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('Finished').click();
    await page.getByRole('row', { name: /web.*v1 → v2.*Rolled back/ }).getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'web: v1 → v2' }).waitFor();
    expect(new URL(page.url()).searchParams.get('uid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await page.getByRole('region', { name: 'Verdict' }).getByRole('paragraph').textContent()).toMatch(/\w+ \w+/);
    expect(await page.getByRole('region', { name: 'What happened' }).getByRole('listitem').count()).toBeGreaterThan(2);
    expect(await page.getByRole('button', { name: 'Roll back' }).getAttribute('aria-description')).toBe('The release is over (rolled back).');
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('slider', { name: 'Moment of the replay' }).waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.goto(`${origin}/releases?show=finished&service=nobody`);
    await page.getByText('No release matches').waitFor();
    await page.getByRole('button', { name: 'Of all services' }).click();
    await page.getByRole('row', { name: /web.*Rolled back/ }).waitFor();
  });
});
