import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { openAuthority } from '../src/auth/certificates.js';
import { type RunningApi, startApiOnly } from '../src/cluster/start-api-only.js';

let dataDir: string;
let running: RunningApi;
const start = (): Promise<RunningApi> =>
  startApiOnly(
    {
      clock: systemClock,
      log: silentLogger,
      registry: createRegistry('test'),
      fatal: (error) => {
        throw error;
      },
    },
    { dataDir, apiPort: 0 },
  );

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tidegate-api-only-'));
  running = await start();
});
afterAll(async () => {
  await running.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const service = (name: string, spec: Record<string, unknown> = {}) => ({
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80 }], ...spec },
});

it('begins with the namespaces and the Service that every API server has, and nothing else', async () => {
  const names = async (kind: typeof kinds.namespaces | typeof kinds.services): Promise<(string | undefined)[]> =>
    (await running.client.listAll<{ metadata?: { name?: string } }>(kind)).items.map((o) => o.metadata?.name);
  expect(await names(kinds.namespaces)).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  expect(await names(kinds.services)).toEqual(['kubernetes']);
  expect((await running.client.listAll(kinds.nodes)).items).toEqual([]);
});

it('gives Services addresses, and takes back those of deleted ones', async () => {
  const made = await running.client.create(kinds.services, service('one', { clusterIP: '10.96.7.7' }));
  expect(made.spec?.clusterIP).toBe('10.96.7.7');
  await expect(running.client.create(kinds.services, service('two', { clusterIP: '10.96.7.7' }))).rejects.toThrow(
    'provided IP is already allocated',
  );
  await running.client.delete(kinds.services, 'one', 'default');
  await waitFor('the address is free again', async () => {
    const again = await running.client.create(kinds.services, service('two', { clusterIP: '10.96.7.7' })).catch(() => undefined);
    return again?.spec?.clusterIP === '10.96.7.7';
  });
});

it('places no pod, and keeps what it has over a restart', async () => {
  const pod = await running.client.create(kinds.pods, {
    metadata: { name: 'waits', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'example.dev/none:1' }] },
  });
  expect(pod.spec?.nodeName).toBeUndefined();
  await running.stop();
  running = await start();
  const kept = await running.client.get(kinds.pods, 'waits', 'default');
  expect(kept?.metadata?.uid).toBe(pod.metadata?.uid);
  const fresh = await running.client.create(kinds.services, service('three'));
  expect(fresh.spec?.clusterIP).toMatch(/^10\.96\./);
});

it('asks webhooks that run beside it, by a Service of type ExternalName', async () => {
  const authority = await openAuthority(await mkdtemp(path.join(dataDir, 'authority-')), Date.now());
  const { keyPem, certificatePem } = await authority.issueServer('webhook', ['hooks.default.svc']);
  const webhook = createServer({ key: keyPem, cert: certificatePem }, (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { uid } = (JSON.parse(text) as { request: { uid: string } }).request;
      const answer = { uid, allowed: false, status: { message: 'asked at last' } };
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  const { port } = webhook.address() as AddressInfo;
  try {
    await running.client.create(kinds.services, {
      metadata: { name: 'hooks', namespace: 'default' },
      spec: { type: 'ExternalName', externalName: '127.0.0.1' },
    });
    await running.client.create(kinds.validatingWebhookConfigurations, {
      metadata: { name: 'hooks' },
      webhooks: [
        {
          name: 'hooks.example.com',
          clientConfig: { service: { namespace: 'default', name: 'hooks', port }, caBundle: Buffer.from(authority.certificatePem).toString('base64') },
          rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    });
    // The Service is seen a moment after it was written.
    await waitFor('the webhook is asked', () =>
      running.client.create(kinds.configMaps, { metadata: { name: 'refused', namespace: 'default' } }).then(
        () => false,
        (error: Error) => error.message.includes('asked at last'),
      ),
    );
  } finally {
    await running.client.delete(kinds.validatingWebhookConfigurations, 'hooks');
    webhook.closeAllConnections();
    webhook.close();
  }
});
