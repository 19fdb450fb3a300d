import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface XdsMetrics {
  pushes: Counter<'type'>;
  refusals: Counter<'type'>;
  ackSeconds: Histogram<'type'>;
}

/** Registers the metrics of one xDS server; `read` is asked at each scrape. */
export function createXdsMetrics(registry: Registry, read: { proxies(): number; resources(): Record<string, number> }): XdsMetrics {
  const registers = [registry];
  new Gauge({
    name: 'tidegate_xds_proxies',
    help: 'Proxies connected now',
    registers,
    collect() {
      this.set(read.proxies());
    },
  });
  new Gauge({
    name: 'tidegate_xds_resources',
    help: 'Resources in the published snapshot by type',
    labelNames: ['type'],
    registers,
    collect() {
      for (const [type, count] of Object.entries(read.resources())) this.set({ type }, count);
    },
  });
  return {
    pushes: new Counter({ name: 'tidegate_xds_pushes_total', help: 'Responses sent by type', labelNames: ['type'], registers }),
    refusals: new Counter({
      name: 'tidegate_xds_refusals_total',
      help: 'Responses refused (NACK) by type',
      labelNames: ['type'],
      registers,
    }),
    ackSeconds: new Histogram({
      name: 'tidegate_xds_ack_seconds',
      help: 'From sending a response to its ACK or NACK, by type',
      labelNames: ['type'],
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers,
    }),
  };
}
