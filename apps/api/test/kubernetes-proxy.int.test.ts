import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import path from 'node:path';
import { connect } from 'node:tls';
import { kinds } from '@tidegate/kube';
import { issueAuthority, issueLeaf } from '@tidegate/mesh-ca';
import { waitFor } from '@tidegate/testing';
import { parse } from 'yaml';
import { signedIn, tokenOf } from './people-on-stage.js';
import { startPostgres } from './postgres.js';
import { Stage } from './stage.js';

const folder = mkdtempSync('/tmp/tg-proxy-');
let stage: Stage;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let ca = '';

interface Answer {
  status: number;
  body: { kind?: string; message?: string; reason?: string; items?: { metadata: { name: string } }[]; status?: { userInfo?: { username: string; groups: string[] } } };
}

/** One request to the proxy; `token` undefined for nobody. */
function call(method: string, at: string, { token, headers = {}, body }: { token?: string | undefined; headers?: Record<string, string | string[]>; body?: unknown }): Promise<Answer> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const options: RequestOptions = {
    ...{ host: '127.0.0.1', port: stage.kubernetesPort, method, path: at, ca, servername: 'localhost', agent: false },
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }), ...headers },
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => {
      let got = '';
      response.on('data', (chunk: Buffer) => (got += chunk.toString()));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(got || '{}') as Answer['body'] }));
      response.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end(text);
  });
}

/** A watch that stays open; tells what came, and whether it is over. */
function watch(token: string, at: string): Promise<{ lines: string[]; over: () => boolean }> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    let over = false;
    const options = { host: '127.0.0.1', port: stage.kubernetesPort, path: at, ca, servername: 'localhost', agent: false, headers: { authorization: `Bearer ${token}` } };
    request(options, (response) => {
      response.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
      response.once('close', () => (over = true));
      response.on('error', () => undefined);
      resolve({ lines, over: () => over });
    })
      .once('error', reject)
      .end();
  });
}

const ask = async (query: string, variables: object, as?: Record<string, string>) => {
  const { data, errors } = await stage.ask(query, { ...variables }, as);
  expect(errors).toBeUndefined();
  return data as Record<string, never>;
};

let ada: { cookie: string };
let token: { id: string; secret: string };

beforeAll(async () => {
  const authority = await issueAuthority(Date.now());
  const leaf = await issueLeaf(authority, ['localhost'], Date.now());
  ca = authority.certificate;
  mkdirSync(path.join(folder, 'tls'));
  for (const [name, text] of Object.entries({ 'ca.crt': ca, 'tls.crt': leaf.certificate, 'tls.key': leaf.key })) writeFileSync(path.join(folder, 'tls', name), text);
  postgres = await startPostgres();
  stage = await Stage.start({
    database: postgres.address,
    kubernetesProxy: { host: '127.0.0.1', port: 0, tls: path.join(folder, 'tls'), address: 'https://127.0.0.1:7302', serverName: 'localhost' },
  });
  await waitFor('sign-in is ready', async () => (JSON.parse((await stage.send('GET', '/auth/state')).text) as { ready: boolean }).ready);
  ada = await signedIn(stage, 'ada');
  await stage.admin.create(kinds.clusterRoles, { metadata: { name: 'settings' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] }] });
  await stage.admin.create(kinds.roleBindings, {
    metadata: { name: 'ada', namespace: 'default' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'settings' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tidegate:ada' }],
  });
  token = await tokenOf(stage, ada, ['KUBERNETES', 'WRITE']);
}, 120_000);

afterAll(async () => {
  await stage.end();
  await postgres.end();
  rmSync(folder, { recursive: true, force: true });
});

const MAPS = '/api/v1/namespaces/default/configmaps';

