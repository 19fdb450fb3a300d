import { waitFor } from '@tidegate/testing';
import type { Browser, Page } from 'playwright-core';
import { request } from 'undici';
import { DEADLINE_MS, accessibilityFindings, journey, openPage, startBrowser } from './console-browser.js';
import { Instance } from './instance.js';
import { visit } from './visitors.js';

const IMAGE = 'tidegate.dev/samples/hello:1.0.0';
/** As somebody would write it: a greeting of its own, and asleep after a few quiet seconds. */
const EDITED = `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: greeter
  namespace: sample
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/min-scale: "0"
        autoscaling.knative.dev/window: 6s
    spec:
      containers:
        - name: app
          image: ${IMAGE}
          ports: [{ containerPort: 8080 }]
          env: [{ name: TARGET, value: two }]
`;

journey('services in the console', () => {
  const instance = new Instance();
  let problems: string[] = [];
  let browser: Browser;
  let page: Page;
  let origin = '';
  const gateways = new Map<string, string>();
  let visitors: (() => Promise<void>) | undefined;

  const gateway = (name: string): Promise<string> =>
    waitFor(`the Gateway ${name}`, async () => {
      const { out } = await instance.run('status');
      for (const [, url = '', of = ''] of out.matchAll(/Gateway +(http:\/\/\S+) +\(\S+\/(\S+)\)/g)) gateways.set(of, url);
      return gateways.get(name);
    });
  const greeting = async (): Promise<string> => {
    const { body } = await request(`${await gatewayOnce('knative-serving')}/`, { headers: { host: 'greeter.sample.localhost' } });
    return body.text();
  };
  const gatewayOnce = (name: string): Promise<string> => {
    const known = gateways.get(name);
    return known === undefined ? gateway(name) : Promise.resolve(known);
  };
  const heading = (name: string): Promise<void> => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const goTo = async (place: string): Promise<void> => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click();
    await heading(place);
  };
  const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click();

  beforeAll(async () => {
    const up = await instance.run('up', '--detach');
    const address = /Console +(http:\/\/\S+)/.exec(up.out)?.[1] ?? '';
    expect({ code: up.code, out: address === '' ? up.out : '' }).toEqual({ code: 0, out: '' });
    origin = new URL(address).origin;
    browser = await startBrowser();
    ({ page, problems } = await openPage(await browser.newContext({ locale: 'en-GB' })));
    await page.goto(address);
    await heading('Releases');
  });
  afterAll(async () => {
    await visitors?.();
    await browser?.close();
    await instance.end();
  });

  it('makes a service by a form, which tries the manifest out first', async () => {
    await goTo('Services');
    await page.getByRole('row', { name: /hello.*Knative Service/ }).waitFor();
    await page.getByRole('link', { name: 'New service' }).click();
    await heading('New service');
    await page.getByRole('combobox', { name: 'Project' }).fill('sample');
    await page.getByRole('textbox', { name: /^Name/ }).fill('Not A Name');
    await page.getByRole('textbox', { name: /^Image/ }).fill(IMAGE);
    await page.getByRole('textbox', { name: 'Environment' }).fill('TARGET');
    await page.getByText('Line 1 is not NAME=value.').waitFor();
    await page.getByRole('textbox', { name: 'Environment' }).fill('TARGET=you');
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByText('The cluster refuses it').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/name/);
    await page.getByRole('textbox', { name: /^Name/ }).fill('greeter');
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByText('The cluster would take it').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await heading('greeter');
    await page.getByText('1 pod is awake.').waitFor();
    expect(await greeting()).toBe('Hello you!\n');
  });

  it('reads its log as it is written, and finds lines', async () => {
    await tab('Logs');
    const log = page.getByRole('log');
    await log.getByText(/\w+/).first().waitFor();
    await page.getByRole('searchbox', { name: 'Find lines' }).fill('no line says this');
    await page.getByText('No line has these words').waitFor();
    await page.getByRole('searchbox', { name: 'Find lines' }).fill('');
    await log.getByText(/\w+/).first().waitFor();
    expect(new URL(page.url()).searchParams.get('tab')).toBe('logs');
  });

  it('changes its YAML, and shows the difference before', async () => {
    await tab('YAML');
    const editor = page.getByRole('textbox', { name: 'YAML of greeter' });
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(EDITED);
    await page.getByRole('button', { name: 'Show the difference' }).click();
    const difference = page.getByRole('dialog', { name: 'What would change' });
    await difference.getByText('autoscaling.knative.dev/window').waitFor();
    await difference.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('greeter is changed.').waitFor();
  });

  it('shares its traffic by hand, and goes back to one revision', async () => {
    await tab('Revisions');
    await page.getByRole('row', { name: /greeter-00002.*100 %/ }).waitFor();
    await page.getByRole('textbox', { name: 'greeter-00001 %' }).fill('40');
    await page.getByRole('button', { name: 'Set the traffic' }).click();
    await page.getByRole('row', { name: /greeter-00001.*40 %/ }).waitFor();
    await waitFor('both greetings', async () => {
      const texts = new Set<string>();
      for (let i = 0; i < 20; i++) texts.add(await greeting());
      return texts.size === 2 || undefined;
    });
    await page.getByRole('button', { name: 'Roll back to greeter-00002' }).click();
    await page.getByRole('row', { name: /greeter-00002.*100 %/ }).waitFor();
  });

  it('sleeps without requests, and is seen to wake with the next one', async () => {
    await tab('Overview');
    await page.getByText('It has no pods; the next request wakes it.').waitFor({ timeout: DEADLINE_MS });
    expect(await page.getByRole('button', { name: 'Scale' }).getAttribute('aria-description')).toContain('scaled by its load');
    expect(await greeting()).toBe('Hello two!\n');
    await page.getByText('1 pod is awake.').waitFor();
  });

  it('stops a Deployment by hand and starts it again', async () => {
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search or go to a place').fill('ratings');
    await page.getByRole('button', { name: /ratings-v1.*Deployment/ }).click();
    await heading('ratings-v1');
    for (const [pods, says] of [
      ['0', 'Scaled to zero by hand.'],
      ['1', 'Its pod is ready.'],
    ] as const) {
      await page.getByRole('main').getByRole('button', { name: 'Scale' }).click();
      const form = page.getByRole('dialog', { name: 'Scale ratings-v1' });
      await form.getByRole('textbox', { name: 'Pods' }).fill(pods);
      await form.getByRole('button', { name: 'Scale' }).click();
      await page.getByText(says, { exact: false }).first().waitFor();
    }
  });

  it('opens a terminal in a pod, types, and closes it', async () => {
    await page.goto(`${origin}/projects/bookinfo/services/deployment/details-v1`);
    await tab('Pods');
    await page.getByRole('button', { name: /^Terminal of details-v1/ }).click();
    await page.getByText(/^A terminal in details-v1/).waitFor();
    await page.getByRole('button', { name: 'Open' }).click();
    const terminal = page.getByRole('group', { name: /^Terminal of details-v1/ });
    await page.getByRole('status').getByText(/^Open in/).waitFor();
    await page.keyboard.type('echo tide-$((40 + 2)); stty size\n');
    await terminal.getByText('tide-42').first().waitFor();
    // The size is the screen's, not the one that terminals begin with.
    await waitFor('the size of the screen', async () => /\b\d\d (?!80\b)\d{2,3}\b/.test((await terminal.textContent()) ?? ''));
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.keyboard.type('exit 3\n');
    await page.getByText('Ended with exit code 3.').waitFor();
    await page.getByRole('button', { name: 'Open again' }).click();
    await page.getByRole('status').getByText(/^Open in/).waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await terminal.waitFor({ state: 'detached' });
  });

  it('releases a version of the sample by mouse, and draws who calls whom meanwhile', async () => {
    await page.goto(`${origin}/projects/bookinfo/services/deployment/details-v1`);
    await page.getByRole('link', { name: 'New release' }).click();
    await heading('New release');
    await page.getByRole('textbox', { name: /^Candidate/ }).fill('v2');
    await page.getByRole('status').getByText('v2 gets 5 % → 25 % → 50 %').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('textbox', { name: /^Steps in percent/ }).fill('50');
    await page.getByRole('combobox', { name: /^Each at least/ }).click();
    await page.getByRole('option', { name: '10s' }).click();
    // Wide bounds are proved by few requests.
    await page.getByRole('textbox', { name: /^Failures/ }).fill('10');
    await page.getByRole('textbox', { name: /^Latency/ }).fill('500');
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByText('The cluster would take it').waitFor();
    await page.getByRole('region', { name: 'What would change' }).getByText('candidate: v2').waitFor();
    await page.getByRole('button', { name: 'Start the release' }).click();
    await page.getByRole('row', { name: /details.*v1 → v2/ }).waitFor();
    visitors = await visit(`${await gatewayOnce('bookinfo')}/productpage`);
    await goTo('Traffic map');
    await page.getByText('details', { exact: true }).first().waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('watches it being promoted, and reads why', async () => {
    await page.goto(`${origin}/projects/bookinfo/releases`);
    await page.getByRole('row', { name: /details.*v1 → v2/ }).getByRole('link').click();
    await heading('details: v1 → v2');
    await page.getByRole('img', { name: 'Traffic to v2 over time: now 50 %' }).waitFor();
    await page.getByRole('main').getByText('Promoted', { exact: true }).waitFor({ timeout: 120_000 });
    await visitors?.();
    visitors = undefined;
    await page.getByRole('img', { name: 'Traffic to v2 over time: now 100 %' }).waitFor();
    const sentence = (await page.getByRole('region', { name: 'Verdict' }).getByRole('paragraph').textContent()) ?? '';
    expect(sentence).toMatch(/^v2 is (as good as|better than) v1\b/);
    expect((await instance.run('release', 'status', 'details-v2-1', '-n', 'bookinfo')).out).toContain(sentence);
    expect(await page.getByRole('table').getByText(/^within tolerance$|^better$/).count()).toBeGreaterThan(0);
  });

  it('had nothing to complain about', () => expect(problems).toEqual([]));

  it('has no page that axe finds something serious on, in either theme', async () => {
    const seen = new Set<string>(['/']);
    const waiting = ['/services', '/map?all=true', '/projects', '/releases', '/releases?show=finished', '/settings', '/activity', '/platform/accounts', '/platform/groups'];
    const findings: string[] = [];
    for (let at = waiting.shift(); at !== undefined && seen.size < 40; at = waiting.shift()) {
      if (seen.has(at)) continue;
      seen.add(at);
      await page.emulateMedia({ colorScheme: seen.size % 2 === 0 ? 'dark' : 'light' });
      await page.goto(origin + at);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await waitFor(`all of ${at}`, async () => (await page.locator('[aria-busy="true"]').count()) === 0 || undefined);
      findings.push(...(await accessibilityFindings(page)).map((f) => `${at}: ${f}`));
      const links = await page.locator('main a:not([download])').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
      waiting.push(...links.filter((href) => href.startsWith('/')));
    }
    expect(findings).toEqual([]);
    expect(seen.size).toBeGreaterThan(20);
  }, 180_000);

  it('had nothing to complain about on any page', () => expect(problems).toEqual([]));

  it('asks for the name before something is deleted, and says what goes with it', async () => {
    await page.goto(`${origin}/projects/bookinfo/services/deployment/ratings-v1`);
    await page.getByRole('button', { name: 'Delete' }).click();
    const confirm = page.getByRole('dialog', { name: 'Delete ratings-v1' });
    await confirm.getByText('2 objects that belong to it go too').waitFor();
    expect(await confirm.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await confirm.getByRole('textbox').fill('ratings-v1');
    await confirm.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(/\/projects\/bookinfo\/services$/);
    await page.getByRole('row', { name: /ratings-v1/ }).waitFor({ state: 'detached' });
  });
});
