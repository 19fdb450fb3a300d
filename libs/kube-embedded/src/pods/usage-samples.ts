import { type Clock } from '@tidegate/kernel';

/** What a container has used since its program started. */
export interface UsageReading {
  /** Names one run of one container for good. */
  key: string;
  cpuSeconds: number;
  /** Epoch milliseconds of the start of its program. */
  startedAt: number;
}

interface Sample {
  at: number;
  cpuSeconds: ReadonlyMap<string, number>;
}

/** As metrics-server's resolution. */
const WINDOW_MS = 15_000;

/** Turns CPU times that only grow into rates over the last 15 to 30 seconds. Holds two samples. */
export class UsageSamples {
  private older: Sample | undefined;
  private newer: Sample | undefined;
  private cancel: () => void = () => undefined;
  private readonly clock: Clock;
  private readonly read: () => UsageReading[];

  constructor(clock: Clock, read: () => UsageReading[]) {
    this.clock = clock;
    this.read = read;
  }

  start(): void {
    this.take();
    this.cancel = this.clock.after(WINDOW_MS, () => this.start());
  }

  stop(): void {
    this.cancel();
  }

  private take(): void {
    this.older = this.newer;
    this.newer = { at: this.clock.now(), cpuSeconds: new Map(this.read().map(({ key, cpuSeconds }) => [key, cpuSeconds])) };
  }

  /** CPU in use, in cores, and the seconds it is an average of. A run that is younger than the samples counts from its start. */
  rate({ key, cpuSeconds, startedAt }: UsageReading): { cores: number; windowSeconds: number } {
    const now = this.clock.now();
    const since = [this.older, this.newer].find((s) => s?.cpuSeconds.has(key));
    const began = since?.at ?? startedAt;
    const windowSeconds = Math.max(0.001, (now - began) / 1000);
    return { cores: Math.max(0, cpuSeconds - (since?.cpuSeconds.get(key) ?? 0)) / windowSeconds, windowSeconds };
  }
}