it('answers as the API server would answer that person', async () => {
  expect(await call('GET', MAPS, { token: token.secret })).toMatchObject({ status: 200, body: { kind: 'ConfigMapList' } });
  const secrets = await call('GET', '/api/v1/namespaces/default/secrets', { token: token.secret });
  expect(secrets).toMatchObject({ status: 403, body: { kind: 'Status', reason: 'Forbidden', message: expect.stringContaining('User "tidegate:ada" cannot list resource "secrets"') } });
  expect(await call('POST', MAPS, { token: token.secret, body: { metadata: { name: 'colours' }, data: { sea: 'green' } } })).toMatchObject({ status: 201 });
  const patch = { token: token.secret, headers: { 'content-type': 'application/merge-patch+json' }, body: { data: { sky: 'blue' } } };
  expect(await call('PATCH', `${MAPS}/colours`, patch)).toMatchObject({ status: 200, body: { data: { sea: 'green', sky: 'blue' } } });
});

it.each<{ name: string; headers: Record<string, string | string[]> }>([
  { name: 'as system:masters', headers: { 'impersonate-user': 'system:admin', 'impersonate-group': 'system:masters' } },
  { name: 'in other spellings', headers: { 'Impersonate-User': 'system:admin', 'IMPERSONATE-GROUP': ['system:masters', 'tidegate:administrators'], 'Impersonate-Extra-Scopes': 'x', 'Impersonate-Uid': '0' } },
  { name: 'by a header of a proxy in front', headers: { 'x-remote-user': 'system:admin', 'x-remote-group': 'system:masters' } },
])('takes nobody for somebody else: $name', async ({ headers }) => {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const { body } = await call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { token: token.secret, headers, body: review });
  expect(body.status?.userInfo?.username).toBe('tidegate:ada');
  expect(body.status?.userInfo?.groups).not.toContain('system:masters');
  expect(await call('GET', '/api/v1/secrets', { token: token.secret, headers })).toMatchObject({ status: 403 });
});

it.each([
  { name: 'nobody', token: () => undefined, method: 'GET', at: MAPS, status: 401 },
  { name: 'a token that was never given', token: () => `tgp_${'a'.repeat(47)}`, method: 'GET', at: MAPS, status: 401 },
  { name: 'a path of two readings', token: () => token.secret, method: 'GET', at: '/api/v1/namespaces/default%2F..%2F..%2Fsecrets', status: 400 },
  { name: 'another method', token: () => token.secret, method: 'TRACE', at: MAPS, status: 400 },
])('refuses $name as a Kubernetes API does', async ({ token: of, method, at, status }) => {
  expect(await call(method, at, { token: of() })).toMatchObject({ status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status } });
});

