import { constants } from 'node:os';
import { rmSync } from 'node:fs';
import { TidegateError, causeChain } from '@tidegate/kernel';
import { type Container, type Pod, isNotFound, keyOf, kinds } from '@tidegate/kube';
import type { ContainerLog } from './container-log.js';
import { TOKEN_PATH } from './container-root.js';
import { ContainerWatch } from './container-watch.js';
import { codes } from './errors.js';
import { runHook, targetOf } from './lifecycle-hook.js';
import type { ContainerProcess } from './container-process.js';
import type { NodeContext } from './node-context.js';
import { endStragglers } from './orphans.js';
import { type PodAction, nextBackoff, planPod } from './pod-plan.js';
import { type ContainerRuntime, type Ended, type PodRuntime, isTerminal, newPodRuntime } from './pod-runtime.js';
import { PodSandbox } from './pod-sandbox.js';
import { podStatus } from './pod-status.js';
import { quantityValue } from './quantity.js';
import { terminationMessage } from './termination-message.js';
import { containerLogFile, podLogsDir, startContainer } from './start-container.js';

/** How long a container waits for a Service that its manifest names. */
const SERVICE_WAIT_MS = 10_000;
const RETRY_MS = 2000;
/** The kubelet's own pace for files of ConfigMaps and Secrets. */
const VOLUME_REFRESH_MS = 60_000;

interface Run {
  process: ContainerProcess;
  watch: ContainerWatch;
  endedByMemory: boolean;
  cancelKills: (() => void)[];
}

/**
 * Runs one pod: looks at what is wanted and what runs, asks `planPod` what to do, does it, writes the status. One round at a time;
 * whatever happens meanwhile (an exit, a probe's answer, a changed object) asks for one more round.
 */
export class PodWorker {
  private pod: Pod;
  private readonly runtime: PodRuntime;
  private readonly sandbox: PodSandbox;
  private readonly runs = new Map<string, Run>();
  private readonly node: NodeContext;
  private readonly serviceWaitUntil: number;
  private working: Promise<void> | undefined;
  private wanted = false;
  private gone = false;
  private cancelLook: () => void = () => undefined;
  private cancelRefresh: () => void = () => undefined;
  private written = '';
  private readonly onGone: () => void;
  /** Resolves after the first status was written: from then on the object says what this node knows. */
  readonly firstRound: Promise<void>;
  private firstDone: () => void = () => undefined;

  constructor(node: NodeContext, pod: Pod, onGone: () => void) {
    this.node = node;
    this.pod = pod;
    this.onGone = onGone;
    this.runtime = newPodRuntime(pod, node.clock.now());
    this.sandbox = new PodSandbox(node, pod);
    this.serviceWaitUntil = node.clock.monotonic() + SERVICE_WAIT_MS;
    this.firstRound = new Promise((resolve) => {
      this.firstDone = resolve;
    });
    this.round();
  }

  get uid(): string {
    return this.pod.metadata?.uid ?? '';
  }

  /** The object changed. */
  update(pod: Pod): void {
    const before = this.pod;
    this.pod = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata ?? {};
    const shorter = (deletionGracePeriodSeconds ?? 0) < (before.metadata?.deletionGracePeriodSeconds ?? Infinity);
    if (deletionTimestamp && this.runtime.endingSince !== undefined && shorter) this.killAfter((deletionGracePeriodSeconds ?? 0) * 1000);
    const onlyStatus = before.metadata?.generation === pod.metadata?.generation && before.metadata?.deletionTimestamp === deletionTimestamp;
    if (!onlyStatus || before.metadata?.labels !== pod.metadata?.labels) this.round();
  }

  /** The object is gone (forced deletion): everything ends now. */
  async removed(): Promise<void> {
    if (this.gone) return;
    await this.endAll('SIGKILL', 0);
    this.cleanUp();
  }

