import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { type Browser, chromium } from 'playwright-core';
import { startPostgres } from './postgres.js';
import { Stage } from './stage.js';

const executablePath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const ui = path.resolve(import.meta.dirname, '..', '..', 'ui');
/** Needs a browser; where one has to be, its absence is a failure. */
const journey = executablePath !== undefined || process.env['CI'] === 'true' ? it : it.skip;
const SETUP = 'the-setup-token-of-this-installation';

/** The console as it is now, in a folder of its own: what was built before may be older, or not be there. */
function buildConsole(into: string): void {
  const vite = path.resolve(ui, '..', '..', 'node_modules', 'vite', 'bin', 'vite.js');
  const { status, stderr } = spawnSync(process.execPath, [vite, 'build', '--outDir', into, '--logLevel', 'error'], { cwd: ui, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

journey('who holds the setup token becomes the first administrator, in the browser', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-first-run-'));
  const setupTokenFile = path.join(folder, 'setup');
  writeFileSync(setupTokenFile, `${SETUP}\n`, { mode: 0o600 });
  const consoleFolder = path.join(folder, 'console');
  buildConsole(consoleFolder);
  const postgres = await startPostgres();
  const stage = await Stage.start({ database: postgres.address, setupTokenFile, consoleFolder });
  let browser: Browser | undefined;
  try {
    await waitFor('sign-in is ready', async () => (JSON.parse((await stage.send('GET', '/auth/state')).text) as { ready: boolean }).ready);
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--headless', '--disable-gpu', ...sandbox] });
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`http://127.0.0.1:${stage.port}/services`);
    await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor();
    await page.getByRole('textbox', { name: 'Setup token' }).fill('a guess');
    await page.getByRole('textbox', { name: 'Account' }).fill('grace');
    await page.getByRole('textbox', { name: 'Password' }).fill('a phrase that is long enough');
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    expect(await page.getByRole('alert').textContent()).toMatch(/\w+ .*\./);
    await page.getByRole('textbox', { name: 'Setup token' }).fill(SETUP);
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    await page.getByRole('button', { name: 'Signed in as grace' }).waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click();
    await page.getByRole('row', { name: /grace/ }).waitFor();
    // Once there is one, nobody becomes one by the token.
    await page.goto(`http://127.0.0.1:${stage.port}/welcome?setup=${SETUP}`);
    await page.getByRole('textbox', { name: 'Account' }).fill('mallory');
    await page.getByRole('textbox', { name: 'Password' }).fill('a phrase that is long enough');
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    expect(await page.getByRole('alert').textContent()).toMatch(/administrator/);
  } finally {
    await browser?.close();
    await stage.end();
    await postgres.end();
    rmSync(folder, { recursive: true });
  }
}, 180_000);
