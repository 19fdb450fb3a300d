import { createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import type { DatabaseAddress } from '@tidegate/database';
import { startApi } from '@tidegate/api';
import { TelemetrySeries, toSignals, toTraffic } from '@tidegate/telemetry-series';

/** Forked with KUBECONFIG, TOKEN-FILE and the address of a database or null: the GraphQL API alone, without the limit of a caller's pace. Tells its port when it is ready; ends with its parent. */
const [kubeconfig, ownerTokenFile, database = 'null'] = process.argv.slice(2);
const registry = createRegistry('api');
const series = new TelemetrySeries(Date.now());
const { recent, subscribe } = toSignals(series);
const { window } = toTraffic(series, () => Date.now());
const fatal = (error: unknown): void => {
  console.error(error);
  process.exit(1);
};
const api = await startApi(
  { log: silentLogger, clock: systemClock, registry, fatal },
  { host: '127.0.0.1', port: 0, kubeconfig, ownerTokenFile, database: (JSON.parse(database) as DatabaseAddress | null) ?? undefined, trustedProxies: ['127.0.0.1'], signals: { recent, subscribe, window }, rate: { perSecond: 1e6, burst: 1e6 } },
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
