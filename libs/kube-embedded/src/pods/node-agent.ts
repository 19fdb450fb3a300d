import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { causeChain } from '@tidegate/kernel';
import { type Informer, type Pod, KubeApiError, isNotFound, keyOf, pathOf, kinds } from '@tidegate/kube';
import type { ContainerProcess } from './container-process.js';
import type { NodeContext } from './node-context.js';
import { PodWorker } from './pod-worker.js';
import { isTerminal } from './pod-runtime.js';
import { TICKS_PER_SECOND, processTable } from './process-table.js';
import { isOursToPlace } from './scheduling.js';

/** As a kubelet's default. */
export const MAX_PODS = 250;
const MEMORY_SAMPLE_MS = 1000;
const BIND_RETRY_MS = 1000;

export interface ContainerUsage {
  container: string;
  /** Of its program. */
  pid: number;
  /** Epoch milliseconds. */
  startedAt: number;
  /** CPU time since its processes started. */
  cpuSeconds: number;
  memoryBytes: number;
}

/** The one node: gives every pod a worker, and is the scheduler too, since there is nothing to choose. */
export class NodeAgent {
  private readonly workers = new Map<string, PodWorker>();
  private readonly binding = new Set<string>();
  private readonly ending = new Map<string, Promise<void>>();
  private readonly node: NodeContext;
  private readonly pods: Informer<Pod>;
  private stopFollowing: () => void = () => undefined;
  private cancelSample: () => void = () => undefined;
  private stopped = false;

  constructor(node: NodeContext, pods: Informer<Pod>) {
    this.node = node;
    this.pods = pods;
  }

  /** Ends what an earlier run left behind, then takes up every pod. Resolves once each pod's status says what is true now. */
  async start(): Promise<void> {
    this.node.records.endOrphans(this.node.log);
    await this.pods.synced;
    this.removeOldFolders();
    this.stopFollowing = this.pods.onChange(({ type, object }) => (type === 'removed' ? this.onRemoved(object) : this.onChanged(object)));
    this.sampleLater();
    await Promise.all([...this.workers.values()].map((w) => w.firstRound));
  }

  /** Ends all pods: at most `limitMs` for programs that do not end on SIGTERM. */
  async stop(limitMs: number): Promise<void> {
    this.stopped = true;
    this.stopFollowing();
    this.cancelSample();
    await Promise.all([...[...this.workers.values()].map((w) => w.shutDown(limitMs)), ...this.ending.values()]);
    this.workers.clear();
  }

  /** The current run of a container. */
  process(podUid: string, container: string): ContainerProcess | undefined {
    return this.workers.get(podUid)?.process(container);
  }

  /** Sessions of a pod's programs. */
  sessions(podUid: string): number[] {
    return (
      this.workers
        .get(podUid)
        ?.sessions()
        .map(({ pid }) => pid) ?? []
    );
  }

  /** CPU and memory of every running container, from one look at the process table. */
  usage(): { pod: Pod; containers: ContainerUsage[] }[] {
    const bySession = sessionUsage();
    return [...this.workers.values()].map((worker) => ({
      pod: worker.object,
      containers: worker.sessions().map(({ container, pid, startedAt }) => ({
        container,
        pid,
        startedAt,
        cpuSeconds: (bySession.get(pid)?.cpuTicks ?? 0) / TICKS_PER_SECOND,
        memoryBytes: bySession.get(pid)?.ownBytes ?? 0,
      })),
    }));
  }

  private onChanged(pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    const worker = this.workers.get(uid);
    if (worker) return worker.update(pod);
    if (this.stopped || this.ending.has(uid)) return;
    if (!pod.spec?.nodeName) return void this.bind(pod);
    if (pod.spec.nodeName !== this.node.nodeName) return;
    if (isTerminal(pod) && !pod.metadata?.deletionTimestamp) return;
    this.workers.set(uid, new PodWorker(this.node, pod, () => void this.workers.delete(uid)));
  }

