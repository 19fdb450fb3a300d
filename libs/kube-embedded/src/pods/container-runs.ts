import { rmSync } from 'node:fs';
import { causeChain } from '@tidegate/kernel';
import { type Container, type Pod, keyOf } from '@tidegate/kube';
import type { ContainerProcess } from './container-process.js';
import { ContainerWatch } from './container-watch.js';
import { runHook, targetOf } from './lifecycle-hook.js';
import type { NodeContext } from './node-context.js';
import { recordPodEvent } from './pod-events.js';
import { nextBackoff } from './pod-plan.js';
import { type ContainerRuntime, type PodRuntime, endedRun, runtimeOf, terminated } from './pod-runtime.js';
import type { PodSandbox } from './pod-sandbox.js';
import { type Started, containerLogFile, startContainer } from './start-container.js';
import { terminationMessage } from './termination-message.js';

/** How long a container waits for a Service that its manifest names. */
const SERVICE_WAIT_MS = 10_000;
const END_LOOK_MS = 20;
/** After SIGKILL. */
const END_LOOKS = 100;

interface Run {
  process: ContainerProcess;
  watch: ContainerWatch;
  startedAt: number;
  endedByMemory: boolean;
  cancelKills: (() => void)[];
}

/** The pod that the containers belong to, as its worker knows it. */
export interface RunsOwner {
  readonly node: NodeContext;
  readonly sandbox: PodSandbox;
  readonly runtime: PodRuntime;
  /** The object as it is now. */
  readonly object: Pod;
  /** Something happened that the plan must know. */
  changed(): void;
  lookAgain(ms: number): void;
}

/** Starts, watches and stops the containers of one pod, and notes in the pod's runtime what became of them. */
export class ContainerRuns {
  private readonly runs = new Map<string, Run>();
  private readonly owner: RunsOwner;
  private readonly serviceWaitUntil: number;
  private keepRoots = false;

  constructor(owner: RunsOwner) {
    this.owner = owner;
    this.serviceWaitUntil = owner.node.clock.monotonic() + SERVICE_WAIT_MS;
  }

  /** How many run now. */
  get size(): number {
    return this.runs.size;
  }

  process(container: string): ContainerProcess | undefined {
    return this.runs.get(container)?.process;
  }

  /** Sessions of the programs that run; `startedAt` in epoch milliseconds. */
  sessions(): { container: string; pid: number; startedAt: number }[] {
    return [...this.runs].flatMap(
      ([
        container,
        {
          process: { pid },
          startedAt,
        },
      ]) => (pid === undefined ? [] : [{ container, pid, startedAt }]),
    );
  }

  /** The container used more memory than its limit. */
  endForMemory(container: string): void {
    const run = this.runs.get(container);
    if (!run || run.endedByMemory) return;
    run.endedByMemory = true;
    run.process.signal('SIGKILL');
  }

  async start(name: string): Promise<void> {
    const { node, object, sandbox, runtime: pod } = this.owner;
    const container = containerOf(object, name);
    const runtime = runtimeOf(pod, name);
    if (!container || !runtime || this.runs.has(name)) return;
    const before = endedRun(runtime.state) ?? runtime.last;
    const restartCount = before ? runtime.restartCount + 1 : runtime.restartCount;
    const started = await startContainer(node, {
      pod: object,
      container,
      sandbox,
      restartCount,
      waitForServices: node.clock.monotonic() < this.serviceWaitUntil,
      onEnd: (end) => this.onEnd(name, end),
    });
    const now = node.clock.now();
    if (started.kind === 'waiting') return this.waiting(runtime, started, now);
    runtime.failures = 0;
    delete runtime.retryAt;
    if (before) {
      runtime.last = before;
      runtime.backoff = nextBackoff(runtime.backoff, before.finishedAt, now);
    }
    runtime.restartCount = restartCount;
    runtime.imageID = started.imageID;
    runtime.stopping = false;
    if (started.kind === 'running') return this.running(container, runtime, started.process, now);
    this.event('Warning', 'Failed', `Error: ${started.message}`);
    const { reason, message } = started;
    runtime.state = { phase: 'terminated', exitCode: 128, reason, message, startedAt: now, finishedAt: now, containerID: '' };
    this.owner.lookAgain(10);
  }

