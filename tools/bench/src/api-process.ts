import { createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import type { DatabaseAddress } from '@tidegate/database';
import { startApi } from '@tidegate/api';
import { TelemetrySeries, toSignals, toTraffic } from '@tidegate/telemetry-series';
import { type BenchTraffic, entriesOf } from './console-traffic.js';

export interface ApiProcessOptions {
  kubeconfig: string;
  ownerTokenFile: string;
  database?: DatabaseAddress | undefined;
  consoleFolder?: string | undefined;
  /** As if it had been there for five minutes already. */
  traffic?: BenchTraffic | undefined;
}

const REMEMBERED_SECONDS = 300;
const MOST_SERVICES = 1_000;
const TICK_MS = 50;

/** Forked with its options: the GraphQL API alone, without the limit of a caller's pace. Tells its port when it is ready; ends with its parent. */
const { kubeconfig, ownerTokenFile, database, consoleFolder, traffic } = JSON.parse(process.argv[2] ?? '{}') as ApiProcessOptions;
const registry = createRegistry('api');
const series = new TelemetrySeries(Date.now() - (traffic ? REMEMBERED_SECONDS * 1000 : 0), { seconds: 900, subjects: MOST_SERVICES });
if (traffic) beginTraffic(traffic);
const { recent, subscribe } = toSignals(series);
const { window } = toTraffic(series, () => Date.now());
const fatal = (error: unknown): void => {
  console.error(error);
  process.exit(1);
};
const api = await startApi(
  { log: silentLogger, clock: systemClock, registry, fatal },
  { host: '127.0.0.1', port: 0, kubeconfig, ownerTokenFile, database, consoleFolder, trustedProxies: ['127.0.0.1'], signals: { recent, subscribe, window }, rate: { perSecond: 1e6, burst: 1e6 } },
);
process.on('message', () => {
  void registry
    .getSingleMetric('tidegate_api_access_reviews_total')
    ?.get()
    .then(({ values }) => {
      const of = (from: string): number => values.find((v) => v.labels['from'] === from)?.value ?? 0;
      process.send?.({ asked: of('kubernetes'), remembered: of('memory') });
    });
});
process.once('disconnect', () => process.exit(0));
const ready = setInterval(() => {
  if (api.notReady().length > 0) return;
  clearInterval(ready);
  process.send?.(api.address().port);
}, 20);

/** Tells the series of every second that is over, and closes it. */
function beginTraffic(of: BenchTraffic): void {
  const proxy = series.streams.open('gateway-1', 'log');
  let told = Math.floor(Date.now() / 1000) - REMEMBERED_SECONDS;
  const tell = (): void => {
    while (told < Math.floor(Date.now() / 1000)) {
      const endMs = (told + 1) * 1000;
      series.record(proxy, entriesOf(told, of), endMs);
      series.tick(endMs);
      told += 1;
    }
    series.tick(Date.now());
  };
  tell();
  setInterval(tell, TICK_MS);
}