  /** The node stops: programs get `limitMs` to end, then they are killed. Status stays as it is; the next start knows what to do. */
  async shutDown(limitMs: number): Promise<void> {
    this.gone = true;
    this.cancelLook();
    this.cancelRefresh();
    await this.working?.catch(() => undefined);
    await this.endAll('SIGTERM', Math.min(limitMs, this.graceMs()));
    endStragglersOf(this.uid, this.runs.size);
  }

  /** The live log of a container's current run. */
  liveLog(container: string): ContainerLog | undefined {
    return this.runs.get(container)?.process.log;
  }

  sessions(): { container: string; pid: number; memoryLimit: number | undefined }[] {
    return [...this.runs].flatMap(([container, { process }]) =>
      process.pid === undefined
        ? []
        : [{ container, pid: process.pid, memoryLimit: quantityValue(this.spec(container)?.resources?.limits?.['memory']) }],
    );
  }

  /** The container used more memory than its limit. */
  endForMemory(container: string): void {
    const run = this.runs.get(container);
    if (!run || run.endedByMemory) return;
    run.endedByMemory = true;
    run.process.signal('SIGKILL');
  }

  get object(): Pod {
    return this.pod;
  }

  private round(): void {
    if (this.gone) return;
    if (this.working) {
      this.wanted = true;
      return;
    }
    this.working = this.work()
      .catch((error: unknown) => {
        this.node.log.warn({ pod: keyOf(this.pod), error: causeChain(error) }, 'a round of a pod failed, trying again');
        this.event('Warning', 'FailedSync', `error syncing pod, trying again: ${causeChain(error)}`);
        this.lookAgain(RETRY_MS);
      })
      .finally(() => {
        this.working = undefined;
        this.firstDone();
        if (this.wanted) {
          this.wanted = false;
          this.round();
        }
      });
  }

  private async work(): Promise<void> {
    if (this.pod.metadata?.deletionTimestamp && this.runtime.endingSince === undefined) this.beginEnd();
    if (isTerminal(this.pod) && this.runs.size === 0) {
      if (this.runtime.endingSince !== undefined) await this.finishDeletion();
      return;
    }
    // What ran before this process started runs no more: say so before anything else.
    if (this.written === '') await this.writeStatus();
    if (!this.runtime.prepared && this.runtime.endingSince === undefined && !(await this.prepare())) return this.writeStatus();
    const plan = planPod(this.pod, this.runtime, this.node.clock.now());
    for (const action of plan.actions) await this.perform(action);
    await this.writeStatus();
    const finished = plan.actions.length === 0 ? plan.finished : planPod(this.pod, this.runtime, this.node.clock.now()).finished;
    if (finished && this.runtime.endingSince !== undefined) return this.finishDeletion();
    if (finished) this.releaseFinished();
    const retries = [...this.runtime.init, ...this.runtime.main].flatMap((c) =>
      c.retryAt === undefined ? [] : [c.retryAt - this.node.clock.now()],
    );
    const again = Math.min(plan.againInMs ?? Infinity, ...retries.map((ms) => Math.max(10, ms)));
    if (Number.isFinite(again)) this.lookAgain(again);
  }

  private async prepare(): Promise<boolean> {
    try {
      await this.sandbox.prepare(this.pod);
      this.runtime.podIP = this.sandbox.podIP;
      this.runtime.ports = this.sandbox.ports;
      this.runtime.prepared = true;
      if (this.sandbox.followsObjects(this.pod)) this.refreshLater();
      return true;
    } catch (error) {
      if (!(error instanceof TidegateError) || (error.code !== codes.POD_CONFIG_INVALID && error.code !== codes.POD_VOLUME_UNSUPPORTED))
        throw error;
      this.event('Warning', 'FailedMount', `MountVolume.SetUp failed: ${error.message}`);
      this.lookAgain(RETRY_MS);
      return false;
    }
  }