/** A request word for word; everything that came until the connection was closed. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = connect({ host: '127.0.0.1', port: stage.kubernetesPort, ca, servername: 'localhost' }, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
    socket.once('close', () => resolve(got));
    socket.once('error', reject);
  });
}

it.each(['DELETE', 'GET', 'POST'])('takes the body of a %s for nothing else than a body', async (method) => {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `smuggled-${method.toLowerCase()}` } });
  const inner = `POST ${MAPS} HTTP/1.1\r\nhost: x\r\nimpersonate-user: system:admin\r\nimpersonate-group: system:masters\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const outer = (more: string) => `${method} ${MAPS}/nothing HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token.secret}\r\ncontent-type: application/json\r\nconnection: close\r\n${more}`;
  const inChunks = await raw(outer(`transfer-encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`));
  expect(inChunks).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(await raw(outer(`content-length: ${inner.length}\r\n\r\n${inner}`))).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(await raw(outer(`content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n${inner}`))).toMatch(/^HTTP\/1\.1 400 /);
  // Whatever came of it has come before this answer, on the same few connections.
  for (let i = 0; i < 20; i++) expect((await call('GET', MAPS, { token: token.secret })).status).toBe(200);
  expect(await stage.admin.get(kinds.configMaps, `smuggled-${method.toLowerCase()}`, 'default')).toBeUndefined();
});

it('does not take the cookie of a browser', async () => {
  expect((await call('GET', MAPS, { headers: ada })).status).toBe(401);
});

it('narrows to what a token was made for', async () => {
  const [none, reads] = [await tokenOf(stage, ada, ['READ', 'WRITE']), await tokenOf(stage, ada, ['KUBERNETES'])];
  expect(await call('GET', MAPS, { token: none.secret })).toMatchObject({ status: 403, body: { message: 'This token was made without the scope "kubernetes".' } });
  expect((await call('GET', MAPS, { token: reads.secret })).status).toBe(200);
  expect(await call('DELETE', `${MAPS}/colours`, { token: reads.secret })).toMatchObject({ status: 403, body: { message: 'This token was made without the scope "write".' } });
  expect(await call('GET', '/api/v1/namespaces/default/pods/web/exec?command=sh', { token: token.secret })).toMatchObject({ status: 403, body: { message: 'This token was made without the scope "terminal".' } });
});

it('refuses a body that the API server would not take, without keeping it', async () => {
  expect(await call('POST', MAPS, { token: token.secret, body: { metadata: { name: 'big' }, data: { x: 'y'.repeat(3 * 1024 * 1024) } } })).toMatchObject({ status: 413, body: { reason: 'RequestEntityTooLarge' } });
});

it('refuses a body that grows too large on its way, and answers the next one', async () => {
  const head = `POST ${MAPS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token.secret}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
  const chunk = `${(64 * 1024).toString(16)}\r\n${' '.repeat(64 * 1024)}\r\n`;
  expect(await raw(head + chunk.repeat(80))).toMatch(/^HTTP\/1\.1 413 /);
  expect((await call('GET', MAPS, { token: token.secret })).status).toBe(200);
});

it('streams a watch, and ends it when the token is revoked', async () => {
  const own = await tokenOf(stage, ada, ['KUBERNETES']);
  const open = await watch(own.secret, `${MAPS}?watch=true`);
  await call('POST', MAPS, { token: token.secret, body: { metadata: { name: 'seen' } } });
  await waitFor('the change is told', () => open.lines.some((l) => l.includes('"seen"')));
  expect(open.over()).toBe(false);
  await ask('mutation($id: ID!) { revokeToken(id: $id) }', { id: own.id }, ada);
  await waitFor('an end of the watch', open.over);
  expect((await call('GET', MAPS, { token: own.secret })).status).toBe(401);
});

it('records what was changed, and what was tried', async () => {
  const { audit } = (await ask('{ audit(filter: { action: "kubernetes." }) { nodes { action account resource namespace name outcome } } }', {})) as unknown as { audit: { nodes: object[] } };
  expect(audit.nodes).toContainEqual({ action: 'kubernetes.patch', account: 'ada', resource: 'configmaps', namespace: 'default', name: 'colours', outcome: 'SUCCEEDED' });
  expect(audit.nodes.filter((n) => 'action' in n && /kubernetes\.(get|list|watch)/.test(String(n.action)))).toEqual([]);
});

it('tells the owner of the instance, who has no account, which kubeconfig is his', async () => {
  const { errors } = await stage.ask('mutation { createKubeconfig(name: "laptop") { kubeconfig } }');
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'API_NO_KUBERNETES', remedy: expect.stringContaining('tidegate kubeconfig') });
});

it('gives a kubeconfig that leads here, with a token of its own', async () => {
  const { createKubeconfig } = (await ask('mutation { createKubeconfig(name: "laptop", days: 7) { kubeconfig token { scopes } } }', {}, ada)) as unknown as {
    createKubeconfig: { kubeconfig: string; token: { scopes: string[] } };
  };
  const config = parse(createKubeconfig.kubeconfig) as { clusters: { cluster: Record<string, string> }[]; users: { user: { token: string } }[] };
  expect(config.clusters[0]?.cluster).toEqual({
    server: 'https://127.0.0.1:7302',
    'tls-server-name': 'localhost',
    'certificate-authority-data': readFileSync(path.join(folder, 'tls', 'ca.crt')).toString('base64'),
  });
  expect(createKubeconfig.token.scopes.sort()).toEqual(['KUBERNETES', 'TERMINAL', 'WRITE']);
  expect((await call('GET', MAPS, { token: config.users[0]?.user.token })).status).toBe(200);
});
