import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { Client } from './client.js';

const FIRST = 'hand-this-over-once-1';
const OWN = 'nobody-else-knows-this-2';
export const [WORKSPACE, PROJECT] = ['kubectl', 'kubectl-web'];

export interface PeoplesPlatform {
  /** Of the console and GraphQL. */
  origin: string;
  /** Headers of an administrator of the platform. */
  owner: Record<string, string>;
  /** With the cluster's own power. */
  admin: Client;
  /** The program. */
  kubectl: string;
  /** A container that serves on port 8080, prints something and has Node. */
  program: { image: string };
  /** `kubectl cp` runs tar in the container. */
  hasTar: boolean;
}

const deploymentOf = (program: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'hello' },
  spec: { selector: { matchLabels: { app: 'hello' } }, template: { metadata: { labels: { app: 'hello' } }, spec: { containers: [{ name: 'hello', ...program, ports: [{ containerPort: 8080 }] }] } } },
});

/** What people do with kubectl and rights of their own, wherever the platform runs. */
export function peopleUseKubectl(platform: () => PeoplesPlatform): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-kubectl-people-'));
  let ada: Record<string, string>;
  let [adas, eves]: [Client, Client] = [new Client('', []), new Client('', [])];

  const post = (at: string, body: object, as: Record<string, string> = {}) => fetch(platform().origin + at, { method: 'POST', headers: { 'content-type': 'application/json', ...as }, body: JSON.stringify(body) });
  async function ask<T>(query: string, variables: object, as: Record<string, string>): Promise<T> {
    const { data, errors } = (await (await post('/graphql', { query, variables }, as)).json()) as { data: T; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  }
  async function signedIn(name: string): Promise<Record<string, string>> {
    await ask('mutation($input: CreateAccountInput!) { createAccount(input: $input) { name } }', { input: { name, password: FIRST } }, platform().owner);
    const cookie = async (password: string) => ({ cookie: (await post('/auth/login', { account: name, password })).headers.getSetCookie()[0]?.split(';')[0] ?? '' });
    expect((await post('/auth/password', { present: FIRST, next: OWN }, await cookie(FIRST))).status).toBe(200);
    return cookie(OWN);
  }
  async function kubectlOf(as: Record<string, string>, name: string): Promise<Client> {
    const { createKubeconfig } = await ask<{ createKubeconfig: { kubeconfig: string } }>('mutation($name: String!) { createKubeconfig(name: $name, days: 1) { kubeconfig } }', { name }, as);
    const file = path.join(folder, `${name}.kubeconfig`);
    writeFileSync(file, createKubeconfig.kubeconfig, { mode: 0o600 });
    return new Client(platform().kubectl, ['--kubeconfig', file]);
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
  async function copies(pod: string): Promise<void> {
    const copied = path.join(folder, 'copied.txt');
    writeFileSync(copied, 'copied\n');
    await does(adas, '-n', PROJECT, 'cp', copied, `${pod}:copied.txt`);
    expect(await does(adas, '-n', PROJECT, 'exec', pod, '--', 'cat', 'copied.txt')).toBe('copied\n');
  }

  beforeAll(async () => {
    const { admin, owner } = platform();
    ada = await signedIn('ada');
    const eve = await signedIn('eve');
    await ask('mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { name } }', { input: { name: WORKSPACE, administrators: ['ada'] } }, owner);
    await waitFor('the workspace is ready', async () => (await ask<{ workspace: { ready: boolean } | null }>('query($name: String!) { workspace(name: $name) { ready } }', { name: WORKSPACE }, ada)).workspace?.ready);
    await ask('mutation($input: CreateProjectInput!) { createProject(input: $input) { name } }', { input: { workspace: WORKSPACE, name: PROJECT } }, ada);
    [adas, eves] = [await kubectlOf(ada, 'adas'), await kubectlOf(eve, 'eves')];
    await waitFor('ada administers her project', async () => (await does(admin, 'auth', 'can-i', 'create', 'deployments', '-n', PROJECT, '--as', 'tidegate:ada').catch(() => 'no')).startsWith('yes'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('knows who asks, and lets nobody be somebody else', async () => {
    expect(await does(adas, 'auth', 'whoami')).toMatch(/Username +tidegate:ada\n/);
    expect(await does(adas, '--as', 'system:admin', '--as-group', 'system:masters', 'auth', 'whoami')).toMatch(/Username +tidegate:ada\n/);
    expect(await refused(adas, '--as', 'system:admin', '--as-group', 'system:masters', 'get', 'secrets', '-A')).toContain('User "tidegate:ada" cannot list resource "secrets"');
  });

  it('gives the rights that the cluster gives, and no other', async () => {
    const of = async (client: Client, ...as: string[]) => (await does(client, 'auth', 'can-i', '--list', '-n', PROJECT, ...as)).split('\n').sort();
    expect(await of(adas)).toEqual(await of(platform().admin, '--as', 'tidegate:ada', '--as-group', 'tidegate:everybody', '--as-group', 'system:authenticated'));
    expect(await refused(eves, '-n', PROJECT, 'get', 'pods')).toContain('User "tidegate:eve" cannot list resource "pods" in API group "" in the namespace "kubectl-web"');
    expect(await refused(eves, '-n', PROJECT, 'create', 'configmap', 'hers')).toContain('User "tidegate:eve" cannot create resource "configmaps"');
    expect(await refused(adas, '-n', 'kube-system', 'get', 'secrets')).toContain('forbidden');
    expect(await refused(adas, 'create', 'namespace', 'mine')).toContain('A project belongs to a workspace');
  });

  it('applies, rolls out, reads logs, runs, copies and forwards, as with the cluster itself', async () => {
    writeFileSync(path.join(folder, 'hello.json'), JSON.stringify(deploymentOf(platform().program)));
    await does(adas, '-n', PROJECT, 'apply', '-f', path.join(folder, 'hello.json'));
    await does(adas, '-n', PROJECT, 'rollout', 'status', 'deploy/hello', '--timeout=60s');
    const pod = (await does(adas, '-n', PROJECT, 'get', 'pods', '-l', 'app=hello', '-o', 'jsonpath={.items[0].metadata.name}')).trim();
    expect(await does(adas, '-n', PROJECT, 'logs', 'deploy/hello')).not.toBe('');
    expect(await does(adas, '-n', PROJECT, 'exec', pod, '--', 'node', '-e', 'console.log(6 * 7)')).toBe('42\n');
    expect(await refused(eves, '-n', PROJECT, 'exec', pod, '--', 'true')).toContain('forbidden');
    if (platform().hasTar) await copies(pod);
    const forward = adas.start(['-n', PROJECT, 'port-forward', pod, ':8080']);
    let said = '';
    forward.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    try {
      const [, port] = await waitFor('the forwarded port', () => /127\.0\.0\.1:(\d+) ->/.exec(said) ?? undefined);
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    } finally {
      forward.kill();
    }
    await does(adas, '-n', PROJECT, 'scale', 'deploy/hello', '--replicas=0');
    await does(adas, '-n', PROJECT, 'delete', 'deploy', 'hello');
  });

  it('is told to the administrators of the workspace', async () => {
    const { audit } = await ask<{ audit: { nodes: { action: string; account: string; resource: string; outcome: string }[] } }>(
      `{ audit(filter: { workspace: "${WORKSPACE}", action: "kubernetes." }) { nodes { action account resource outcome } } }`,
      {},
      ada,
    );
    expect(audit.nodes).toContainEqual({ action: 'kubernetes.create', account: 'ada', resource: 'deployments.apps', outcome: 'SUCCEEDED' });
    expect(audit.nodes.some((n) => n.account === 'ada' && n.resource === 'pods/exec' && n.outcome === 'SUCCEEDED')).toBe(true);
    expect(audit.nodes.some((n) => n.account === 'eve' && n.resource === 'configmaps' && n.outcome === 'DENIED')).toBe(true);
  });

  it('ends what is open when the token is revoked', async () => {
    const watch = adas.start(['-n', PROJECT, 'get', 'configmaps', '--watch', '-o', 'name']);
    let seen = '';
    let ended = false;
    watch.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    watch.once('close', () => (ended = true));
    await does(adas, '-n', PROJECT, 'create', 'configmap', 'seen');
    await waitFor('the watch runs', () => seen.includes('configmap/seen'));
    const { tokens } = await ask<{ tokens: { id: string; name: string }[] }>('{ tokens { id name } }', {}, ada);
    await ask('mutation($id: ID!) { revokeToken(id: $id) }', { id: tokens.find((t) => t.name === 'adas')?.id }, ada);
    await waitFor('an end of the watch', () => ended);
    expect(await refused(adas, '-n', PROJECT, 'get', 'configmaps')).toMatch(/Unauthorized|must be logged in|token is missing, unknown or over/);
  });
}
