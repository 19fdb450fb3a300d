import type { SignalBatch } from '@tidegate/signals';
import { type SignalsHarness, signalsContract } from '@tidegate/signals/contract';
import { type AccessLogEntry, isFailed } from './access-log-entry.js';
import { MirrorCounts } from './mirror-counts.js';
import { bucketOf } from './second-counts.js';
import { TelemetrySeries, toSignals } from './telemetry-series.js';

const T0 = 1_700_000_000_000;
const reviews = { namespace: 'shop', service: 'reviews' };

let nextKey = 0;
function ended(atMs: number, rest: Partial<AccessLogEntry> = {}): AccessLogEntry {
  const durationMs = rest.durationMs ?? 10;
  return {
    type: 'end',
    key: `k${nextKey++}`,
    route: 'shop/reviews/v1/weighted',
    startMs: atMs - durationMs,
    durationMs,
    latencyMs: durationMs,
    code: 200,
    flags: 0,
    grpcStatus: -1,
    ...rest,
  };
}

/** A series past its settling time, one proxy connected, and everything that a listener of reviews hears. */
function settled(): { series: TelemetrySeries; stream: ReturnType<TelemetrySeries['streams']['open']>; heard: SignalBatch[]; t: number } {
  const series = new TelemetrySeries(T0);
  const stream = series.streams.open('gateway-1', 'log');
  const heard: SignalBatch[] = [];
  for (let t = T0; t <= T0 + 6_000; t += 100) series.tick(t);
  series.subscribe(reviews, (batch) => heard.push(batch));
  return { series, stream, heard, t: T0 + 6_000 };
}

function secondsOf(heard: readonly SignalBatch[]): Extract<SignalBatch, { type: 'second' }>[] {
  return heard.filter((batch) => batch.type === 'second');
}

/** Runs the clock in steps of 100 ms. */
function run(series: TelemetrySeries, from: number, to: number): void {
  for (let t = from; t <= to; t += 100) series.tick(t);
}

signalsContract('in memory', async (): Promise<SignalsHarness> => {
  const { series, stream, t } = settled();
  // 400 ms into a second: late enough for the one before to close.
  let now = t + 400;
  const request = (subject: { namespace: string; service: string }, version: string, rule: string) => ({
    route: `${subject.namespace}/${subject.service}/${version}/${rule}`,
  });
  return Promise.resolve({
    signals: toSignals(series),
    request: (subject, version, rule, failed) =>
      series.record(stream, [ended(now, { ...request(subject, version, rule), code: failed ? 503 : 200 })], now),
    openRequest: (subject, version, rule) =>
      series.record(stream, [ended(now, { ...request(subject, version, rule), type: 'start' })], now),
    passSecond: () => {
      now += 1000;
      series.record(stream, [ended(now, { route: 'shop/heartbeat/v1/weighted' })], now);
      series.tick(now);
    },
    loseSecond: () => series.entriesLost('gateway-1', 3, now),
    close: () => Promise.resolve(),
  });
});

describe('closing of seconds', () => {
  it('closes when the only stream reported a later request', () => {
    const { series, stream, heard, t } = settled();
    series.record(stream, [ended(t + 500)], t + 600);
    series.record(stream, [ended(t + 1_100)], t + 1_200);
    series.tick(t + 1_240);
    expect(secondsOf(heard).some(({ second }) => second === t / 1000)).toBe(false);
    series.tick(t + 1_260);
    expect(secondsOf(heard).at(-1)).toMatchObject({
      second: t / 1000,
      versions: [{ version: 'v1', requests: 1 }],
      proxies: { live: 1, total: 1 },
    });
  });

  it('waits for a stream with an open request, but at most two seconds', () => {
    const { series, stream, heard, t } = settled();
    series.record(stream, [ended(t + 900, { type: 'start' })], t + 950);
    run(series, t + 1_000, t + 2_900);
    expect(secondsOf(heard).some(({ second }) => second === t / 1000)).toBe(false);
    series.tick(t + 3_000);
    expect(secondsOf(heard).at(-1)?.second).toBe(t / 1000);
  });

  it('closes without waiting for a quiet stream', () => {
    const { series, heard, t } = settled();
    run(series, t, t + 1_500);
    expect(secondsOf(heard).at(-1)?.second).toBe(t / 1000);
  });

  it('drops and counts what arrives after its second closed', () => {
    const { series, stream, heard, t } = settled();
    run(series, t, t + 1_500);
    series.record(stream, [ended(t + 400), ended(t + 1_450)], t + 1_500);
    run(series, t + 1_500, t + 3_000);
    expect(series.losses.late).toBe(1);
    expect(secondsOf(heard).at(-1)).toMatchObject({ versions: [{ requests: 1 }], late: 1 });
  });

  it('attributes a request to the second in which it ended', () => {
    const { series, stream, heard, t } = settled();
    series.record(stream, [ended(t + 1_100, { durationMs: 900 })], t + 1_200);
    run(series, t, t + 4_000);
    expect(
      secondsOf(heard)
        .filter(({ versions }) => versions.length > 0)
        .map(({ second }) => second),
    ).toEqual([t / 1000 + 1]);
  });
});

