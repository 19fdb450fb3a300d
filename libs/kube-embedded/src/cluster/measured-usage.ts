import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { Clock } from '@tidegate/kernel';
import type { Pod } from '@tidegate/kube';
import type { MeasuredUsage, Usage, UsageSource } from '../api/metrics-answers.js';
import { NODE_NAME } from '../controllers/node-registration.js';
import type { ContainerUsage } from '../pods/node-agent.js';
import { type UsageReading, UsageSamples } from '../pods/usage-samples.js';

const MACHINE = 'machine';

/** What pods and the node use, for metrics.k8s.io. The node is the machine: what else runs here counts too. */
export class MeasuredUsages implements UsageSource {
  private readonly samples: UsageSamples;
  private readonly bootedAt: number;
  private readonly readPods: () => { pod: Pod; containers: ContainerUsage[] }[];

  constructor(clock: Clock, readPods: () => { pod: Pod; containers: ContainerUsage[] }[]) {
    this.readPods = readPods;
    this.bootedAt = clock.now();
    this.samples = new UsageSamples(clock, () => [
      this.machine(),
      ...this.readPods().flatMap(({ pod, containers }) => containers.map((c) => reading(pod, c))),
    ]);
  }

  start(): void {
    this.samples.start();
  }

  stop(): void {
    this.samples.stop();
  }

  nodes(): MeasuredUsage[] {
    const { cores, windowSeconds } = this.samples.rate(this.machine());
    const usage = { cores: Math.min(cores, availableParallelism()), memoryBytes: usedMemoryBytes() };
    const labels = { 'kubernetes.io/hostname': NODE_NAME };
    return [{ name: NODE_NAME, labels, windowSeconds, usage, containers: [] }];
  }

  /** Pods without a running container have no measurements, as in Kubernetes. */
  pods(): MeasuredUsage[] {
    return this.readPods()
      .filter(({ containers }) => containers.length > 0)
      .map(({ pod, containers: used }) => {
        const rated = used.map((c) => ({ name: c.container, memoryBytes: c.memoryBytes, ...this.samples.rate(reading(pod, c)) }));
        const { name = '', namespace = '', labels = {} } = pod.metadata ?? {};
        return {
          name,
          namespace,
          labels,
          windowSeconds: Math.min(...rated.map((r) => r.windowSeconds)),
          usage: sumOf(rated),
          containers: rated.map((r) => ({ name: r.name, usage: r })),
        };
      });
  }

  private machine(): UsageReading {
    const busyMs = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
    return { key: MACHINE, cpuSeconds: busyMs / 1000, startedAt: this.bootedAt };
  }
}

function reading(pod: Pod, { container, pid, cpuSeconds, startedAt }: ContainerUsage): UsageReading {
  return { key: `${pod.metadata?.uid}/${container}/${pid}`, cpuSeconds, startedAt };
}

function sumOf(usages: readonly Usage[]): Usage {
  return {
    cores: usages.reduce((sum, u) => sum + u.cores, 0),
    memoryBytes: usages.reduce((sum, u) => sum + u.memoryBytes, 0),
  };
}

/** What programs could not get: total less available, as /proc/meminfo tells. */
function usedMemoryBytes(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return (kibibytes('MemTotal') - kibibytes('MemAvailable')) * 1024;
}