  private waiting(runtime: ContainerRuntime, started: Extract<Started, { kind: 'waiting' }>, now: number): void {
    runtime.last = endedRun(runtime.state) ?? runtime.last;
    runtime.state = { phase: 'waiting', reason: runtime.failures === 0 ? started.firstReason : started.reason, message: started.message };
    if (runtime.failures++ === 0 && started.reason !== 'WaitingForService')
      this.event('Warning', 'Failed', `Error: ${started.firstReason}: ${started.message}`);
    runtime.retryAt = now + started.retryMs;
  }

  private running(container: Container, runtime: ContainerRuntime, process: ContainerProcess, now: number): void {
    const { node, object, sandbox } = this.owner;
    const { name } = container;
    if (process.pid !== undefined) node.records.add(process.pid);
    runtime.containerID = `process://${object.metadata?.uid ?? ''}-${name}-${runtime.restartCount}`;
    runtime.state = { phase: 'running', startedAt: now, containerID: runtime.containerID };
    this.event('Normal', 'Started', `Started container ${name}`);
    this.warnOfPathsOutside(name, process);
    const target = targetOf(object, sandbox.podIP, sandbox.ports, process);
    const watched = { target, podIP: sandbox.podIP, ports: sandbox.ports, pid: process.pid };
    const watch = new ContainerWatch(node.clock, object, container, watched, {
      started: () => this.change(runtime, () => (runtime.started = true)),
      ready: (ready) => this.change(runtime, () => (runtime.ready = ready)),
      unhealthy: (message) => {
        this.event('Normal', 'Killing', message);
        void this.stopNow(name, message, false);
      },
      warn: (reason, message) => this.event('Warning', reason, message),
    });
    this.runs.set(name, { process, watch, startedAt: now, endedByMemory: false, cancelKills: [] });
    watch.start();
    const hook = container.lifecycle?.postStart;
    if (!hook) return;
    void runHook(hook, target, graceMs(object), (ms) => this.wait(ms)).then((problem) => {
      if (problem === undefined) return;
      this.event('Warning', 'FailedPostStartHook', `PostStartHook failed: ${problem}`);
      void this.stopNow(name, 'FailedPostStartHook');
    });
  }

  private warnOfPathsOutside(name: string, process: ContainerProcess): void {
    const outside = process.outside.filter((m) => !m.isIncidental);
    if (outside.length === 0) return;
    const list = outside.map((m) => `${m.mountPath} ($TIDEGATE_VOLUME_${m.volume.toUpperCase().replaceAll('-', '_')})`).join(', ');
    this.event(
      'Warning',
      'MountPathOutside',
      `container ${name} is a local process: it finds these mount paths not under their names but at the paths in the variables given: ${list}`,
    );
  }

  private change(runtime: ContainerRuntime, set: () => void): void {
    if (runtime.state.phase !== 'running') return;
    set();
    this.owner.changed();
  }

  /** Begins to stop a container; its end comes later. */
  stop(name: string, why: string): void {
    void this.stopNow(name, why).catch((error: unknown) =>
      this.owner.node.log.warn({ pod: keyOf(this.owner.object), error: causeChain(error) }, 'stopping a container failed'),
    );
  }

