import { readFileSync } from 'node:fs';
import { connect, kinds, type KubeClient } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { Instance } from './instance.js';

const instance = new Instance();
let client: KubeClient;
afterAll(() => instance.end());

const DEADLINE_MS = 60_000;

/** A zombie is gone: whoever should have waited for it is slow. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function sampleState(): Promise<string> {
  const { items } = await client.list(kinds.pods, { namespace: 'bookinfo' });
  return items.map((p) => `${p.metadata?.name}: ${JSON.stringify(p.status?.conditions?.find((c) => c.type === 'Ready'))}`).join('\n');
}
/** The sample's own: other gateways may have their addresses sooner. */
const gatewayAddress = (text: string): string => /Gateway +(http:\/\/\S+) +\(bookinfo\/bookinfo\)/.exec(text)?.[1] ?? '';
let gateway = '';

it('starts with the sample, and says where everything is', async () => {
  const up = await instance.run('up', '--detach');
  expect({ code: up.code, words: up.code === 0 ? '' : up.out + up.err }).toEqual({ code: 0, words: '' });
  expect(up.out).toMatch(/Console +http:\/\/127\.0\.0\.1:\d+\/\?token=/);
  client = await connect({ kubeconfigPath: await instance.kubeconfig() });
  await waitFor(
    'every pod of the sample is ready',
    async () => {
      const state = await sampleState();
      if (/"status":"False"|undefined/.test(state)) throw new Error(state);
      return state !== '';
    },
    DEADLINE_MS,
  );
  await waitFor('the gateway has an address', async () => (gateway = gatewayAddress((await instance.run('status')).out)), DEADLINE_MS);
});

it('answers through the gateway, over three services', async () => {
  const page = await waitFor(
    'the page with its reviews',
    async () => {
      const answer = await fetch(`${gateway}/productpage`);
      return answer.status === 200 && !answer.headers.has('x-degraded') ? answer : undefined;
    },
    DEADLINE_MS,
  );
  expect(page.headers.get('x-reviews-by')).toBe('reviews-v1');
  expect(await page.text()).toContain('</html>');
  expect((await fetch(`${gateway}/nothing-here`)).status).toBe(404);
});

it('refuses a second start in the same folder, and a Strategy that cannot work, with the remedy', async () => {
  const again = await instance.run('up');
  expect(again.code).toBe(1);
  expect(again.err).toMatch(/already runs[\s\S]*tidegate down/);
  const strategy = {
    apiVersion: 'delivery.tidegate.dev/v1alpha1',
    kind: 'Strategy',
    metadata: { name: 'wrong', namespace: 'bookinfo' },
    spec: { service: 'reviews', principal: 'v1', steps: [{ weight: 50 }, { weight: 10 }] },
  };
  const answer = await client.transport.call({
    method: 'POST',
    path: '/apis/delivery.tidegate.dev/v1alpha1/namespaces/bookinfo/strategies',
    body: strategy,
  });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect((answer.body as { message: string }).message).toMatch(/steps/);
});

it('carries on when a part is killed: traffic does not stop, and the part comes back', async () => {
  for (const name of ['traffic', 'control', 'envoy']) {
    const before = (await instance.status()).parts.find((p) => p.name === name);
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await waitFor(
      `${name} is back`,
      async () => {
        const now = await instance.status();
        const part = now.parts.find((p) => p.name === name);
        return (
          now.state === 'ready' &&
          part?.pid !== before?.pid &&
          (await fetch(`${gateway}/reviews/0`).then(
            (r) => r.status,
            () => 0,
          )) === 200
        );
      },
      DEADLINE_MS,
    );
  }
});

it('finds everything again after kill -9 of the cluster process', async () => {
  await client.apply(kinds.configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kept', namespace: 'default' },
    data: { a: '1' },
  });
  const before = (await instance.status()).parts.find((p) => p.name === 'cluster');
  process.kill(before?.pid ?? 0, 'SIGKILL');
  await waitFor('the platform is ready again', async () => (await instance.status()).state === 'ready', DEADLINE_MS);
  expect((await client.get(kinds.configMaps, 'kept', 'default'))?.data).toEqual({ a: '1' });
  await waitFor(
    'the sample answers again',
    async () =>
      (await fetch(`${gateway}/reviews/0`).then(
        (r) => r.status,
        () => 0,
      )) === 200,
    DEADLINE_MS,
  );
});

it('releases a good, an erroring and a slow version under load: promoted, rolled back, rolled back, nothing lost', async () => {
  const demo = await instance.run('demo', 'release');
  expect({ code: demo.code, words: demo.code === 0 ? '' : demo.out + demo.err }).toEqual({ code: 0, words: '' });
  expect(demo.out).toMatch(/good +Promoted/);
  expect(demo.out).toMatch(/erroring +RolledBack/);
  expect(demo.out).toMatch(/slow +RolledBack/);
});

it('stops, leaves nothing running, and starts again with its data', async () => {
  const pids = (await instance.status()).parts.map((p) => p.pid ?? 0);
  expect((await instance.run('down')).code).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
  expect((await instance.run('up', '--detach')).code).toBe(0);
  client = await connect({ kubeconfigPath: await instance.kubeconfig() });
  expect((await client.get(kinds.configMaps, 'kept', 'default'))?.data).toEqual({ a: '1' });
});
