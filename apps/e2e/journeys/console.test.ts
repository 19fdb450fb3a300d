import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyManifests, connect } from '@tidegate/kube';
import { type Browser, type Page, chromium } from 'playwright-core';
import { Instance } from './instance.js';

const DEADLINE_MS = 60_000;
const executablePath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
// Without a browser this is skipped on a laptop, and fails where nobody would notice that it was skipped.
const journey = executablePath === undefined && process.env['CI'] !== 'true' ? describe.skip : describe;

const SERVER = `import { createServer } from 'node:http';
createServer((_request, response) => response.end('hello\\n')).listen(Number(process.env.PORT), process.env.HOST);
process.once('SIGTERM', () => process.exit(0));
`;
const DESCRIPTION = { name: 'journey/web', tag: '1', runtime: 'node', command: ['node', 'main.mjs'], ports: [8080] };

const WORKLOAD = `
apiVersion: v1
kind: Namespace
metadata: { name: journey }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: journey }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 8080, targetPort: 8080, appProtocol: http }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-v1, namespace: journey, labels: { app: web, version: v1 } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web, version: v1 } }
  template:
    metadata: { labels: { app: web, version: v1 } }
    spec: { containers: [{ name: web, image: 'journey/web:1', ports: [{ containerPort: 8080 }] }] }
`;
const STRATEGY = `
apiVersion: delivery.tidegate.dev/v1alpha1
kind: Strategy
metadata: { name: web, namespace: journey }
spec:
  service: web
  principal: v1
  candidate: v2
  candidatePatch: { env: [{ name: GREETING, value: hello }] }
  steps: [{ weight: 20, hold: 10m }]
`;

journey('the console in a browser', () => {
  const instance = new Instance();
  const problems: string[] = [];
  let browser: Browser;
  let page: Page;
  let address = '';
  let apply: (yaml: string) => Promise<unknown>;

  beforeAll(async () => {
    if (executablePath === undefined) throw new Error('Chromium is missing: install it, or name it in the variable CHROMIUM.');
    const up = await instance.run('up', '--detach', '--empty');
    address = /Console +(http:\/\/\S+)/.exec(up.out)?.[1] ?? '';
    expect({ code: up.code, out: address === '' ? up.out : '' }).toEqual({ code: 0, out: '' });
    const client = await connect({ kubeconfigPath: await instance.kubeconfig() });
    apply = (yaml) => applyManifests(client, yaml, { source: 'the journey', fieldManager: 'journey' });
    const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
    // The browser's own sandbox needs a user who is not root.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath, args: ['--headless', '--disable-gpu', ...quiet, ...sandbox] });
    page = await browser.newPage();
    page.setDefaultTimeout(DEADLINE_MS);
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await instance.end();
  });

  it('signs in by the address that was printed, and takes the token out of it', async () => {
    await page.goto(address);
    await page.getByRole('heading', { level: 1, name: 'Releases' }).waitFor();
    expect(page.url()).toBe(`${new URL(address).origin}/`);
    expect(await page.title()).toBe('Releases - Tidegate');
  });

  it('teaches a command where there is nothing yet', async () => {
    await page.getByText('./tidegate demo release').waitFor();
    expect(await page.getByRole('status').textContent()).toBe('live');
  });

  it('shows a release as it begins, without a reload', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-journey-image-'));
    writeFileSync(path.join(folder, 'main.mjs'), SERVER);
    writeFileSync(path.join(folder, 'tidegate-image.json'), JSON.stringify(DESCRIPTION));
    expect((await instance.run('image', 'build', folder)).out).toContain('journey/web:1');
    rmSync(folder, { recursive: true });
    await page.evaluate('window.notReloaded = true');
    await apply(WORKLOAD);
    await apply(STRATEGY);
    await page.getByRole('row', { name: /web v1 → v2/ }).waitFor();
    expect(await page.evaluate('window.notReloaded')).toBe(true);
  });

  it('opens it by keyboard, with everything named', async () => {
    const link = page.getByRole('cell').getByRole('link').first();
    await link.focus();
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { level: 1, name: 'web: v1 → v2' });
    await heading.waitFor();
    expect(await page.evaluate('document.activeElement?.tagName')).toBe('H1');
    expect(await page.title()).toBe('web v2 - Tidegate');
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('button').allTextContents()).toEqual(['Promote', 'Pause', 'Resume', 'Abort', 'Roll back']);
    for (const chart of await page.getByRole('img').all()) expect(await chart.getAttribute('aria-label')).toMatch(/now .+/);
    expect(await page.getByRole('region', { name: 'candidate v2' }).count()).toBe(1);
  });

  it('pauses, and rolls back, and shows both as they happen', async () => {
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('progressing').or(verdict.getByText('holding')).first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await verdict.getByText(/^\S paused$/).waitFor();
    expect(await page.getByRole('button', { name: 'Resume' }).isEnabled()).toBe(true);
    await page.getByRole('button', { name: 'Roll back' }).click();
    await verdict.getByText(/^\S rolled back$/).waitFor();
    expect(await page.getByRole('button', { name: 'Promote' }).isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'Releases' }).click();
    await page.getByRole('row', { name: /rolled back/ }).waitFor();
  });

  it('fits a narrow window', async () => {
    await page.getByRole('cell').getByRole('link').first().click();
    await page.setViewportSize({ width: 400, height: 800 });
    await page.getByRole('heading', { name: 'What happened' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  });

  it('had nothing to complain about', () => expect(problems).toEqual([]));
});
