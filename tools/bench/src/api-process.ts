import { createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { startApi } from '@tidegate/api';
import { TelemetrySeries, toSignals, toTraffic } from '@tidegate/telemetry-series';

/** Forked with KUBECONFIG and TOKEN-FILE: the GraphQL API alone, without the limit of a caller's pace. Tells its port when it is ready; ends with its parent. */
const [kubeconfig, ownerTokenFile] = process.argv.slice(2);
const series = new TelemetrySeries(Date.now());
const { recent, subscribe } = toSignals(series);
const { window } = toTraffic(series, () => Date.now());
const fatal = (error: unknown): void => {
  console.error(error);
  process.exit(1);
};
const api = await startApi(
  { log: silentLogger, clock: systemClock, registry: createRegistry('api'), fatal },
  { host: '127.0.0.1', port: 0, kubeconfig, ownerTokenFile, signals: { recent, subscribe, window }, rate: { perSecond: 1e6, burst: 1e6 } },
);
process.once('disconnect', () => process.exit(0));
const ready = setInterval(() => {
  if (api.notReady().length > 0) return;
  clearInterval(ready);
  process.send?.(api.address().port);
}, 20);
