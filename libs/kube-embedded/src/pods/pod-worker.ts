import { rmSync } from 'node:fs';
import { TidegateError, causeChain } from '@tidegate/kernel';
import { type Pod, keyOf, kinds } from '@tidegate/kube';
import type { ContainerProcess } from './container-process.js';
import { ContainerRuns, containerOf, graceMs } from './container-runs.js';
import { codes } from './errors.js';
import type { NodeContext } from './node-context.js';
import { endStragglers } from './orphans.js';
import { recordPodEvent } from './pod-events.js';
import { type PodAction, planPod } from './pod-plan.js';
import { type PodRuntime, endedRun, isTerminal, newPodRuntime, noteEphemeral, runtimeOf } from './pod-runtime.js';
import { PodSandbox } from './pod-sandbox.js';
import { PodStatusWriter } from './pod-status-writer.js';
import { quantityValue } from './quantity.js';
import { restartsByResize } from './resize.js';
import { podLogsDir } from './start-container.js';

const RETRY_MS = 2000;
const VOLUME_LOOK_MS = 20;
const QUIET_LOOKS = 7;
/** The kubelet's own pace for files of ConfigMaps and Secrets. */
const VOLUME_REFRESH_MS = 60_000;

/**
 * Runs one pod: looks at what is wanted and what runs, asks `planPod` what to do, does it, writes the status. One round at a time;
 * whatever happens meanwhile (an exit, a probe's answer, a changed object) asks for one more round.
 */
