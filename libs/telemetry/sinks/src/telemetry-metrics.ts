import type { TelemetrySeries } from '@tidegate/telemetry-series';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Label sets of request counters; further versions are counted under `other`. */
const LABEL_SETS = 4_000;
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', 'none'];

/** Exposes the series to Prometheus. Returns the counter of decoded entries. */
export function registerMetrics(
  series: TelemetrySeries,
  subscriptions: () => number,
  registry: Registry,
): { entries(count: number): void } {
  const registers = [registry];
  const labelNames = ['namespace', 'service', 'version', 'class'] as const;
  const requests = new Counter({
    name: 'tidegate_requests_total',
    help: 'Finished requests by version and class of status',
    labelNames,
    registers,
  });
  const known = new Set<string>();
  series.eachSecond(({ namespace, service }, versions) => {
    for (const { version, rule, classes } of versions) {
      if (rule === 'mirrored') continue;
      const key = `${namespace}/${service}/${version}`;
      const fits = known.has(key) || known.size < LABEL_SETS;
      if (fits) known.add(key);
      const labels = fits ? { namespace, service, version } : { namespace: 'other', service: 'other', version: 'other' };
      classes.forEach((count, i) => count > 0 && requests.inc({ ...labels, class: CLASSES[i] }, count));
    }
  });
  const entries = new Counter({ name: 'tidegate_telemetry_entries_total', help: 'Access log entries received', registers });
  new Counter({
    name: 'tidegate_telemetry_entries_unused_total',
    help: 'Access log entries that became no data, by reason',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(series.losses)) this.inc({ reason }, count as number);
    },
  });
  new Gauge({
    name: 'tidegate_telemetry_streams',
    help: 'Open streams of proxies',
    registers,
    collect: function () {
      this.set(series.streams.size);
    },
  });
  new Gauge({
    name: 'tidegate_telemetry_subscriptions',
    help: 'Open subscriptions of signals',
    registers,
    collect: function () {
      this.set(subscriptions());
    },
  });
  return { entries: (count) => entries.inc(count) };
}
