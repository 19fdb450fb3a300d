import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CertificateAuthority, openAuthority } from '../src/auth/certificates.js';
import { type WebhookCluster, runMutatingWebhooks, runValidatingWebhooks } from '../src/webhooks/run-webhooks.js';
import type { AdmissionAttributes, Webhook } from '../src/webhooks/webhook-rules.js';

interface Review {
  request: { uid: string; object: { metadata: { labels?: Record<string, string> } } };
}
type Answer = (review: Review) => object;

const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-webhook-'));
let authority: CertificateAuthority;
let server: Server;
let serverCertificate: string;
const answers = new Map<string, Answer>();
const asked: string[] = [];

beforeAll(async () => {
  authority = await openAuthority(folder, Date.now());
  const { keyPem, certificatePem } = await authority.issueServer('webhook', ['hooks.test.svc', '127.0.0.1']);
  serverCertificate = certificatePem;
  server = createServer({ key: keyPem, cert: certificatePem }, (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const name = (request.url ?? '').split('?')[0] ?? '';
      asked.push(name);
      const review = JSON.parse(text) as Review;
      const answer = answers.get(name);
      if (!answer) return void response.writeHead(500).end();
      response.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: review.request.uid, ...answer(review) },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  answers.clear();
  asked.length = 0;
});

const port = (): number => (server.address() as AddressInfo).port;
function hook(name: string, more: Partial<Webhook> = {}): Webhook {
  return {
    name: `${name}.example.com`,
    clientConfig: { url: `https://127.0.0.1:${port()}/${name}`, caBundle: Buffer.from(authority.certificatePem).toString('base64') },
    rules: [{ operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'], scope: '*' }],
    failurePolicy: 'Fail',
    sideEffects: 'None',
    timeoutSeconds: 5,
    ...more,
  };
}
function clusterOf(mutating: Webhook[], validating: Webhook[] = []): WebhookCluster {
  return {
    mutating: () => mutating,
    validating: () => validating,
    namespaceLabels: (name) => (name === 'shop' ? { team: 'a' } : undefined),
    ask: () => ({ allowed: false, reason: '' }),
    resolveService: (namespace, name) => (namespace === 'test' && name === 'hooks' ? { host: '127.0.0.1', port: port() } : undefined),
  };
}
const attributes: AdmissionAttributes = {
  operation: 'CREATE',
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
  namespaced: true,
  namespace: 'shop',
  name: 'web',
  object: { metadata: { name: 'web', labels: { app: 'web' } } },
  dryRun: false,
  user: { username: 'eve', groups: [] },
};
const patchOf = (patch: unknown): object => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
});
/** Sets metadata.labels entries: the only patch these tests send. */
function applyPatch(object: Record<string, unknown>, patch: unknown): Record<string, unknown> {
  const copy = structuredClone(object) as { metadata: { labels: Record<string, string> } };
  for (const { path: at, value } of patch as { path: string; value: string }[]) copy.metadata.labels[at.split('/').at(-1) ?? ''] = value;
  return copy;
}

it('patches in order, and calls an earlier hook again when a later one changed the object', async () => {
  answers.set('/first', (r) =>
    patchOf([{ op: 'add', path: '/metadata/labels/seen', value: Object.keys(r.request.object.metadata.labels ?? {}).join('-') }]),
  );
  answers.set('/second', () => patchOf([{ op: 'add', path: '/metadata/labels/mesh', value: 'on' }]));
  const outcome = await runMutatingWebhooks(
    attributes,
    clusterOf([hook('first', { reinvocationPolicy: 'IfNeeded' }), hook('second')]),
    applyPatch,
  );
  expect(asked).toEqual(['/first', '/second', '/first']);
  expect(outcome).toMatchObject({ ok: true, object: { metadata: { labels: { seen: 'app-seen-mesh', mesh: 'on' } } } });
});

it('takes a patch of null for none', async () => {
  answers.set('/same', () => patchOf(null));
  const outcome = await runMutatingWebhooks(attributes, clusterOf([hook('same')]), () => {
    throw new Error('nothing is to be applied');
  });
  expect(outcome).toMatchObject({ ok: true });
});

it("refuses in the webhook's words, with its code and warnings", async () => {
  answers.set('/no', () => ({
    allowed: false,
    status: { code: 422, reason: 'Invalid', message: 'weights must ascend' },
    warnings: ['be careful'],
  }));
  const outcome = await runValidatingWebhooks(attributes, clusterOf([], [hook('no')]));
  expect(outcome).toEqual({
    ok: false,
    refusal: { code: 422, reason: 'Invalid', message: 'admission webhook "no.example.com" denied the request: weights must ascend' },
    warnings: ['be careful'],
  });
});

describe('which calls are made', () => {
  it.each<{ name: string; more: Partial<Webhook>; calls: number }>([
    { name: 'its rule', more: {}, calls: 1 },
    {
      name: 'another operation',
      more: { rules: [{ operations: ['DELETE'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }] },
      calls: 0,
    },
    {
      name: 'a subresource only',
      more: { rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['deployments/status'] }] },
      calls: 0,
    },
    {
      name: 'cluster scope only',
      more: { rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], scope: 'Cluster' }] },
      calls: 0,
    },
    { name: 'a namespace that fits', more: { namespaceSelector: { matchLabels: { team: 'a' } } }, calls: 1 },
    {
      name: 'another namespace',
      more: { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] } },
      calls: 0,
    },
    { name: 'an object that fits', more: { objectSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }, calls: 1 },
    { name: 'another object', more: { objectSelector: { matchLabels: { app: 'api' } } }, calls: 0 },
    { name: 'through a Service', more: { clientConfig: { service: { namespace: 'test', name: 'hooks', path: '/yes' } } }, calls: 1 },
  ])('$name', async ({ more, calls }) => {
    answers.set('/yes', () => ({ allowed: true }));
    const caBundle = hook('yes').clientConfig.caBundle;
    const webhook = hook('yes', more);
    const outcome = await runValidatingWebhooks(
      attributes,
      clusterOf([], [{ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } }]),
    );
    expect(outcome.ok).toBe(true);
    expect(asked).toHaveLength(calls);
  });
});

