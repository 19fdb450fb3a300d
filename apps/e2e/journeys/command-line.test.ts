import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { type Done, Instance } from './instance.js';

const OWN = 'nobody-else-knows-this-2';
/** What belongs to an application beside its settings; nothing of it runs. */
const PARTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: shop } }
spec: { replicas: 0, selector: { matchLabels: { app: shop } }, template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: web, image: none:1 }] } } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, labels: { app: shop } }
spec: { schedule: '0 3 1 1 *', suspend: true, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: nightly, image: none:1 }] } } } } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: robot, labels: { app: shop } }
`;
const MANIFESTS = `# settings of the shop
apiVersion: v1
kind: ConfigMap
metadata: { name: prices }
data: { currency: EUR }
---
apiVersion: v1
kind: Secret
metadata: { name: till }
stringData: { key: do-not-show-this }
`;

/** People at the command line: no browser, no kubectl. */
describe('the command line of people', () => {
  const instance = new Instance();
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-command-line-'));
  const file = path.join(folder, 'shop.yaml');
  const env = { TIDEGATE_CONFIG: path.join(folder, 'contexts.yaml') };
  let url = '';

  /** As whoever is signed in under a context. */
  const as = (who: string, ...words: string[]): Promise<Done> => instance.runWith(env, ...words, '--context', who);
  async function done(answer: Promise<Done>): Promise<string> {
    const { code, out, err } = await answer;
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    return out;
  }
  async function json<T>(answer: Promise<Done>): Promise<T> {
    return JSON.parse(await done(answer)) as T;
  }
  async function refused(answer: Promise<Done>): Promise<string> {
    const { code, out, err } = await answer;
    expect({ code, out }).not.toEqual({ code: 0, out });
    return err;
  }
  /** An account with a password of its own, and a context of its name. */
  async function comesIn(name: string): Promise<void> {
    const { password } = await json<{ password: string }>(instance.run('account', 'create', name, '-o', 'json'));
    const post = (at: string, body: object, cookie = '') => fetch(url + at, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body) });
    const first = await post('/auth/login', { account: name, password });
    await post('/auth/password', { present: password, next: OWN }, first.headers.getSetCookie()[0]?.split(';')[0]);
    await done(instance.withInput(OWN, env, 'login', url, '--account', name, '--context', name, '--password-stdin'));
  }

  beforeAll(async () => {
    url = new URL(/Console +(http:\/\/\S+)/.exec((await instance.run('up', '--detach', '--empty')).out)?.[1] ?? '').origin;
    await waitFor('sign-in is ready', async () => ((await (await fetch(`${url}/auth/state`)).json()) as { ready: boolean }).ready, 60_000);
    writeFileSync(file, MANIFESTS);
    for (const name of ['ada', 'eve']) await comesIn(name);
  }, 120_000);

  afterAll(async () => {
    await instance.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('signs in, and says as whom', async () => {
    expect(await done(instance.run('whoami'))).toContain('an administrator of the platform');
    expect(await done(as('ada', 'whoami'))).toContain(`ada at ${url}\n`);
    expect(statSync(env.TIDEGATE_CONFIG).mode & 0o777).toBe(0o600);
    expect(await done(instance.runWith(env, 'context', 'list'))).toMatch(/\* +eve +eve/);
    expect(await refused(instance.withInput('wrong horse', env, 'login', url, '--account', 'ada', '--password-stdin'))).toContain('Name and password do not belong together');
  });

  it('makes a workspace, brings people in, and keeps others out', async () => {
    expect(await refused(as('ada', 'workspace', 'create', 'shop', '--admin', 'ada'))).toContain('ada may not create workspaces');
    await done(instance.run('workspace', 'create', 'shop', '--admin', 'ada', '--display-name', 'The shop'));
    await waitFor('ada administers it', async () => (await as('ada', 'member', 'set', 'eve', '-w', 'shop', '--role', 'viewer')).code === 0);
    expect(await done(as('ada', 'workspace', 'get', 'shop'))).toMatch(/shop: The shop[\s\S]*Members +ada \(admin\), eve \(viewer\)/);
    await done(as('ada', 'project', 'create', 'shop-web', '-w', 'shop'));
    expect(await refused(as('eve', 'project', 'create', 'shop-other', '-w', 'shop'))).toMatch(/may not/);
    await waitFor('eve sees it', async () => (await done(as('eve', 'project', 'list', '-w', 'shop'))).includes('shop-web'));
    expect(await refused(as('eve', 'workspace', 'delete', 'shop', '--yes'))).toContain('eve may not delete');
  });

  it('applies manifests with the rights of whoever does, and shows what would change', async () => {
    expect(await done(as('ada', 'apply', '-f', file, '-n', 'shop-web', '--dry-run'))).toBe('shop-web/ConfigMap prices: would be created\nshop-web/Secret till: would be created\n');
    expect(await done(as('ada', 'apply', '-f', file, '-n', 'shop-web'))).toContain('ConfigMap prices: created');
    writeFileSync(file, MANIFESTS.replace('EUR', 'CHF'));
    expect(await done(as('ada', 'apply', '-f', file, '-n', 'shop-web', '--dry-run'))).toBe('shop-web/ConfigMap prices: would be configured\n  ~ /data/currency\nshop-web/Secret till: would be unchanged\n');
    const eves = await as('eve', 'apply', '-f', file, '-n', 'shop-web');
    expect(eves).toMatchObject({ code: 1, out: expect.stringContaining('ConfigMap prices: refused. eve may not patch configmaps') });
    expect(await refused(as('ada', 'apply', '-f', path.join(folder, 'none.yaml')))).toContain('none.yaml cannot be read');
  });

  it('bounds a workspace, by those who administer the platform', async () => {
    expect(await refused(as('ada', 'workspace', 'update', 'shop', '--quota', 'secrets=100'))).toContain('Only administrators of the platform change what bounds a workspace (quota)');
    expect(await refused(instance.run('workspace', 'update', 'shop', '--quota', 'secrets=many'))).toContain('"many" is no quantity for secrets');
    await done(instance.run('workspace', 'update', 'shop', '--quota', 'secrets=1'));
    await waitFor('it is counted', async () => (await done(as('ada', 'workspace', 'get', 'shop'))).includes('Quota      secrets 1 of 1'));
    writeFileSync(file, MANIFESTS.replace('till', 'till-2'));
    expect((await as('ada', 'apply', '-f', file, '-n', 'shop-web')).out).toContain('exceeded quota: workspace shop, requested: secrets=1, used: secrets=1, limited: secrets=1');
    await done(instance.run('workspace', 'update', 'shop', '--quota', 'none'));
    await waitFor('there is none', async () => (await done(as('ada', 'workspace', 'get', 'shop'))).includes('Quota      none'));
  });

  it('puts together what belongs together, and deletes it together', async () => {
    const labelled = MANIFESTS.replaceAll(/metadata: { name: (\w+)/g, 'metadata: { labels: { app: shop }, name: $1').replace('prices', 'sizes').split('---')[0] ?? '';
    writeFileSync(file, `${labelled}---${PARTS}`);
    await done(as('ada', 'apply', '-f', file, '-n', 'shop-web'));
    expect(await refused(as('eve', 'app', 'create', 'shop', '-n', 'shop-web', '-l', 'app=shop'))).toContain('eve may not create applications');
    await done(as('ada', 'app', 'create', 'shop', '-n', 'shop-web', '-l', 'app=shop', '--kind', 'ConfigMap', '--kind', 'Deployment.apps', '--version', '1.0'));
    await waitFor('it is looked at', async () => (await done(as('eve', 'app', 'list', '-n', 'shop-web'))).match(/shop-web +shop +1\.0 +2\/2 +ready +no/));
    expect(await refused(as('eve', 'app', 'update', 'shop', '-n', 'shop-web', '--owns'))).toContain('eve may not patch applications');
    expect(await refused(as('ada', 'app', 'update', 'shop', '-n', 'shop-web', '-l', 'no label'))).toContain('is no label');
    const every = ['ConfigMap', 'Deployment.apps', 'CronJob.batch', 'ServiceAccount'].flatMap((kind) => ['--kind', kind]);
    await done(as('ada', 'app', 'update', 'shop', '-n', 'shop-web', '--version', '1.1', '--owns', ...every));
    await waitFor('it is looked at again', async () => (await done(as('eve', 'app', 'list', '-n', 'shop-web'))).match(/shop-web +shop +1\.1 +4\/4 +ready +yes/));
    expect(await done(as('eve', 'app', 'get', 'shop', '-n', 'shop-web'))).toMatch(/ConfigMap +sizes +ready/);
    const asked = await refused(as('ada', 'app', 'delete', 'shop', '-n', 'shop-web'));
    expect(asked).toMatch(/With it go ConfigMap sizes, CronJob\.batch nightly, Deployment\.apps web, ReplicaSet\.apps web-\S+, ServiceAccount robot\. Add --yes\./);
    await done(as('ada', 'app', 'delete', 'shop', '-n', 'shop-web', '--yes'));
    // As many as were told are collected, by Kubernetes' own rules.
    await waitFor('all of it went with it', async () => !/sizes|nightly|web-|robot/.test(await refused(as('ada', 'project', 'delete', 'shop-web')).then((told) => told.replaceAll('shop-web', ''))));
  });

  it('says what a deletion takes along, and does nothing until it is meant', async () => {
    const asked = await refused(as('ada', 'project', 'delete', 'shop-web'));
    expect(asked).toContain('This deletes the project shop-web, and in it ConfigMap prices, Secret till. Add --yes.');
    expect(await done(as('ada', 'project', 'list'))).toContain('active');
  });

  it('tells who did what, without secrets', async () => {
    const log = await done(as('ada', 'audit', '-w', 'shop', '--since', '1h'));
    expect(log).toMatch(/eve +object\.apply +denied +configmaps shop-web\/prices/);
    expect(log).toMatch(/ada +project\.create +succeeded/);
    expect(await done(as('ada', 'audit', '-w', 'shop', '-o', 'json'))).not.toContain('do-not-show-this');
    expect(await refused(as('eve', 'audit', '-w', 'shop'))).toContain('may not get workspaces/audit');
  });

  it('makes tokens for machines, and gives kubeconfigs', async () => {
    const token = (await done(as('ada', 'token', 'create', 'pipeline', '--scope', 'read', '-w', 'shop'))).trim();
    const machine = { ...env, TIDEGATE_URL: url, TIDEGATE_TOKEN: token, TIDEGATE_DATA: instance.data };
    const asMachine = (...words: string[]) => instance.runHere(machine, ...words);
    expect(await done(asMachine('project', 'list'))).toContain('shop-web');
    expect(await refused(asMachine('project', 'create', 'x', '-w', 'shop'))).toContain('without the scope "write"');
    const [{ id } = { id: '' }] = (await json<{ id: string; name: string }[]>(as('ada', 'token', 'list', '-o', 'json'))).filter((t) => t.name === 'pipeline');
    await done(as('ada', 'token', 'revoke', id));
    await waitFor('it is good for nothing', async () => (await asMachine('project', 'list')).err.includes('has expired or was revoked'));
    const kubeconfig = path.join(folder, 'ada.kubeconfig');
    await done(as('ada', 'kubeconfig', '--own', '--write', kubeconfig));
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect(await refused(as('ada', 'kubeconfig', '--own', '--write', kubeconfig))).toContain('exists');
  });

  it('gives the same answers as the Kubernetes API, to four people in two workspaces', async () => {
    // Twice: what the first one leaves must not be in the way.
    for (const run of ['first', 'second']) {
      const { code, out, err } = await instance.run('demo', 'tenancy');
      expect({ run, code, err }).toEqual({ run, code: 0, err: '' });
      expect(out).toMatch(/20 steps: GraphQL and (kubectl|the Kubernetes API) agreed in all of them\.\n$/);
    }
    expect(await done(instance.run('workspace', 'list'))).not.toContain('demo-');
  });

  it('signs out: the token is good for nothing any more', async () => {
    const before = await json<{ id: string }[]>(as('eve', 'token', 'list', '-o', 'json'));
    expect(before).toHaveLength(1);
    expect(await done(as('eve', 'logout'))).toContain('Signed out');
    expect(await refused(as('eve', 'whoami'))).toContain('There is no context eve');
    expect(await json(instance.run('token', 'list', '--account', 'eve', '-o', 'json'))).toEqual([]);
  });
});
