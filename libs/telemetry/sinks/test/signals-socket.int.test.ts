import { ManualClock, silentLogger, systemClock } from '@tidegate/kernel';
import type { SignalBatch } from '@tidegate/signals';
import { type SignalsHarness, signalsContract } from '@tidegate/signals/contract';
import { type AccessLogEntry, TelemetrySeries, toSignals, toTraffic } from '@tidegate/telemetry-series';
import { waitFor } from '@tidegate/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSignals, serveSignals } from '../src/index.js';
import { RequestTap } from '../src/request-tap.js';

const T0 = 1_700_000_000_000;
const reviews = { namespace: 'shop', service: 'reviews' };
const context = { clock: systemClock, log: silentLogger, random: () => 0.5 };

let nextKey = 0;
function entry(type: 'start' | 'end', route: string, atMs: number, code = 200): AccessLogEntry {
  return { type, key: `k${nextKey++}`, route, startMs: atMs - 10, durationMs: 10, latencyMs: 10, code, flags: 0, grpcStatus: -1 };
}

/** A series whose time the test moves. Past the settling time; 400 ms into a second. */
function scriptedSeries(): {
  series: TelemetrySeries;
  stream: ReturnType<TelemetrySeries['streams']['open']>;
  clock: ManualClock;
  passSecond(): void;
} {
  const clock = new ManualClock(T0);
  const series = new TelemetrySeries(clock.now());
  const stream = series.streams.open('gateway-1', 'log');
  for (let i = 0; i < 60; i++) {
    clock.advance(100);
    series.tick(clock.now());
  }
  clock.advance(400);
  const passSecond = (): void => {
    clock.advance(1000);
    series.record(stream, [entry('end', 'shop/heartbeat/v1/weighted', clock.now())], clock.now());
    series.tick(clock.now());
  };
  return { series, stream, clock, passSecond };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-signals-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

signalsContract('over a socket', async (): Promise<SignalsHarness> => {
  const { series, stream, clock, passSecond } = scriptedSeries();
  const address = { socket: join(folder, 's.sock') };
  const server = await serveSignals({ signals: toSignals(series), traffic: toTraffic(series, () => clock.now()), requestEvents: new RequestTap(silentLogger) }, address, silentLogger);
  const signals = connectSignals(address, context);
  return {
    signals,
    request: ({ namespace, service }, version, rule, failed) =>
      series.record(stream, [entry('end', `${namespace}/${service}/${version}/${rule}`, clock.now(), failed ? 503 : 200)], clock.now()),
    openRequest: ({ namespace, service }, version, rule) =>
      series.record(stream, [entry('start', `${namespace}/${service}/${version}/${rule}`, clock.now())], clock.now()),
    passSecond,
    loseSecond: () => series.entriesLost('gateway-1', 1, clock.now()),
    async close() {
      signals.close();
      await server.stop();
    },
  };
});

it('connects again when telemetry comes back, and shows the time between as a gap', async () => {
  const { series, clock, passSecond } = scriptedSeries();
  const address = { socket: join(folder, 's.sock') };
  const batches: SignalBatch[] = [];
  const seconds = (): number[] => batches.filter((batch) => batch.type === 'second').map((batch) => batch.second);
  const first = await serveSignals({ signals: toSignals(series), traffic: toTraffic(series, () => clock.now()), requestEvents: new RequestTap(silentLogger) }, address, silentLogger);
  const signals = connectSignals(address, context);
  signals.subscribe(reviews, (batch) => batches.push(batch));
  await waitFor('a first second', () => {
    passSecond();
    return seconds().length > 0;
  });
  await first.stop();
  await waitFor('the end of the subscription', () => first.subscriptions() === 0);
  const lost = Array.from({ length: 5 }, () => {
    passSecond();
    return Math.floor(clock.now() / 1000) - 1;
  });
  const second = await serveSignals({ signals: toSignals(series), traffic: toTraffic(series, () => clock.now()), requestEvents: new RequestTap(silentLogger) }, address, silentLogger);
  try {
    await waitFor('a second after the loss', () => {
      passSecond();
      return seconds().some((n) => n > (lost.at(-1) as number));
    });
    const gaps = batches.filter((batch) => batch.type === 'gap');
    expect(gaps).toMatchObject([{ because: 'the connection to telemetry was lost' }]);
    // Every second is told of exactly once, as data or in the gap, and those that nobody heard are in the gap.
    const told = batches.flatMap((batch) =>
      batch.type === 'second'
        ? [batch.second]
        : batch.type === 'gap'
          ? Array.from({ length: batch.to - batch.from + 1 }, (_, i) => batch.from + i)
          : [],
    );
    expect(told).toEqual(told.map((_, i) => (told[0] as number) + i));
    expect(lost.filter((n) => seconds().includes(n))).toEqual([]);
  } finally {
    signals.close();
    await second.stop();
  }
});

it('says that telemetry does not answer', async () => {
  const signals = connectSignals({ socket: join(folder, 'nobody.sock') }, context);
  await expect(signals.recent(reviews, 5)).rejects.toMatchObject({ code: 'TELEMETRY_UNREACHABLE' });
  signals.close();
});

it('gives the traffic of all Services at once, with who called', async () => {
  const { series, stream, clock, passSecond } = scriptedSeries();
  const address = { socket: join(folder, 's.sock') };
  const server = await serveSignals({ signals: toSignals(series), traffic: toTraffic(series, () => clock.now()), requestEvents: new RequestTap(silentLogger) }, address, silentLogger);
  const signals = connectSignals(address, context);
  const said = (route: string, code: number) => ({ ...entry('end', route, clock.now(), code), dialled: '127.0.4.2' });
  series.record(stream, [said('shop/reviews/v1/weighted', 200), said('shop/reviews/v1/matched-0', 503), entry('start', 'shop/ratings/v1/weighted', clock.now())], clock.now());
  passSecond();
  passSecond();
  const { seconds, services, callers } = await signals.window(30);
  expect(seconds).toBeGreaterThan(1);
  const shown = services.flatMap((s) => s.versions.map((v) => `${s.namespace}/${s.service}/${v.version} ${v.requests}/${v.failed} open ${v.open}`));
  expect(shown).toEqual(expect.arrayContaining(['shop/reviews/v1 2/1 open 0', 'shop/ratings/v1 0/0 open 1']));
  expect(callers).toContainEqual(expect.objectContaining({ service: 'reviews', version: 'v1', proxy: 'gateway-1', dialled: '127.0.4.2', requests: 2, failed: 1 }));
  signals.close();
  await server.stop();
});