describe('a hook that fails', () => {
  it.each<{ name: string; more: Partial<Webhook>; message: RegExp }>([
    {
      name: 'answers 500',
      more: {},
      message:
        /^Internal error occurred: failed calling webhook "broken.example.com": failed to call webhook: Post "https:.*timeout=5s": unexpected status 500$/,
    },
    {
      name: 'has no endpoint',
      more: { clientConfig: { service: { namespace: 'test', name: 'gone' } } },
      message: /no endpoints available for service "gone"/,
    },
    { name: 'does not listen', more: { clientConfig: { url: 'https://127.0.0.1:1/x' } }, message: /failed calling webhook/ },
  ])('$name: Fail refuses, Ignore lets pass', async ({ more, message }) => {
    const strict = await runValidatingWebhooks(attributes, clusterOf([], [hook('broken', more)]));
    expect(strict.ok ? '' : strict.refusal.message).toMatch(message);
    expect((await runValidatingWebhooks(attributes, clusterOf([], [hook('broken', { ...more, failurePolicy: 'Ignore' })]))).ok).toBe(true);
  });
});

it('trusts what the bundle holds, be it the certificate of the server itself, and nobody else', async () => {
  answers.set('/trusted', () => ({ allowed: false, status: { message: 'seen' } }));
  const own = Buffer.from(serverCertificate).toString('base64');
  const trusted = hook('trusted', { clientConfig: { url: `https://127.0.0.1:${port()}//trusted/`, caBundle: own } });
  const seen = await runValidatingWebhooks(attributes, clusterOf([], [trusted]));
  expect(seen.ok ? undefined : seen.refusal.message).toContain('denied the request: seen');
  const other = await openAuthority(mkdtempSync(path.join(folder, 'other-')), Date.now());
  const stranger = hook('trusted', { clientConfig: { url: `https://127.0.0.1:${port()}/trusted`, caBundle: Buffer.from(other.certificatePem).toString('base64') } });
  const refused = await runValidatingWebhooks(attributes, clusterOf([], [stranger]));
  expect(refused.ok ? undefined : refused.refusal.message).toContain('tls: failed to verify certificate: x509: certificate signed by unknown authority');
});

it('is not called for a dry run unless it has no side effects', async () => {
  answers.set('/yes', () => ({ allowed: true }));
  const outcome = await runValidatingWebhooks({ ...attributes, dryRun: true }, clusterOf([], [hook('yes', { sideEffects: 'Some' })]));
  expect(outcome.ok ? '' : outcome.refusal.message).toBe('admission webhook "yes.example.com" does not support dry run');
  expect(asked).toEqual([]);
});

it.each<{ name: string; expressions: string[]; more?: Partial<Webhook>; called: boolean; refusal?: string }>([
  { name: 'all true', expressions: ["object.metadata.name == 'web'", "request.userInfo.username == 'eve'"], called: true },
  { name: 'one false', expressions: ['true', "object.metadata.name != 'web'"], called: false },
  { name: 'a right that is not there', expressions: ["authorizer.group('apps').resource('deployments').check('breakglass').allowed()"], called: false },
  { name: 'false settles it whatever fails', expressions: ['object.nope == 1', 'false'], called: false },
  {
    name: 'one that fails',
    expressions: ['object.nope == 1'],
    called: false,
    refusal: `deployments.apps "web" is forbidden: expression 'object.nope == 1' resulted in error: no such key: nope`,
  },
  { name: 'one that fails, when that may be ignored', expressions: ['object.nope == 1'], more: { failurePolicy: 'Ignore' }, called: false },
])('conditions: $name', async ({ expressions, more, called, refusal }) => {
  answers.set('/yes', () => ({ allowed: true }));
  const matchConditions = expressions.map((expression, i) => ({ name: `c${i}`, expression }));
  const outcome = await runValidatingWebhooks(attributes, clusterOf([], [hook('yes', { matchConditions, ...more })]));
  expect(asked.length > 0).toBe(called);
  expect(outcome.ok ? undefined : outcome.refusal.message).toEqual(refusal === undefined ? undefined : expect.stringContaining(refusal));
});
