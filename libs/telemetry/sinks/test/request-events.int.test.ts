import { silentLogger, systemClock } from '@tidegate/kernel';
import { EVERY_PROXY, type RequestEvent } from '@tidegate/signals';
import { type RequestEventsHarness, requestEventsContract } from '@tidegate/signals/request-events-contract';
import { TelemetrySeries, toSignals, toTraffic } from '@tidegate/telemetry-series';
import { waitFor } from '@tidegate/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRequestEvents, decodeAccessLogMessage, serveSignals } from '../src/index.js';
import { RequestTap } from '../src/request-tap.js';
import { type SaidRequest, encodeEntries } from './encoded-entry.js';

const T0 = 1_700_000_000_000;
const context = { clock: systemClock, log: silentLogger, random: () => 0.5 };
const ports = (tap: RequestTap) => {
  const series = new TelemetrySeries(T0);
  return { signals: toSignals(series), traffic: toTraffic(series, () => T0), requestEvents: tap };
};

/** Makes traffic as bytes of Envoy's messages. */
function traffic(tap: RequestTap): Omit<RequestEventsHarness, 'requestEvents' | 'close'> {
  const say = (proxy: string, request: SaidRequest): void => tap.record(proxy, decodeAccessLogMessage(encodeEntries([request])).entries);
  return {
    start: (proxy, route, id) => say(proxy, { type: 'start', route, id, startMs: T0 }),
    open: (proxy, route, id, upstream, slot) => say(proxy, { type: 'open', route, id, startMs: T0, upstream, slot }),
    end: (proxy, route, id, upstream, slot) => say(proxy, { type: 'end', route, id, startMs: T0, durationMs: 250, upstream, slot }),
    lose: (proxy) => tap.lost(proxy),
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-requests-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

requestEventsContract('in memory', () => {
  const tap = new RequestTap(silentLogger);
  return Promise.resolve({ requestEvents: tap, ...traffic(tap), close: () => Promise.resolve() });
});

requestEventsContract('over a socket', async () => {
  const tap = new RequestTap(silentLogger);
  const address = { socket: join(folder, 's.sock') };
  const server = await serveSignals(ports(tap), address, silentLogger);
  const requestEvents = connectRequestEvents(address, context);
  return {
    requestEvents,
    ...traffic(tap),
    async close() {
      requestEvents.close();
      await server.stop();
    },
  };
});

it('connects again when telemetry comes back, and says at each failure that every proxy is lost', async () => {
  const tap = new RequestTap(silentLogger);
  const { start } = traffic(tap);
  const address = { socket: join(folder, 's.sock') };
  const first = await serveSignals(ports(tap), address, silentLogger);
  const connection = connectRequestEvents(address, context);
  const heard: RequestEvent[] = [];
  const lost: string[] = [];
  connection.subscribe({ events: (batch) => heard.push(...batch), lost: (proxy) => lost.push(proxy) });
  const hear = (proxy: string) =>
    waitFor(`an event of ${proxy}`, () => {
      start(proxy, 'shop/reviews/v1/weighted', `${proxy}-${heard.length}`);
      return heard.some((event) => event.proxy === proxy);
    });
  await hear('p1');
  expect(lost).toEqual([]);
  await first.stop();
  await waitFor('three failures', () => lost.length >= 3);
  expect(new Set(lost)).toEqual(new Set([EVERY_PROXY]));
  const second = await serveSignals(ports(tap), address, silentLogger);
  try {
    await hear('p2');
    const told = lost.length;
    await hear('p3');
    expect(lost).toHaveLength(told);
  } finally {
    connection.close();
    await second.stop();
  }
});
