import type { Clock } from '@tidegate/kernel';
import type { Container, Pod } from '@tidegate/kube';
import { listensInstead, listensOn, notListeningText } from './listening-check.js';
import { expectedPort } from './pod-ports.js';
import type { ProbeTarget } from './probe.js';
import { Prober } from './prober.js';

export interface WatchedRun {
  target: ProbeTarget;
  podIP: string;
  ports: ReadonlyMap<string, number>;
  pid: number | undefined;
}

export interface WatchEvents {
  started(): void;
  ready(ready: boolean): void;
  unhealthy(message: string): void;
  warn(reason: 'Unhealthy' | 'NotListening', message: string): void;
}

const LOOKS_MS = [15, 15, 20, 25, 25, 50, 50, 100, 100, 200];
const SLOW_LOOK_MS = 500;
/** A program that does not listen by now has probably not read PORT. */
const PATIENCE_MS = 10_000;

/**
 * Watches one run of a container: its probes, and whether it listens where it was told to. A container that declares a port but has no
 * readiness probe is ready once it listens: routes would otherwise name it while its program still starts.
 */
export class ContainerWatch {
  private readonly prober: Prober;
  private readonly port: number | undefined;
  private stopped = false;
  private listening = false;
  private warned = false;
  private probesReady = false;
  private looks = 0;
  private cancel: () => void = () => undefined;
  private began = 0;
  private readonly clock: Clock;
  private readonly container: Container;
  private readonly run: WatchedRun;
  private readonly events: WatchEvents;

  constructor(clock: Clock, pod: Pod, container: Container, run: WatchedRun, events: WatchEvents) {
    this.clock = clock;
    this.container = container;
    this.run = run;
    this.events = events;
    const isInit = pod.spec?.initContainers?.some((c) => c.name === container.name && c.restartPolicy !== 'Always');
    this.port = isInit ? undefined : expectedPort(container, run.ports);
    this.listening = this.port === undefined;
    this.prober = new Prober(container, run.target, clock, {
      started: () => events.started(),
      ready: (ready) => this.onProbe(ready),
      unhealthy: (message) => events.unhealthy(message),
      failed: (_, message) => events.warn('Unhealthy', message),
    });
  }

  start(): void {
    this.began = this.clock.monotonic();
    this.prober.start();
    // A readiness probe tells when the program answers; then only a program that never listens is looked for.
    if (!this.listening) this.lookIn(this.container.readinessProbe ? PATIENCE_MS : (LOOKS_MS[0] ?? SLOW_LOOK_MS));
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
    this.prober.stop();
  }

  private onProbe(ready: boolean): void {
    this.probesReady = ready;
    // A probe that answers on the real port is proof enough.
    if (this.container.readinessProbe || this.listening) this.events.ready(ready);
  }

  private lookIn(ms: number): void {
    this.cancel = this.clock.after(ms, () => void this.look());
  }

  private async look(): Promise<void> {
    const { port, run, container } = this;
    if (this.stopped || port === undefined) return;
    const listens = await listensOn(run.podIP, port);
    if (this.stopped) return;
    if (listens) {
      this.listening = true;
      if (this.probesReady && !container.readinessProbe) this.events.ready(true);
      return;
    }
    if (!this.warned && this.clock.monotonic() - this.began >= PATIENCE_MS) {
      this.warned = true;
      const instead = run.pid === undefined ? [] : listensInstead(run.pid);
      this.events.warn('NotListening', notListeningText(container.name, run.podIP, port, instead));
    }
    this.lookIn(LOOKS_MS[++this.looks] ?? SLOW_LOOK_MS);
  }
}
