import { startAutoscaler, type RunningAutoscaler } from '@tidegate/autoscaler';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { Informer, connect, kinds } from '@tidegate/kube';
import { deploymentNameFor } from '@tidegate/serving-contract';
import type { RequestEvent, RequestEventListener, RequestEvents } from '@tidegate/signals';
import { Registry } from 'prom-client';

/** The autoscaler in a process of its own, as `autoscaler.ts` measures it. Answers each message with one. */
export type Ask =
  | { do: 'start'; kubeconfig: string }
  | { do: 'settled' }
  | { do: 'measure'; seconds: number }
  | { do: 'traffic'; namespace: string; names: string[]; perSecond: number }
  | { do: 'wake'; namespace: string; names: string[]; atOnce: boolean };

export interface Measured {
  /** Processor time of the whole process for each tick of two seconds, without the time that making events took. */
  cpuMsPerTick: number;
  passMs: number;
  /** null without events. */
  eventUs: number | null;
  residentMb: number;
  heapMb: number;
}

const EVERY_MS = 100;

/** Feeds starts and ends as telemetry would, ten batches a second, each request 50 ms long. */
class FedRequests implements RequestEvents {
  events = 0;
  insideMs = 0;
  makingMs = 0;
  private listener: RequestEventListener | undefined;
  private nth = 0;
  private timer: NodeJS.Timeout | undefined;

  subscribe(listener: RequestEventListener): { close(): void } {
    this.listener = listener;
    return { close: () => clearInterval(this.timer) };
  }

  run(namespace: string, names: readonly string[], perSecond: number): void {
    this.timer = setInterval(() => {
      const began = performance.now();
      const batch = this.batch(namespace, names, Math.round((perSecond * EVERY_MS) / 1000));
      const made = performance.now();
      this.listener?.events(batch);
      this.makingMs += made - began;
      this.insideMs += performance.now() - made;
      this.events += batch.length;
    }, EVERY_MS);
  }

  private batch(namespace: string, names: readonly string[], requests: number): RequestEvent[] {
    const now = Date.now();
    return Array.from({ length: requests }, () => {
      const version = names[this.nth % names.length] ?? '';
      const shared = { proxy: 'bench', streamId: `s${this.nth++}`, namespace, service: version, version };
      return [
        { ...shared, phase: 'start' as const, atMs: now - 60 },
        { ...shared, phase: 'end' as const, atMs: now - 10, durationMs: 50, upstream: '10.0.0.1:8080' },
      ];
    }).flat();
  }
}

const fed = new FedRequests();
const registry = new Registry();
let autoscaler: RunningAutoscaler | undefined;
let kubeconfigPath = '';

async function metric(name: string): Promise<number> {
  const found = (await registry.getMetricsAsJSON()).find((m) => name.startsWith(m.name));
  return (found?.values ?? []).filter((v) => !('metricName' in v) || v.metricName === name).reduce((sum, v) => sum + v.value, 0);
}

/** Resolves once nothing is reconciled for three seconds. */
async function settled(): Promise<void> {
  for (let before = -1; ;) {
    const now = await metric('tidegate_reconcile_total');
    if (now === before && autoscaler?.notReady().length === 0) return;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
}

async function measure(seconds: number): Promise<Measured> {
  const readings = async () => ({
    cpu: process.cpuUsage(),
    sum: await metric('tidegate_autoscaler_pass_seconds_sum'),
    count: await metric('tidegate_autoscaler_pass_seconds_count'),
    ...{ events: fed.events, insideMs: fed.insideMs, makingMs: fed.makingMs },
  });
  const before = await readings();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await readings();
  const cpuMs = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1000 - (after.makingMs - before.makingMs);
  const { rss, heapUsed } = process.memoryUsage();
  return {
    cpuMsPerTick: cpuMs / (seconds / 2),
    passMs: ((after.sum - before.sum) * 1000) / (after.count - before.count),
    eventUs: after.events === before.events ? null : ((after.insideMs - before.insideMs) * 1000) / (after.events - before.events),
    residentMb: rss / 2 ** 20,
    heapMb: heapUsed / 2 ** 20,
  };
}

/** Milliseconds from the wake of each revision until its Deployment is seen to have a pod asked for. */
async function wake(namespace: string, names: readonly string[], atOnce: boolean): Promise<number[]> {
  const client = await connect({ kubeconfigPath });
  const deployments = new Informer({ client, clock: systemClock, log: silentLogger }, kinds.deployments, { namespace });
  await deployments.synced;
  const seen = new Map<string, () => void>();
  deployments.onChange(({ object }) => (object.spec?.replicas ?? 0) > 0 && seen.get(object.metadata?.name ?? '')?.());
  const one = (name: string): Promise<number> =>
    new Promise((resolve) => {
      const began = performance.now();
      seen.set(deploymentNameFor(name), () => resolve(performance.now() - began));
      autoscaler?.wake({ namespace, name }, 1);
    });
  const times: number[] = [];
  if (atOnce) times.push(...(await Promise.all(names.map(one))));
  else for (const name of names) times.push(await one(name));
  deployments.stop();
  return times;
}

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.do) {
    case 'start': {
      kubeconfigPath = ask.kubeconfig;
      const context = { clock: systemClock, log: silentLogger, registry, fatal: (error: unknown) => console.error(error) };
      autoscaler = await startAutoscaler(context, { client: await connect({ kubeconfigPath }), requestEvents: fed, identity: 'bench' });
      return settled();
    }
    case 'settled':
      return settled();
    case 'measure':
      return measure(ask.seconds);
    case 'traffic':
      return fed.run(ask.namespace, ask.names, ask.perSecond);
    case 'wake':
      return wake(ask.namespace, ask.names, ask.atOnce);
  }
}

process.on('message', (ask: Ask) => {
  answer(ask).then(
    (said) => process.send?.({ said: said ?? null }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
