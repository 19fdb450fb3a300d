import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { accessibilityFindings, journey, openPage, startBrowser } from './console-browser.js';
import { Instance } from './instance.js';

const FIRST = 'hand-this-over-once-1';
const OWN = 'nobody-else-knows-this-2';

journey('people in the console', () => {
  const instance = new Instance();
  const problems: string[][] = [];
  let browser: Browser;
  let owner: Page;
  let ada: Page;
  let adas: BrowserContext;
  let origin = '';

  const open = async (context: BrowserContext): Promise<Page> => {
    const opened = await openPage(context);
    problems.push(opened.problems);
    return opened.page;
  };

  beforeAll(async () => {
    const up = await instance.run('up', '--detach', '--empty');
    const address = /Console +(http:\/\/\S+)/.exec(up.out)?.[1] ?? '';
    expect({ code: up.code, out: address === '' ? up.out : '' }).toEqual({ code: 0, out: '' });
    origin = new URL(address).origin;
    browser = await startBrowser();
    owner = await open(await browser.newContext({ locale: 'en-GB' }));
    adas = await browser.newContext({ locale: 'en-GB' });
    ada = await open(adas);
    await owner.goto(address);
    await owner.getByRole('heading', { level: 1, name: 'Releases' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await instance.end();
  });

  it('leads everybody who is not signed in to the sign-in page, and refuses a wrong password in words', async () => {
    await ada.goto(`${origin}/activity`);
    await ada.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(await accessibilityFindings(ada)).toEqual([]);
    await ada.getByLabel('Account').fill('ada');
    await ada.getByRole('textbox', { name: 'Password' }).fill('no such password at all');
    await ada.getByRole('button', { name: 'Sign in' }).click();
    expect(await ada.getByRole('alert').textContent()).toMatch(/\w+ .*\./);
  });

  it('an administrator makes an account, and is told what is wrong with a name at its field', async () => {
    await owner.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click();
    await owner.getByRole('button', { name: 'New account' }).click();
    const form = owner.getByRole('dialog', { name: 'New account' });
    await form.getByLabel('Login name').fill('Not A Name');
    await form.getByRole('button', { name: 'New account' }).click();
    await form.getByText(/name/i).nth(2).waitFor();
    await form.getByLabel('Login name').fill('ada');
    await form.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
    await form.getByLabel('First password').fill(FIRST);
    await form.getByRole('button', { name: 'New account' }).click();
    await owner.getByRole('row', { name: /ada/ }).waitFor();
    expect(await accessibilityFindings(owner)).toEqual([]);
  });

  it('who was given a password makes one of her own before anything else', async () => {
    await ada.getByRole('textbox', { name: 'Password' }).fill(FIRST);
    await ada.getByRole('button', { name: 'Sign in' }).click();
    await ada.getByRole('heading', { level: 1, name: 'Make your own password' }).waitFor();
    await ada.getByRole('textbox', { name: 'Present password' }).fill(FIRST);
    await ada.getByRole('textbox', { name: 'New password' }).fill(OWN);
    await ada.getByRole('button', { name: 'Change the password' }).click();
    await ada.getByRole('heading', { level: 1, name: 'Releases' }).waitFor();
  });

  it('shows no place that she may not see, and says so in words when she goes there', async () => {
    await ada.getByRole('button', { name: 'Signed in as ada' }).waitFor();
    expect(await ada.getByRole('navigation', { name: 'Main' }).getByRole('link').allTextContents()).toEqual([
      'Services',
      'Traffic map',
      'Releases',
      'Projects',
      'Workspaces',
    ]);
    await ada.goto(`${origin}/platform/accounts`);
    await ada.getByRole('alert').waitFor();
    expect(await ada.getByRole('alert').textContent()).toMatch(/accounts/);
  });

  it('makes a token, shows it once, and revokes it by its name', async () => {
    await ada.getByRole('button', { name: 'Signed in as ada' }).click();
    await ada.getByRole('menuitem', { name: 'Settings' }).click();
    await ada.getByRole('table', { name: 'Sessions' }).getByText('This one').waitFor();
    await ada.getByRole('button', { name: 'New token' }).click();
    const form = ada.getByRole('dialog', { name: 'New token' });
    await form.getByLabel('Name').fill('laptop');
    await form.getByRole('button', { name: 'New token' }).click();
    await ada.getByRole('dialog', { name: 'Token laptop' }).getByText(/^tgp_/).waitFor();
    await ada.getByRole('dialog').getByText('Close', { exact: true }).click();
    await ada.getByRole('row', { name: /laptop/ }).waitFor();
    expect(await accessibilityFindings(ada)).toEqual([]);
    await ada.getByRole('button', { name: 'Revoke laptop' }).click();
    const confirm = ada.getByRole('dialog', { name: 'Revoke laptop' });
    expect(await confirm.getByRole('button', { name: 'Revoke' }).isDisabled()).toBe(true);
    await confirm.getByRole('textbox').fill('laptop');
    await confirm.getByRole('button', { name: 'Revoke' }).click();
    await ada.getByText('You have no tokens').waitFor();
  });

  it('a group gets her by name, and gives her what administrators see', async () => {
    await owner.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Groups' }).click();
    await owner.getByRole('button', { name: 'New group' }).click();
    await owner.getByRole('dialog').getByLabel('Name').fill('shop-team');
    await owner.getByRole('dialog').getByRole('button', { name: 'New group' }).click();
    await owner.getByRole('button', { name: 'Add to shop-team' }).click();
    await owner.getByRole('dialog').getByLabel('Account').fill('ada');
    await owner.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await owner.getByRole('button', { name: 'Remove ada from shop-team' }).waitFor();
    expect(await accessibilityFindings(owner)).toEqual([]);
  });

  it('an administrator of the platform makes a workspace, and bounds it', async () => {
    await owner.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Workspaces' }).click();
    await owner.getByText('There is no workspace that you may see').waitFor();
    await owner.getByRole('button', { name: 'New workspace' }).click();
    const form = owner.getByRole('dialog', { name: 'New workspace' });
    await form.getByLabel('Name').fill('shop');
    await form.getByLabel('Title').fill('The shop');
    await form.getByLabel('Administrators').fill('ada');
    await form.getByRole('button', { name: 'New workspace' }).click();
    await owner.getByRole('link', { name: 'The shop' }).click();
    await owner.getByRole('heading', { level: 1, name: 'The shop' }).waitFor();
    await owner.getByRole('button', { name: 'Change bounds' }).click();
    const bounds = owner.getByRole('dialog', { name: 'Change bounds' });
    await bounds.getByLabel('Quota of all projects').fill('pods=20\nmany pods');
    await bounds.getByRole('button', { name: 'Save' }).click();
    await bounds.getByText('“many pods” is no limit').waitFor();
    await bounds.getByLabel('Quota of all projects').fill('pods=20\nsecrets=30');
    await bounds.getByRole('button', { name: 'Save' }).click();
    await owner.getByRole('meter', { name: 'pods' }).waitFor();
    expect(await accessibilityFindings(owner)).toEqual([]);
  });

  it('its administrator makes projects and brings people in; what she may not do says why', async () => {
    await ada.goto(`${origin}/workspaces/shop`);
    await ada.getByRole('button', { name: 'New project' }).click();
    await ada.getByRole('dialog').getByLabel('Name').fill('shop-web');
    await ada.getByRole('dialog').getByRole('button', { name: 'New project' }).click();
    await ada.getByRole('link', { name: 'shop-web' }).waitFor();
    const bounds = ada.getByRole('button', { name: 'Change bounds' });
    expect([await bounds.getAttribute('aria-disabled'), await bounds.getAttribute('aria-description')]).toEqual(['true', expect.stringContaining('ada may not update workspaces/quota')]);
    await ada.getByRole('tab', { name: 'Roles' }).click();
    await ada.getByRole('button', { name: 'New role' }).click();
    const role = ada.getByRole('dialog', { name: 'New role' });
    await role.getByLabel('Name').fill('on-call');
    await role.getByLabel('Read logs').check();
    await role.getByRole('button', { name: 'Save' }).click();
    await ada.getByRole('row', { name: /on-call/ }).waitFor();
    await ada.getByRole('tab', { name: 'Members' }).click();
    await ada.getByRole('button', { name: 'Add member' }).click();
    const member = ada.getByRole('dialog', { name: 'Add member' });
    await member.getByLabel('Name').fill('eve');
    await member.getByRole('combobox', { name: 'Role' }).click();
    await ada.getByRole('option', { name: 'on-call' }).click();
    await member.getByRole('button', { name: 'Add member' }).click();
    await ada.getByRole('row', { name: /eve/ }).waitFor();
    expect(await accessibilityFindings(ada)).toEqual([]);
    await ada.getByRole('combobox', { name: 'Role of eve' }).click();
    await ada.getByRole('option', { name: 'viewer: sees its projects' }).click();
    await ada.getByText('eve is viewer now.').waitFor();
    await ada.getByRole('tab', { name: 'Activity' }).click();
    await ada.getByText('workspace.setMember').first().waitFor();
    expect(await accessibilityFindings(ada)).toEqual([]);
  });

  it('she puts together what belongs together, and takes it apart again', async () => {
    await ada.goto(`${origin}/projects/shop-web`);
    await ada.getByRole('link', { name: 'Applications' }).click();
    await ada.getByRole('button', { name: 'New application' }).click();
    const form = ada.getByRole('dialog', { name: 'New application' });
    await form.getByLabel('Name').fill('shop');
    await form.getByLabel('Labels of its components').fill('no label');
    await form.getByRole('button', { name: 'New application' }).click();
    await form.getByText('“no label” is no label').waitFor();
    await form.getByLabel('Labels of its components').fill('app=shop');
    await form.getByRole('button', { name: 'New application' }).click();
    await ada.getByRole('link', { name: 'shop', exact: true }).click();
    await ada.getByRole('heading', { level: 1, name: 'shop' }).waitFor();
    await ada.getByText('Nothing has its labels yet').first().waitFor();
    expect(await accessibilityFindings(ada)).toEqual([]);
    await ada.getByRole('button', { name: 'Delete' }).click();
    const confirm = ada.getByRole('dialog', { name: 'Delete application shop' });
    await confirm.getByText('Nothing goes with it.').waitFor();
    await confirm.getByRole('textbox').fill('shop');
    await confirm.getByRole('button', { name: 'Delete' }).click();
    await ada.getByText('Nothing is put together here yet').waitFor();
    await ada.goto(`${origin}/workspaces/shop`);
  });

  it('says what goes before it goes', async () => {
    await ada.getByRole('button', { name: 'Delete workspace' }).click();
    const confirm = ada.getByRole('dialog', { name: 'Delete workspace' });
    await confirm.getByText('These projects stay, and belong to no workspace: shop-web.').waitFor();
    await confirm.getByLabel('Delete its projects as well').check();
    await confirm.getByText('These projects go: shop-web.').waitFor();
    await confirm.getByRole('textbox').fill('shop');
    await confirm.getByRole('button', { name: 'Delete workspace' }).click();
    await ada.getByRole('heading', { level: 1, name: 'Workspaces' }).waitFor();
    await ada.getByText('There is no workspace that you may see').waitFor();
  });

  it('shows how the platform itself is to those who administer it', async () => {
    await owner.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Health' }).click();
    await owner.getByRole('heading', { level: 1, name: 'Health' }).waitFor();
    for (const part of ['cluster', 'traffic', 'control', 'envoy', 'database']) await owner.getByRole('row', { name: new RegExp(`^${part} Ready`) }).waitFor();
    expect(await accessibilityFindings(owner)).toEqual([]);
    await ada.goto(`${origin}/platform/health`);
    expect(await ada.getByRole('alert').textContent()).toContain('ada may not get health of platform.tidegate.dev');
  });

  it('a kubeconfig of her own comes as a file', async () => {
    await ada.goto(`${origin}/settings`);
    await ada.getByRole('button', { name: 'New kubeconfig' }).click();
    const form = ada.getByRole('dialog', { name: 'New kubeconfig' });
    await form.getByLabel('Name').fill('laptop');
    await form.getByRole('button', { name: 'New kubeconfig' }).click();
    const [file] = await Promise.all([ada.waitForEvent('download'), ada.getByRole('button', { name: 'Download' }).click()]);
    expect(file.suggestedFilename()).toBe('tidegate.kubeconfig');
    expect(readFileSync(await file.path(), 'utf8')).toContain('current-context: tidegate');
    await ada.getByRole('dialog').getByText('Close', { exact: true }).click();
    await ada.getByRole('row', { name: /laptop/ }).waitFor();
  });

  it('she is told in words what she may not see, and what is not hers is not offered', async () => {
    await ada.goto(`${origin}/projects/default/services/deployment/web`);
    expect(await ada.getByRole('alert').textContent()).toMatch(/ada.* may not get .*deployments/i);
    await ada.goto(`${origin}/services`);
    await ada.getByText('Nothing runs here yet').waitFor();
    expect(await accessibilityFindings(ada)).toEqual([]);
    await ada.goto(`${origin}/workspaces`);
    const create = ada.locator('button[aria-disabled]', { hasText: 'New workspace' });
    await create.waitFor();
    expect(await create.getAttribute('aria-description')).toMatch(/ada.* may not create .*workspaces/);
  });

  it('what everybody did is in the activity, and the address keeps the filter', async () => {
    await owner.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Activity' }).click();
    await owner
      .getByRole('row', { name: /admin.*account\.create/ })
      .first()
      .waitFor();
    await owner.getByRole('textbox', { name: 'Account' }).fill('ada');
    await owner.waitForURL((url) => url.searchParams.get('account') === 'ada');
    await owner.getByRole('row', { name: /ada.*token\.create/ }).first().waitFor();
    await owner.getByRole('button', { name: 'Details of token.create' }).first().click();
    await owner.getByRole('dialog', { name: 'token.create' }).getByText('127.0.0.1').waitFor();
    expect(await accessibilityFindings(owner)).toEqual([]);
    await owner.keyboard.press('Escape');
  });

  it('a session that is ended elsewhere keeps the page, and goes on after signing in again', async () => {
    await ada.goto(`${origin}/settings`);
    const second = await open(await browser.newContext({ locale: 'en-GB' }));
    await second.goto(`${origin}/sign-in?next=/settings`);
    await second.getByLabel('Account').fill('ada');
    await second.getByRole('textbox', { name: 'Password' }).fill(OWN);
    await second.getByRole('button', { name: 'Sign in' }).click();
    await second.getByRole('table', { name: 'Sessions' }).getByRole('button', { name: 'End' }).click();
    await second.getByText('The session has ended.').waitFor();
    await ada.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Releases' }).click();
    const again = ada.getByRole('dialog', { name: 'Your session has ended' });
    await again.getByRole('textbox', { name: 'Password' }).fill(OWN);
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.waitFor({ state: 'hidden' });
    await ada.getByRole('heading', { level: 1, name: 'Releases' }).waitFor();
    await ada.getByText('No version has been released yet').waitFor();
  });

  it('signs out', async () => {
    await ada.getByRole('button', { name: 'Signed in as ada' }).click();
    await ada.getByRole('menuitem', { name: 'Sign out' }).click();
    await ada.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect((await adas.cookies()).filter((cookie) => cookie.name.startsWith('tidegate_session'))).toEqual([]);
  });

  it('had nothing to complain about but what was refused on purpose', () => {
    const refused = /status of 401|WebSocket connection .* failed/;
    expect(problems.flat().filter((problem) => !refused.test(problem))).toEqual([]);
  });
});
