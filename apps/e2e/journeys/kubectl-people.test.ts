import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { Client, findClient } from './client.js';
import { Instance } from './instance.js';

const kubectlFile = findClient('kubectl', 'TIDEGATE_KUBECTL');
const journey = kubectlFile ? describe : describe.skip;
const FIRST = 'hand-this-over-once-1';
const OWN = 'nobody-else-knows-this-2';

journey(kubectlFile ? 'kubectl of people' : 'kubectl of people (not on this machine: set TIDEGATE_KUBECTL)', () => {
  const instance = new Instance();
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-kubectl-people-'));
  let origin = '';
  let owner: Record<string, string>;
  let ada: Record<string, string>;
  let admin: Client;
  let [adas, eves]: [Client, Client] = [new Client('', []), new Client('', [])];

  const post = (at: string, body: object, as: Record<string, string> = {}) => fetch(origin + at, { method: 'POST', headers: { 'content-type': 'application/json', ...as }, body: JSON.stringify(body) });
  async function ask<T>(query: string, variables: object, as: Record<string, string>): Promise<T> {
    const { data, errors } = (await (await post('/graphql', { query, variables }, as)).json()) as { data: T; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  }
  async function signedIn(name: string): Promise<Record<string, string>> {
    await ask('mutation($input: CreateAccountInput!) { createAccount(input: $input) { name } }', { input: { name, password: FIRST } }, owner);
    const cookie = async (password: string) => ({ cookie: (await post('/auth/login', { account: name, password })).headers.getSetCookie()[0]?.split(';')[0] ?? '' });
    expect((await post('/auth/password', { present: FIRST, next: OWN }, await cookie(FIRST))).status).toBe(200);
    return cookie(OWN);
  }
  async function kubectlOf(as: Record<string, string>, name: string): Promise<Client> {
    const { createKubeconfig } = await ask<{ createKubeconfig: { kubeconfig: string } }>('mutation($name: String!) { createKubeconfig(name: $name, days: 1) { kubeconfig } }', { name }, as);
    const file = path.join(folder, `${name}.kubeconfig`);
    writeFileSync(file, createKubeconfig.kubeconfig, { mode: 0o600 });
    return new Client(kubectlFile ?? '', ['--kubeconfig', file]);
  }
  async function does(client: Client, ...words: string[]): Promise<string> {
    const { code, out, err } = await client.run(words);
    expect({ words, code, err: code === 0 ? '' : err }).toEqual({ words, code: 0, err: '' });
    return out;
  }
  const refused = async (client: Client, ...words: string[]): Promise<string> => {
    const { code, err } = await client.run(words);
    expect({ words, failed: code !== 0 }).toEqual({ words, failed: true });
    return err;
  };

  beforeAll(async () => {
    const up = await instance.run('up', '--detach');
    origin = new URL(/Console +(http:\/\/\S+)/.exec(up.out)?.[1] ?? '').origin;
    owner = { authorization: `Bearer ${readFileSync(path.join(instance.data, 'private', 'console-token'), 'utf8').trim()}` };
    await waitFor('sign-in is ready', async () => ((await (await fetch(`${origin}/auth/state`)).json()) as { ready: boolean }).ready, 60_000);
    admin = new Client(kubectlFile ?? '', ['--kubeconfig', await instance.kubeconfig()]);
    ada = await signedIn('ada');
    const eve = await signedIn('eve');
    await ask('mutation { createWorkspace(input: { name: "shop", administrators: ["ada"] }) { name } }', {}, owner);
    await waitFor('the workspace is ready', async () => (await ask<{ workspace: { ready: boolean } | null }>('{ workspace(name: "shop") { ready } }', {}, ada)).workspace?.ready);
    await ask('mutation { createProject(input: { workspace: "shop", name: "web" }) { name } }', {}, ada);
    [adas, eves] = [await kubectlOf(ada, 'adas'), await kubectlOf(eve, 'eves')];
    await waitFor('ada administers her project', async () => (await does(admin, 'auth', 'can-i', 'create', 'deployments', '-n', 'web', '--as', 'tidegate:ada').catch(() => 'no')).startsWith('yes'));
  });
  afterAll(async () => {
    await instance.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('knows who asks, and lets nobody be somebody else', async () => {
    expect(await does(adas, 'auth', 'whoami')).toMatch(/Username +tidegate:ada\n/);
    expect(await does(adas, '--as', 'system:admin', '--as-group', 'system:masters', 'auth', 'whoami')).toMatch(/Username +tidegate:ada\n/);
    expect(await refused(adas, '--as', 'system:admin', '--as-group', 'system:masters', 'get', 'secrets', '-A')).toContain('User "tidegate:ada" cannot list resource "secrets"');
  });

  it('gives the rights that the cluster gives, and no other', async () => {
    const of = async (client: Client, ...as: string[]) => (await does(client, 'auth', 'can-i', '--list', '-n', 'web', ...as)).split('\n').sort();
    expect(await of(adas)).toEqual(await of(admin, '--as', 'tidegate:ada', '--as-group', 'tidegate:everybody', '--as-group', 'system:authenticated'));
    expect(await refused(eves, '-n', 'web', 'get', 'pods')).toContain('User "tidegate:eve" cannot list resource "pods" in API group "" in the namespace "web"');
    expect(await refused(eves, '-n', 'web', 'create', 'configmap', 'hers')).toContain('User "tidegate:eve" cannot create resource "configmaps"');
    expect(await refused(adas, '-n', 'bookinfo', 'get', 'secrets')).toContain('forbidden');
    expect(await refused(adas, 'create', 'namespace', 'mine')).toContain('A project belongs to a workspace');
  });

  it('applies, rolls out, reads logs, runs, copies and forwards, as with the cluster itself', async () => {
    await does(adas, '-n', 'web', 'create', 'deployment', 'hello', '--image=tidegate.dev/samples/hello:1.0.0', '--port=8080');
    await does(adas, '-n', 'web', 'rollout', 'status', 'deploy/hello', '--timeout=60s');
    const pod = (await does(adas, '-n', 'web', 'get', 'pods', '-l', 'app=hello', '-o', 'jsonpath={.items[0].metadata.name}')).trim();
    expect(await does(adas, '-n', 'web', 'logs', 'deploy/hello')).not.toBe('');
    expect(await does(adas, '-n', 'web', 'exec', pod, '--', 'node', '-e', 'console.log(6 * 7)')).toBe('42\n');
    expect(await refused(eves, '-n', 'web', 'exec', pod, '--', 'true')).toContain('forbidden');
    const copied = path.join(folder, 'copied.txt');
    writeFileSync(copied, 'copied\n');
    await does(adas, '-n', 'web', 'cp', copied, `${pod}:copied.txt`);
    expect(await does(adas, '-n', 'web', 'exec', pod, '--', 'cat', 'copied.txt')).toBe('copied\n');
    const forward = adas.start(['-n', 'web', 'port-forward', pod, ':8080']);
    let said = '';
    forward.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    try {
      const [, port] = await waitFor('the forwarded port', () => /127\.0\.0\.1:(\d+) ->/.exec(said) ?? undefined);
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    } finally {
      forward.kill();
    }
    await does(adas, '-n', 'web', 'scale', 'deploy/hello', '--replicas=0');
    await does(adas, '-n', 'web', 'delete', 'deploy', 'hello');
  });

  it('is told to the administrators of the workspace', async () => {
    const { audit } = await ask<{ audit: { nodes: { action: string; account: string; resource: string; outcome: string }[] } }>(
      '{ audit(filter: { workspace: "shop", action: "kubernetes." }) { nodes { action account resource outcome } } }',
      {},
      ada,
    );
    expect(audit.nodes).toContainEqual({ action: 'kubernetes.create', account: 'ada', resource: 'deployments.apps', outcome: 'SUCCEEDED' });
    expect(audit.nodes.some((n) => n.account === 'ada' && n.resource === 'pods/exec' && n.outcome === 'SUCCEEDED')).toBe(true);
    expect(audit.nodes.some((n) => n.account === 'eve' && n.resource === 'configmaps' && n.outcome === 'DENIED')).toBe(true);
  });

  it('ends what is open when the token is revoked', async () => {
    const watch = adas.start(['-n', 'web', 'get', 'configmaps', '--watch', '-o', 'name']);
    let seen = '';
    let ended = false;
    watch.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    watch.once('close', () => (ended = true));
    await does(adas, '-n', 'web', 'create', 'configmap', 'seen');
    await waitFor('the watch runs', () => seen.includes('configmap/seen'));
    const { tokens } = await ask<{ tokens: { id: string; name: string }[] }>('{ tokens { id name } }', {}, ada);
    await ask('mutation($id: ID!) { revokeToken(id: $id) }', { id: tokens.find((t) => t.name === 'adas')?.id }, ada);
    await waitFor('an end of the watch', () => ended);
    expect(await refused(adas, '-n', 'web', 'get', 'configmaps')).toMatch(/Unauthorized|must be logged in|token is missing, unknown or over/);
  });
});
