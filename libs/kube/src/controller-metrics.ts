import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface ControllerMetrics {
  observe(result: string, seconds: number): void;
}

/** One set of metrics for a process, labelled by controller; the second controller of a registry finds those of the first. */
export function controllerMetrics(registry: Registry | undefined, controller: string, depth: () => number): ControllerMetrics {
  if (!registry) return { observe: () => undefined };
  const registers = [registry];
  const total = registered(registry, 'tidegate_reconcile_total', Counter<'controller' | 'result'>, (name) => {
    return new Counter({ name, help: 'Reconciles by result', labelNames: ['controller', 'result'], registers });
  });
  const duration = registered(registry, 'tidegate_reconcile_seconds', Histogram<'controller'>, (name) => {
    const buckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];
    return new Histogram({ name, help: 'Duration of a reconcile', labelNames: ['controller'], buckets, registers });
  });
  const queued = registered(registry, 'tidegate_reconcile_queue_depth', QueueDepth, (name) => new QueueDepth(name, registry));
  queued.of.set(controller, depth);
  return {
    observe(result, seconds) {
      total.inc({ controller, result });
      duration.observe({ controller }, seconds);
    },
  };
}

/** Read when scraped, so that a gauge never lags behind its queue. Bounded by the controllers of the process. */
class QueueDepth extends Gauge<'controller'> {
  readonly of: Map<string, () => number>;
  constructor(name: string, registry: Registry) {
    const of = new Map<string, () => number>();
    super({
      name,
      help: 'Keys waiting for a worker',
      labelNames: ['controller'],
      registers: [registry],
      collect() {
        for (const [controller, depth] of of) this.set({ controller }, depth());
      },
    });
    this.of = of;
  }
}

function registered<M>(registry: Registry, name: string, type: abstract new (...args: never[]) => M, make: (name: string) => M): M {
  const found: unknown = registry.getSingleMetric(name);
  return found instanceof type ? found : make(name);
}