describe('gaps', () => {
  it('shows nothing as data until proxies had time to find it', () => {
    const series = new TelemetrySeries(T0);
    const heard: SignalBatch[] = [];
    series.subscribe(reviews, (batch) => heard.push(batch));
    run(series, T0, T0 + 5_000);
    expect(heard.filter(({ type }) => type === 'gap')).toHaveLength(3);
    expect(secondsOf(heard)[0]?.second).toBe(T0 / 1000 + 3);
  });

  it('makes a gap of the seconds around the end of a log stream', () => {
    const { series, stream, heard, t } = settled();
    series.record(stream, [ended(t + 100)], t + 150);
    series.streamLost(stream, t + 200);
    series.streams.open('gateway-1', 'log');
    run(series, t + 200, t + 4_000);
    expect(heard.filter(({ type }) => type === 'gap').at(-1)).toMatchObject({
      from: t / 1000,
      because: expect.stringContaining('gateway-1'),
    });
    expect(secondsOf(heard).every(({ versions }) => versions.length === 0)).toBe(true);
  });

  it('takes silence for a gap while the only proxy is missing, and forgets it later', () => {
    const { series, stream, heard, t } = settled();
    series.record(stream, [ended(t + 100, { type: 'start' })], t + 150);
    series.streamLost(stream, t + 200);
    run(series, t, t + 8_000);
    expect(secondsOf(heard).filter(({ second }) => second >= t / 1000)).toEqual([]);
    run(series, t + 8_000, t + 15_000);
    expect(secondsOf(heard).at(-1)?.proxies).toEqual({ live: 0, total: 0 });
    expect(heard.filter((batch) => batch.type === 'open').at(-1)?.versions).toEqual([]);
  });

  it('takes a standstill of its own for a gap', () => {
    const { series, heard, t } = settled();
    series.tick(t + 600_000);
    expect(heard.filter(({ type }) => type === 'gap').length).toBeGreaterThan(500);
    expect(secondsOf(heard).length).toBeLessThan(10);
  });
});

describe('bounds', () => {
  it('forgets the Service that was idle longest, never one that is listened to', () => {
    const series = new TelemetrySeries(T0, { seconds: 60, subjects: 3 });
    const stream = series.streams.open('p', 'log');
    run(series, T0, T0 + 4_000);
    series.subscribe(reviews, () => undefined);
    const t = T0 + 4_000;
    ['a', 'b', 'c', 'd'].forEach((service, i) => {
      series.record(stream, [ended(t + 1_000 * i + 100, { route: `shop/${service}/v1/weighted` })], t + 1_000 * i + 150);
      run(series, t + 1_000 * i, t + 1_000 * (i + 1));
    });
    run(series, t + 4_000, t + 7_000);
    const requests = (service: string): number =>
      series.recent({ namespace: 'shop', service }, 60).reduce((sum, { versions }) => sum + (versions[0]?.requests ?? 0), 0);
    expect(['a', 'b', 'c', 'd'].map(requests)).toEqual([0, 0, 1, 1]);
  });

  it('counts the requests of versions beyond the bound as lost', () => {
    const { series, stream, t } = settled();
    series.record(
      stream,
      Array.from({ length: 100 }, (_, i) => ended(t + 10, { route: `shop/reviews/v${i}/weighted` })),
      t + 20,
    );
    expect(series.losses.lost).toBe(36);
    series.record(stream, [ended(t + 10, { route: 'not a route' })], t + 20);
    expect(series.losses.unattributed).toBe(1);
  });
});

it.each([
  { name: '200', entry: {}, failed: false },
  { name: '404', entry: { code: 404 }, failed: false },
  { name: '503', entry: { code: 503 }, failed: true },
  { name: 'reset after headers', entry: { flags: 1 << 5 }, failed: true },
  { name: 'upstream timeout', entry: { code: 504, flags: 1 << 3 }, failed: true },
  { name: 'client went away', entry: { code: 0, flags: 1 << 15 }, failed: false },
  { name: 'no answer at all', entry: { code: 0 }, failed: true },
  { name: 'gRPC OK', entry: { grpcStatus: 0 }, failed: false },
  { name: 'gRPC NOT_FOUND', entry: { grpcStatus: 5 }, failed: false },
  { name: 'gRPC UNAVAILABLE', entry: { grpcStatus: 14 }, failed: true },
])('$name is failed: $failed', ({ entry, failed }) => {
  expect(isFailed(ended(T0, entry))).toBe(failed);
});

it.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [9.5, 9],
  [60_000, 86],
  [60_001, 87],
])('puts %d ms into bucket %d', (ms, bucket) => {
  expect(bucketOf(ms)).toBe(bucket);
});

describe('mirror counts', () => {
  it('sums latencies to requests when counters and histogram are read at different moments', () => {
    const mirror = new MirrorCounts();
    const first = mirror.add({ classes: [0, 10, 0, 0, 0], buckets: [{ upperMs: 20, count: 8 }] });
    const second = mirror.add({ classes: [0, 5, 0, 0, 0], buckets: [{ upperMs: 20, count: 7 }] });
    expect([first.requests, second.requests]).toEqual([8, 7]);
    for (const counts of [first, second]) expect(counts.latency.reduce((a, b) => a + b, 0)).toBe(counts.requests);
  });

  it('counts copies without an answer as failed and slower than every bound', () => {
    const counts = new MirrorCounts().add({ classes: [0, 6, 0, 0, 4], buckets: [{ upperMs: 20, count: 6 }] });
    expect(counts).toMatchObject({ requests: 10, failed: 4 });
    expect(counts.latency.at(-1)).toBe(4);
  });
});
