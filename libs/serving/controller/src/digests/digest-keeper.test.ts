import { ManualClock, TidegateError, silentLogger } from '@tidegate/kernel';
import { KubeClient } from '@tidegate/kube';
import type { Revision } from '@tidegate/serving-contract';
import { ScriptedTransport, refusal, waitFor } from '@tidegate/testing';
import { DigestKeeper } from './digest-keeper.js';
import { codes } from './image-name.js';

const revision = (name: string): Revision => ({
  metadata: { name, namespace: 'shop' },
  spec: { containers: [{ name: 'c', image: 'i' }], imagePullSecrets: [{ name: 'login' }] },
});

/** A registry that answers when the test says so. */
class HandledRegistry {
  readonly asked: { image: string; user: string | undefined; signal: AbortSignal; answer: PromiseWithResolvers<string> }[] = [];
  resolve(image: string, credentials: ReadonlyMap<string, { username: string }>, signal: AbortSignal): Promise<string> {
    const answer = Promise.withResolvers<string>();
    signal.addEventListener('abort', () => answer.reject(new TidegateError(codes.SERVING_IMAGE_UNRESOLVED, 'no answer in time')));
    this.asked.push({ image, user: credentials.get('example.com')?.username, signal, answer });
    return answer.promise;
  }
}

function stage(): { keeper: DigestKeeper; registry: HandledRegistry; clock: ManualClock; news: string[] } {
  const transport = new ScriptedTransport();
  const config = Buffer.from(JSON.stringify({ auths: { 'example.com': { username: 'u', password: 'p' } } })).toString('base64');
  transport.on('GET', '/api/v1/namespaces/shop/serviceaccounts/default', () => refusal(404, 'NotFound', 'none'));
  transport.on('GET', '/api/v1/namespaces/shop/secrets/login', () => ({ status: 200, body: { data: { '.dockerconfigjson': config } } }));
  const clock = new ManualClock();
  const registry = new HandledRegistry();
  const keeper = new DigestKeeper({
    resolver: registry,
    client: new KubeClient(transport),
    clock,
    log: silentLogger,
    timeoutMs: () => 10_000,
  });
  const news: string[] = [];
  keeper.onNews((key) => news.push(key));
  return { keeper, registry, clock, news };
}

it('asks once with the pull secret, and keeps the answer for the revision', async () => {
  const { keeper, registry, news } = stage();
  keeper.resolve(revision('r1'), ['i', 'i']);
  keeper.resolve(revision('r1'), ['i']);
  const [question] = await waitFor('a question', () => registry.asked.length === 1 && registry.asked);
  expect(question).toMatchObject({ image: 'i', user: 'u' });
  question?.answer.resolve('i@sha256:1');
  await waitFor('news', () => news.length === 1);
  expect([...keeper.resolvedFor('shop/r1')]).toEqual([['i', { image: 'i@sha256:1' }]]);
  expect(keeper.resolvedFor('shop/r2').size).toBe(0);
});

it('tells a failure for ten seconds, and then asks again', async () => {
  const { keeper, registry, clock, news } = stage();
  keeper.resolve(revision('r1'), ['i']);
  await waitFor('a question', () => registry.asked.length === 1);
  registry.asked[0]?.answer.reject(new TidegateError(codes.SERVING_IMAGE_UNRESOLVED, 'no such tag'));
  await waitFor('news', () => news.length === 1);
  expect(keeper.resolvedFor('shop/r1').get('i')).toMatchObject({ error: 'no such tag' });
  clock.advance(10_000);
  expect(keeper.resolvedFor('shop/r1').size).toBe(0);
});

it('waits no longer than it may', async () => {
  const { keeper, registry, clock, news } = stage();
  keeper.resolve(revision('r1'), ['i']);
  await waitFor('a question', () => registry.asked.length === 1);
  clock.advance(10_000);
  await waitFor('news', () => news.length === 1);
  expect(keeper.resolvedFor('shop/r1').get('i')).toMatchObject({ error: 'no answer in time' });
});

it('asks no more than so many at once: the others look again', async () => {
  const { keeper, registry, clock, news } = stage();
  for (let i = 0; i < 40; i++) keeper.resolve(revision(`r${i}`), ['i']);
  await waitFor('questions', () => registry.asked.length === 32);
  clock.advance(500);
  expect(news).toHaveLength(8);
});

it('forgets a revision that is gone, and what is asked for it', async () => {
  const { keeper, registry, news } = stage();
  keeper.resolve(revision('r1'), ['i']);
  const [question] = await waitFor('a question', () => registry.asked.length === 1 && registry.asked);
  keeper.forget('shop/r1');
  expect(question?.signal.aborted).toBe(true);
  keeper.resolve(revision('r2'), ['i']);
  await waitFor('the next question', () => registry.asked.length === 2);
  registry.asked[1]?.answer.resolve('i@sha256:2');
  await waitFor('news', () => news.length === 1);
  expect(news).toEqual(['shop/r2']);
});