  private onRemoved(pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    const worker = this.workers.get(uid);
    if (!worker) return;
    const end = worker
      .removed()
      .catch((error: unknown) => this.node.log.warn({ pod: keyOf(pod), error: causeChain(error) }, 'ending a removed pod failed'))
      .finally(() => this.ending.delete(uid));
    this.ending.set(uid, end);
  }

  /** The scheduler's binding. A pod that is being deleted, waits for its gates or comes after the last place stays where it is. */
  private async bind(pod: Pod): Promise<void> {
    const { name = '', namespace = '', uid = '', deletionTimestamp } = pod.metadata ?? {};
    if (deletionTimestamp || this.binding.has(uid) || !isOursToPlace(pod)) return;
    if (this.workers.size + this.binding.size >= MAX_PODS) {
      const message = `0/1 nodes are available: 1 Too many pods (${MAX_PODS}).`;
      return this.node.events.record({ apiVersion: 'v1', kind: 'Pod', ...pod }, { type: 'Warning', reason: 'FailedScheduling', message });
    }
    this.binding.add(uid);
    try {
      const body = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { apiVersion: 'v1', kind: 'Node', name: this.node.nodeName },
      };
      await this.node.client.request({ method: 'POST', path: pathOf(kinds.pods, namespace, name, 'binding'), body });
      const message = `Successfully assigned ${namespace}/${name} to ${this.node.nodeName}`;
      this.node.events.record({ apiVersion: 'v1', kind: 'Pod', ...pod }, { type: 'Normal', reason: 'Scheduled', message });
    } catch (error) {
      if (isNotFound(error) || (error instanceof KubeApiError && error.status === 409)) return;
      this.node.log.warn({ pod: keyOf(pod), error: causeChain(error) }, 'binding a pod failed, trying again');
      this.node.clock.after(BIND_RETRY_MS, () => {
        const now = this.pods.get(namespace, name);
        if (now && !this.stopped) this.onChanged(now);
      });
    } finally {
      this.binding.delete(uid);
    }
  }

  /** Folders and logs of pods that are no more. */
  private removeOldFolders(): void {
    const uids = new Set(this.pods.list().map((p) => p.metadata?.uid));
    for (const dir of [this.node.podsDir, this.node.logsDir]) {
      mkdirSync(dir, { recursive: true, mode: dir === this.node.podsDir ? 0o755 : 0o700 });
      for (const name of readdirSync(dir)) {
        if (!uids.has(name.slice(name.lastIndexOf('_') + 1))) rmSync(path.join(dir, name), { recursive: true, force: true });
      }
    }
  }

  private sampleLater(): void {
    this.cancelSample = this.node.clock.after(MEMORY_SAMPLE_MS, () => {
      this.endGreedyContainers();
      if (!this.stopped) this.sampleLater();
    });
  }

  /** Memory limits by sampling: what is above its limit at a look is ended as out of memory. */
  private endGreedyContainers(): void {
    const limited = [...this.workers.values()].flatMap((worker) =>
      worker
        .sessions()
        .flatMap(({ container, pid, memoryLimit }) => (memoryLimit === undefined ? [] : [{ worker, container, pid, memoryLimit }])),
    );
    if (limited.length === 0) return;
    const bySession = sessionUsage();
    for (const { worker, container, pid, memoryLimit } of limited) {
      if ((bySession.get(pid)?.ownBytes ?? 0) > memoryLimit) worker.endForMemory(container);
    }
  }
}

function sessionUsage(): Map<number, { cpuTicks: number; ownBytes: number }> {
  const bySession = new Map<number, { cpuTicks: number; ownBytes: number }>();
  for (const row of processTable()) {
    const sum = bySession.get(row.session) ?? { cpuTicks: 0, ownBytes: 0 };
    bySession.set(row.session, { cpuTicks: sum.cpuTicks + row.cpuTicks, ownBytes: sum.ownBytes + row.ownBytes });
  }
  return bySession;
}