  private perform(action: PodAction): Promise<void> {
    if (action.do === 'start') return this.start(action.container);
    const runtime = this.runtimeOf(action.container);
    if (action.do === 'stop') {
      void this.stop(action.container, action.why).catch((error: unknown) =>
        this.node.log.warn({ pod: keyOf(this.pod), error: causeChain(error) }, 'stopping a container failed'),
      );
    } else if (runtime && !(runtime.state.phase === 'waiting' && runtime.state.reason === action.reason)) {
      if (runtime.state.phase === 'terminated') runtime.last = toEnded(runtime.state);
      runtime.state = { phase: 'waiting', reason: action.reason, message: action.message };
      this.event(
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${action.container} in pod ${this.pod.metadata?.name}_${this.pod.metadata?.namespace}(${this.uid})`,
      );
    }
    return Promise.resolve();
  }

  private async start(name: string): Promise<void> {
    const container = this.spec(name);
    const runtime = this.runtimeOf(name);
    if (!container || !runtime || this.runs.has(name)) return;
    const { clock } = this.node;
    const before = runtime.state.phase === 'terminated' ? toEnded(runtime.state) : runtime.last;
    const restartCount = before ? runtime.restartCount + 1 : runtime.restartCount;
    const started = await startContainer(this.node, {
      pod: this.pod,
      container,
      sandbox: this.sandbox,
      restartCount,
      waitForServices: clock.monotonic() < this.serviceWaitUntil,
      onEnd: (end) => this.onEnd(name, end),
    });
    const now = clock.now();
    if (started.kind === 'waiting') {
      if (runtime.state.phase === 'terminated') runtime.last = toEnded(runtime.state);
      runtime.state = { phase: 'waiting', reason: runtime.failures === 0 ? started.firstReason : started.reason, message: started.message };
      if (runtime.failures++ === 0 && started.reason !== 'WaitingForService')
        this.event('Warning', 'Failed', `Error: ${started.firstReason}: ${started.message}`);
      runtime.retryAt = now + started.retryMs;
      return;
    }
    runtime.failures = 0;
    delete runtime.retryAt;
    if (before) {
      runtime.last = before;
      runtime.backoff = nextBackoff(runtime.backoff, before.finishedAt, now);
    }
    runtime.restartCount = restartCount;
    runtime.imageID = started.imageID;
    runtime.stopping = false;
    if (started.kind === 'crashed') {
      this.event('Warning', 'Failed', `Error: ${started.message}`);
      runtime.state = {
        phase: 'terminated',
        exitCode: 128,
        reason: started.reason,
        message: started.message,
        startedAt: now,
        finishedAt: now,
        containerID: '',
      };
      this.lookAgain(10);
      return;
    }
    this.running(container, runtime, started.process, now);
  }

  private running(container: Container, runtime: ContainerRuntime, process: ContainerProcess, now: number): void {
    const { name } = container;
    if (process.pid !== undefined) this.node.records.add(process.pid);
    runtime.containerID = `process://${this.uid}-${name}-${runtime.restartCount}`;
    runtime.state = { phase: 'running', startedAt: now, containerID: runtime.containerID };
    this.event('Normal', 'Started', `Started container ${name}`);
    const outside = process.outside.filter((m) => m.mountPath !== TOKEN_PATH);
    if (outside.length > 0) {
      const list = outside.map((m) => `${m.mountPath} ($TIDEGATE_VOLUME_${m.volume.toUpperCase().replaceAll('-', '_')})`).join(', ');
      this.event(
        'Warning',
        'MountPathOutside',
        `container ${name} is a local process: it finds these mount paths not under their names but at the paths in the variables given: ${list}`,
      );
    }
    const target = targetOf(this.pod, this.sandbox.podIP, this.sandbox.ports, process);
    const watch = new ContainerWatch(
      this.node.clock,
      this.pod,
      container,
      { target, podIP: this.sandbox.podIP, ports: this.sandbox.ports, pid: process.pid },
      {
        started: () => this.change(runtime, () => (runtime.started = true)),
        ready: (ready) => this.change(runtime, () => (runtime.ready = ready)),
        unhealthy: (message) => {
          this.event('Normal', 'Killing', message);
          void this.stop(name, message, false);
        },
        warn: (reason, message) => this.event('Warning', reason, message),
      },
    );
    this.runs.set(name, { process, watch, endedByMemory: false, cancelKills: [] });
    watch.start();
    const hook = container.lifecycle?.postStart;
    if (hook) {
      void runHook(hook, target, this.graceMs(), (ms) => this.wait(ms)).then((problem) => {
        if (problem === undefined) return;
        this.event('Warning', 'FailedPostStartHook', `PostStartHook failed: ${problem}`);
        void this.stop(name, 'FailedPostStartHook');
      });
    }
  }

  private change(runtime: ContainerRuntime, set: () => void): void {
    if (runtime.state.phase !== 'running') return;
    set();
    this.round();
  }

  /** preStop hook, SIGTERM, and SIGKILL once the grace period is over. `drain`: wait first until proxies know. */
  private async stop(name: string, why: string, drain = true): Promise<void> {
    const run = this.runs.get(name);
    const runtime = this.runtimeOf(name);
    if (!run || !runtime || runtime.stopping) return;
    runtime.stopping = true;
    const wasReady = runtime.ready;
    if (!this.pod.metadata?.deletionTimestamp) runtime.ready = false;
    run.watch.stop();
    const grace = this.graceMs();
    const { clock } = this.node;
    const began = clock.monotonic();
    const left = (): number => Math.max(0, grace - (clock.monotonic() - began));
    this.event('Normal', 'Killing', `Stopping container ${name}`);
    this.node.log.debug({ pod: keyOf(this.pod), container: name, why }, 'stopping a container');
    run.cancelKills.push(clock.after(grace, () => run.process.signal('SIGKILL')));
    const container = this.spec(name);
    const hook = container?.lifecycle?.preStop;
    if (drain && wasReady && grace > this.node.drainMs) await this.wait(this.node.drainMs);
    if (hook && left() > 0) {
      const problem = await runHook(hook, targetOf(this.pod, this.sandbox.podIP, this.sandbox.ports, run.process), left(), (ms) =>
        this.wait(ms),
      );
      if (problem !== undefined) this.event('Warning', 'FailedPreStopHook', `PreStopHook failed: ${problem}`);
    }
    run.process.signal('SIGTERM');
  }

  private onEnd(name: string, end: { code: number | null; signal: NodeJS.Signals | null }): void {
    const run = this.runs.get(name);
    const runtime = this.runtimeOf(name);
    if (!run || !runtime) return;
    run.watch.stop();
    for (const cancel of run.cancelKills) cancel();
    this.runs.delete(name);
    if (run.process.pid !== undefined) this.node.records.remove(run.process.pid);
    const state = runtime.state;
    const signal = end.signal === null ? undefined : constants.signals[end.signal];
    const exitCode = end.code ?? 128 + (signal ?? 0);
    const reason = run.endedByMemory ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
    runtime.state = {
      phase: 'terminated',
      exitCode,
      ...(signal === undefined ? {} : { signal }),
      reason,
      ...terminationMessage(this.spec(name), run.process, exitCode, this.sandbox.uid),
      startedAt: state.phase === 'running' ? state.startedAt : this.node.clock.now(),
      finishedAt: this.node.clock.now(),
      containerID: runtime.containerID,
    };
    runtime.ready = false;
    runtime.started = false;
    runtime.stopping = false;
    this.dropOldLog(name, runtime.restartCount);
    if (!this.gone) run.process.clean();
    this.round();
  }

  /** The run before the last one is forgotten: `logs --previous` shows one run. */
  private dropOldLog(name: string, restartCount: number): void {
    const old = containerLogFile(this.node, this.pod, name, restartCount - 2);
    for (const file of [old, `${old}.1`]) rmSync(file, { force: true });
  }

  private beginEnd(): void {
    this.runtime.endingSince = this.node.clock.now();
    this.cancelRefresh();
  }

  private async finishDeletion(): Promise<void> {
    const { name = '', namespace } = this.pod.metadata ?? {};
    this.cleanUp();
    await this.node.client.delete(kinds.pods, name, namespace, { uid: this.uid, gracePeriodSeconds: 0 });
  }

  /** A completed pod keeps its object and its logs, and gives back everything else. */
  private releaseFinished(): void {
    this.cancelRefresh();
    endStragglersOf(this.uid, this.runs.size);
    this.sandbox.release();
  }

  private cleanUp(): void {
    this.gone = true;
    this.cancelLook();
    this.cancelRefresh();
    endStragglersOf(this.uid, this.runs.size);
    this.sandbox.release();
    rmSync(podLogsDir(this.node, this.pod), { recursive: true, force: true });
    this.onGone();
  }

  private killAfter(ms: number): void {
    for (const run of this.runs.values()) run.cancelKills.push(this.node.clock.after(ms, () => run.process.signal('SIGKILL')));
  }

  private async endAll(signal: 'SIGTERM' | 'SIGKILL', limitMs: number): Promise<void> {
    this.gone = true;
    for (const { process, watch } of this.runs.values()) {
      watch.stop();
      process.signal(signal);
    }
    const { clock } = this.node;
    const until = clock.monotonic() + limitMs;
    while (this.runs.size > 0 && clock.monotonic() < until) await this.wait(20);
    for (const { process } of this.runs.values()) process.signal('SIGKILL');
    for (let i = 0; this.runs.size > 0 && i < 100; i++) await this.wait(20);
  }

  private async writeStatus(): Promise<void> {
    const status = podStatus(this.pod, this.runtime, this.node.hostIP, this.node.clock.now());
    const text = JSON.stringify(status);
    if (text === this.written) return;
    const { name = '', namespace } = this.pod.metadata ?? {};
    try {
      const body = { metadata: { uid: this.uid }, status };
      const answer = await this.node.client.patch(kinds.pods, name, namespace, { type: 'merge', body }, { subresource: 'status' });
      // Transition times of the next status are counted from the conditions just written.
      if (answer.metadata?.uid === this.uid) this.pod = { ...this.pod, status: answer.status };
      this.written = text;
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private refreshLater(): void {
    this.cancelRefresh = this.node.clock.after(VOLUME_REFRESH_MS, () => {
      const work = async (): Promise<void> => this.sandbox.provideVolumes(this.pod, true);
      void work()
        .catch((error: unknown) =>
          this.node.log.debug({ pod: keyOf(this.pod), error: causeChain(error) }, 'files of a volume were not refreshed'),
        )
        .finally(() => {
          if (!this.gone && this.runtime.endingSince === undefined) this.refreshLater();
        });
    });
  }

  private lookAgain(ms: number): void {
    this.cancelLook();
    this.cancelLook = this.node.clock.after(ms, () => this.round());
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.node.clock.after(ms, resolve));
  }

  private graceMs(): number {
    const { deletionTimestamp, deletionGracePeriodSeconds } = this.pod.metadata ?? {};
    const seconds = deletionTimestamp ? deletionGracePeriodSeconds : this.pod.spec?.terminationGracePeriodSeconds;
    return (seconds ?? 30) * 1000;
  }

  private spec(name: string): Container | undefined {
    return [...(this.pod.spec?.initContainers ?? []), ...(this.pod.spec?.containers ?? [])].find((c) => c.name === name);
  }

  private runtimeOf(name: string): ContainerRuntime | undefined {
    return [...this.runtime.init, ...this.runtime.main].find((c) => c.name === name);
  }

  private event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.node.events.record({ apiVersion: 'v1', kind: 'Pod', ...this.pod }, { type, reason, message });
  }
}

function toEnded(state: { phase: 'terminated' } & Ended): Ended {
  const { phase: _, ...ended } = state;
  return ended;
}

/** Reading every process costs a few milliseconds, so it is done once per pod, after its groups have ended. */
function endStragglersOf(uid: string, running: number): void {
  if (uid !== '' && running === 0) endStragglers(uid);
}
