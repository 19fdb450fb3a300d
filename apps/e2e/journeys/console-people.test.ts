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

  it('she is told in words what she may not see, and what is not hers is not offered', async () => {
    await ada.goto(`${origin}/projects/default/services/deployment/web`);
    expect(await ada.getByRole('alert').textContent()).toMatch(/ada.* may not get .*deployments/i);
    await ada.goto(`${origin}/services`);
    await ada.getByText('Nothing runs here yet').waitFor();
    expect(await accessibilityFindings(ada)).toEqual([]);
  });

  it('what everybody did is in the activity, and the address keeps the filter', async () => {
    await owner.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Activity' }).click();
    await owner
      .getByRole('row', { name: /admin.*account\.create/ })
      .first()
      .waitFor();
    await owner.getByRole('textbox', { name: 'Account' }).fill('ada');
    await owner.waitForURL((url) => url.searchParams.get('account') === 'ada');
    await owner.getByRole('row', { name: /ada.*token\.create/ }).waitFor();
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