  /** preStop hook, SIGTERM, and SIGKILL once the grace period is over. `drain`: wait first until proxies know. */
  private async stopNow(name: string, why: string, drain = true): Promise<void> {
    const run = this.runs.get(name);
    const { node, object, sandbox } = this.owner;
    const runtime = runtimeOf(this.owner.runtime, name);
    if (!run || !runtime || runtime.stopping) return;
    runtime.stopping = true;
    const wasReady = runtime.ready;
    if (!object.metadata?.deletionTimestamp) runtime.ready = false;
    run.watch.stop();
    const grace = graceMs(object);
    const { clock } = node;
    const began = clock.monotonic();
    const left = (): number => Math.max(0, grace - (clock.monotonic() - began));
    this.event('Normal', 'Killing', `Stopping container ${name}`);
    node.log.debug({ pod: keyOf(object), container: name, why }, 'stopping a container');
    run.cancelKills.push(clock.after(grace, () => run.process.signal('SIGKILL')));
    const hook = containerOf(object, name)?.lifecycle?.preStop;
    if (drain && wasReady && grace > node.drainMs) await this.wait(node.drainMs);
    if (hook && left() > 0) {
      const target = targetOf(object, sandbox.podIP, sandbox.ports, run.process);
      const problem = await runHook(hook, target, left(), (ms) => this.wait(ms));
      if (problem !== undefined) this.event('Warning', 'FailedPreStopHook', `PreStopHook failed: ${problem}`);
    }
    run.process.signal('SIGTERM');
  }

  private onEnd(name: string, end: { code: number | null; signal: NodeJS.Signals | null }): void {
    const run = this.runs.get(name);
    const { node, object, sandbox } = this.owner;
    const runtime = runtimeOf(this.owner.runtime, name);
    if (!run || !runtime) return;
    run.watch.stop();
    for (const cancel of run.cancelKills) cancel();
    this.runs.delete(name);
    if (run.process.pid !== undefined) node.records.remove(run.process.pid);
    const ended = terminated(runtime, end, run.endedByMemory, node.clock.now());
    runtime.state = { ...ended, ...terminationMessage(containerOf(object, name), run.process, ended.exitCode, sandbox.uid) };
    runtime.ready = false;
    runtime.started = false;
    runtime.stopping = false;
    this.dropOldLog(name, runtime.restartCount);
    if (!this.keepRoots) run.process.clean();
    this.owner.changed();
  }

  /** The run before the last one is forgotten: `logs --previous` shows one run. */
  private dropOldLog(name: string, restartCount: number): void {
    const old = containerLogFile(this.owner.node, this.owner.object, name, restartCount - 2);
    for (const file of [old, `${old}.1`]) rmSync(file, { force: true });
  }

  killAfter(ms: number): void {
    for (const run of this.runs.values()) run.cancelKills.push(this.owner.node.clock.after(ms, () => run.process.signal('SIGKILL')));
  }

  /** The pod goes as a whole: `signal` to every container now, SIGKILL after `limitMs`. Nothing starts again. */
  async endAll(signal: 'SIGTERM' | 'SIGKILL', limitMs: number): Promise<void> {
    this.keepRoots = true;
    for (const { process, watch } of this.runs.values()) {
      watch.stop();
      process.signal(signal);
    }
    const { clock } = this.owner.node;
    const until = clock.monotonic() + limitMs;
    while (this.runs.size > 0 && clock.monotonic() < until) await this.wait(END_LOOK_MS);
    for (const { process } of this.runs.values()) process.signal('SIGKILL');
    for (let i = 0; this.runs.size > 0 && i < END_LOOKS; i++) await this.wait(END_LOOK_MS);
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.owner.node.clock.after(ms, resolve));
  }

  private event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    recordPodEvent(this.owner.node, this.owner.object, type, reason, message);
  }
}

/** The container of this name among all of the pod's. */
export function containerOf(pod: Pod, name: string): Container | undefined {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? []), ...(pod.spec?.ephemeralContainers ?? [])].find((c) => c.name === name);
}

/** Milliseconds between SIGTERM and SIGKILL: of the deletion when there is one, else of the manifest. */
export function graceMs(pod: Pod): number {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata ?? {};
  const seconds = deletionTimestamp ? deletionGracePeriodSeconds : pod.spec?.terminationGracePeriodSeconds;
  return (seconds ?? 30) * 1000;
}
