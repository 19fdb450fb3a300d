import { ManualClock, silentLogger } from '@tidegate/kernel';
import { KubeClient } from '@tidegate/kube';
import { httpRoutes, type HttpRoute } from '@tidegate/mesh-contract';
import { ScriptedTransport, refusal, waitFor, type ScriptedAnswer } from '@tidegate/testing';
import { StatusWriter } from '../src/status-writer.js';

const PATH = '/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/r/status';
const parents = [{ parentRef: { name: 'web' }, controllerName: 'tidegate.dev/gateway-controller', conditions: [] }];
const route = (resourceVersion: string, status?: HttpRoute['status']): HttpRoute => ({
  metadata: { name: 'r', namespace: 'shop', resourceVersion },
  spec: {},
  ...(status ? { status } : {}),
});

function prepared(answer: ScriptedAnswer) {
  const transport = new ScriptedTransport();
  transport.on('PATCH', PATH, () => answer);
  const clock = new ManualClock();
  const results: string[] = [];
  let retries = 0;
  const writer = new StatusWriter({
    client: new KubeClient(transport),
    clock,
    log: silentLogger,
    retry: () => retries++,
    written: (result) => results.push(result),
    random: () => 0,
  });
  return { transport, clock, writer, results, retries: () => retries };
}

it('writes with the version that was read, and not again until the cache has moved', async () => {
  const { transport, writer, results } = prepared({ status: 200, body: {} });
  expect(writer.want(httpRoutes, route('7'), { parents })).toBe(true);
  await waitFor('the write', () => results.length === 1);
  expect(transport.calls[0]?.body).toEqual({ metadata: { resourceVersion: '7' }, status: { parents } });
  expect(writer.want(httpRoutes, route('7'), { parents })).toBe(true);
  expect(writer.want(httpRoutes, route('8', { parents }), { parents })).toBe(false);
  expect(transport.calls).toHaveLength(1);
});

const rows: { name: string; answer: ScriptedAnswer; result: string; retries: number }[] = [
  { name: 'a conflict', answer: refusal(409, 'Conflict', 'modified'), result: 'conflict', retries: 1 },
  { name: 'a full server', answer: refusal(500, 'InternalError', 'disk full'), result: 'failed', retries: 1 },
  { name: 'missing rights', answer: refusal(403, 'Forbidden', 'no'), result: 'failed', retries: 1 },
];
for (const { name, answer, result, retries } of rows) {
  it(`${name} is tried again, from whatever the cache has then`, async () => {
    const prepare = prepared(answer);
    prepare.writer.want(httpRoutes, route('7'), { parents });
    await waitFor('the answer', () => prepare.results.length === 1);
    expect(prepare.results).toEqual([result]);
    expect(prepare.retries()).toBe(0);
    prepare.clock.advance(15_000);
    expect(prepare.retries()).toBe(retries);
    expect(prepare.writer.want(httpRoutes, route('7'), { parents })).toBe(true);
    await waitFor('the second try', () => prepare.results.length === 2);
  });
}

it('a route that is gone is not tried again', async () => {
  const { transport, writer, clock, results, retries } = prepared(refusal(404, 'NotFound', 'gone'));
  writer.want(httpRoutes, route('7'), { parents });
  await waitFor('the answer', () => transport.calls.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(60_000);
  expect({ results, retries: retries() }).toEqual({ results: [], retries: 0 });
});
