import type { SignalSecond } from '../src/release/release.types.js';
import { waitFor } from '@tidegate/testing';
import { Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.end());

const FIELDS = 'second gap versions { version rule requests failed p50Ms p99Ms }';
const WATCH = `subscription { signals(namespace: "default", service: "reviews") { ${FIELDS} } }`;

it('gives each second as it closes, keeps it, says when it is lost, and forgets a listener that left', async () => {
  const got: SignalSecond[] = [];
  const client = stage.socket();
  const sink = {
    next: ({ data }: { data?: { signals: SignalSecond } | null }) => data && got.push(data.signals),
    error: () => undefined,
    complete: () => undefined,
  };
  client.subscribe<{ signals: SignalSecond }>({ query: WATCH }, sink);
  await waitFor('the listener', () => stage.listeners === 1);
  // The first seconds after a start are a gap; what follows is data.
  for (let n = 0; n < 8; n++) stage.second('v1', 1, 3);
  const busy = await waitFor('a second with requests', () => got.find((s) => s.versions.length > 0));
  expect(busy).toEqual({
    second: expect.any(Number),
    gap: null,
    versions: [{ version: 'v1', rule: 'weighted', requests: 4, failed: 1, p50Ms: 10, p99Ms: 10 }],
  });
  expect(got.some((s) => s.gap === 'telemetry has just started' && s.versions.length === 0)).toBe(true);

  const { data } = await stage.ask(`{ signals(namespace: "default", service: "reviews", seconds: 60) { ${FIELDS} } }`);
  expect((data as { signals: SignalSecond[] }).signals).toContainEqual(busy);
  expect((await stage.ask('{ signals(namespace: "default", service: "unknown") { second } }')).data).toEqual({ signals: [] });

  await client.dispose();
  await waitFor('no listener', () => stage.listeners === 0);
});

it('forgets a listener whose connection broke, and one that ended its subscription alone', async () => {
  const client = stage.socket();
  const sink = { next: () => undefined, error: () => undefined, complete: () => undefined };
  const end = client.subscribe({ query: WATCH }, sink);
  client.subscribe({ query: WATCH }, sink);
  await waitFor('two listeners', () => stage.listeners === 2);
  end();
  await waitFor('one listener', () => stage.listeners === 1);
  client.terminate();
  await waitFor('no listener', () => stage.listeners === 0);
});