export class PodWorker {
  readonly node: NodeContext;
  readonly runtime: PodRuntime;
  readonly sandbox: PodSandbox;
  private pod: Pod;
  private readonly runs: ContainerRuns;
  private readonly status = new PodStatusWriter();
  private working: Promise<void> | undefined;
  private wanted = false;
  private volumeLooks = 0;
  private gone = false;
  private cancelLook: () => void = () => undefined;
  private cancelRefresh: () => void = () => undefined;
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
    this.runs = new ContainerRuns(this);
    this.firstRound = new Promise((resolve) => {
      this.firstDone = resolve;
    });
    this.changed();
  }

  get uid(): string {
    return this.pod.metadata?.uid ?? '';
  }

  get object(): Pod {
    return this.pod;
  }

  /** The object changed. */
  update(pod: Pod): void {
    const before = this.pod;
    this.pod = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata ?? {};
    const shorter = (deletionGracePeriodSeconds ?? 0) < (before.metadata?.deletionGracePeriodSeconds ?? Infinity);
    if (deletionTimestamp && this.runtime.endingSince !== undefined && shorter)
      this.runs.killAfter((deletionGracePeriodSeconds ?? 0) * 1000);
    for (const name of restartsByResize(before, pod)) this.runs.stop(name, 'its resources have changed');
    const onlyStatus = before.metadata?.generation === pod.metadata?.generation && before.metadata?.deletionTimestamp === deletionTimestamp;
    if (!onlyStatus || before.metadata?.labels !== pod.metadata?.labels) this.changed();
  }

  /** The object is gone (forced deletion): everything ends now. */
  async removed(): Promise<void> {
    if (this.gone) return;
    this.gone = true;
    await this.runs.endAll('SIGKILL', 0);
    this.cleanUp();
  }

  /** The node stops: programs get `limitMs` to end, then they are killed. Status stays as it is; the next start knows what to do. */
  async shutDown(limitMs: number): Promise<void> {
    this.gone = true;
    this.cancelLook();
    this.cancelRefresh();
    await this.working?.catch(() => undefined);
    await this.runs.endAll('SIGTERM', Math.min(limitMs, graceMs(this.pod)));
    endStragglersOf(this.uid, this.runs.size);
  }

  /** The current run of a container. */
  process(container: string): ContainerProcess | undefined {
    return this.runs.process(container);
  }

  sessions(): { container: string; pid: number; startedAt: number; memoryLimit: number | undefined }[] {
    return this.runs.sessions().map(({ container, pid, startedAt }) => ({
      container,
      pid,
      startedAt,
      memoryLimit: quantityValue(containerOf(this.pod, container)?.resources?.limits?.['memory']),
    }));
  }

  endForMemory(container: string): void {
    this.runs.endForMemory(container);
  }

  /** Asks for a round. */
  changed(): void {
    if (this.gone) return;
    if (this.working) {
      this.wanted = true;
      return;
    }
    this.working = this.work()
      .catch((error: unknown) => {
        this.node.log.warn({ pod: keyOf(this.pod), error: causeChain(error) }, 'a round of a pod failed, trying again');
        this.event('FailedSync', `error syncing pod, trying again: ${causeChain(error)}`);
        this.lookAgain(RETRY_MS);
      })
      .finally(() => {
        this.working = undefined;
        this.firstDone();
        if (this.wanted) {
          this.wanted = false;
          this.changed();
        }
      });
  }

  lookAgain(ms: number): void {
    this.cancelLook();
    this.cancelLook = this.node.clock.after(ms, () => this.changed());
  }

  private async work(): Promise<void> {
    if (this.pod.metadata?.deletionTimestamp && this.runtime.endingSince === undefined) this.beginEnd();
    if (isTerminal(this.pod) && this.runs.size === 0) {
      if (this.runtime.endingSince !== undefined) await this.finishDeletion();
      return;
    }
    // What ran before this process started runs no more: say so before anything else. A new pod starts at once; its first status follows.
    if (!this.status.hasWritten && this.pod.status?.podIP) await this.writeStatus();
    if (!this.runtime.prepared && this.runtime.endingSince === undefined && !(await this.prepare())) return this.writeStatus();
    noteEphemeral(this.runtime, this.pod, this.node.clock.now());
    const plan = planPod(this.pod, this.runtime, this.node.clock.now());
    for (const action of plan.actions) await this.perform(action);
    await this.sandbox.publishPorts(this.pod);
    await this.writeStatus();
    const finished = plan.actions.length === 0 ? plan.finished : planPod(this.pod, this.runtime, this.node.clock.now()).finished;
    if (finished && this.runtime.endingSince !== undefined) return this.finishDeletion();
    if (finished) this.releaseFinished();
    const retries = [...this.runtime.init, ...this.runtime.main, ...this.runtime.ephemeral].flatMap((c) =>
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
      if (error instanceof TidegateError && error.code === codes.POD_VOLUME_PENDING) return this.waitForVolume(error.message);
      if (!(error instanceof TidegateError) || (error.code !== codes.POD_CONFIG_INVALID && error.code !== codes.POD_VOLUME_UNSUPPORTED))
        throw error;
      this.event('FailedMount', `MountVolume.SetUp failed: ${error.message}`);
      this.lookAgain(RETRY_MS);
      return false;
    }
  }

  /** A claim is bound soon after it was made, mostly: only what takes long is told. */
  private waitForVolume(message: string): false {
    this.volumeLooks++;
    if (this.volumeLooks > QUIET_LOOKS) this.event('FailedMount', message);
    this.lookAgain(Math.min(RETRY_MS, VOLUME_LOOK_MS * 2 ** Math.min(this.volumeLooks, QUIET_LOOKS)));
    return false;
  }

  private async perform(action: PodAction): Promise<void> {
    switch (action.do) {
      case 'start':
        return this.runs.start(action.container);
      case 'stop':
        return this.runs.stop(action.container, action.why);
      case 'hold':
        return this.hold(action);
    }
  }

  private hold({ container, reason, message }: Extract<PodAction, { do: 'hold' }>): void {
    const runtime = runtimeOf(this.runtime, container);
    if (!runtime || (runtime.state.phase === 'waiting' && runtime.state.reason === reason)) return;
    runtime.last = endedRun(runtime.state) ?? runtime.last;
    runtime.state = { phase: 'waiting', reason, message };
    const { name, namespace } = this.pod.metadata ?? {};
    this.event('BackOff', `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${this.uid})`);
  }

  private async writeStatus(): Promise<void> {
    const pod = this.pod;
    const { status } = await this.status.write(this.node, pod, this.runtime);
    if (status !== pod.status) this.pod = { ...this.pod, status };
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

  private event(reason: string, message: string): void {
    recordPodEvent(this.node, this.pod, 'Warning', reason, message);
  }
}

/** Reading every process costs a few milliseconds, so it is done once per pod, after its groups have ended. */
function endStragglersOf(uid: string, running: number): void {
  if (uid !== '' && running === 0) endStragglers(uid);
}
