import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/**
 * The registry of one process: prom-client's defaults, and event-loop delay quantiles since the last scrape
 * (`tidegate_event_loop_delay_seconds{quantile}`), since a late decision looks like a slow platform.
 */
export function createRegistry(process: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  new Gauge({
    name: 'tidegate_event_loop_delay_seconds',
    help: 'Event-loop delay since the previous scrape, by quantile',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const q of [50, 99, 100]) this.set({ quantile: String(q / 100) }, Math.max(0, delay.percentile(q) / 1e9 - 0.01));
      delay.reset();
    },
  });
  return registry;
}
