import { TidegateError, pause, silentLogger, systemClock } from '@tidegate/kernel';
import { type Informer, InformerSet, type Pod, kinds } from '@tidegate/kube';
import { type KnativeService, knativeServices } from '@tidegate/serving-contract';
import { Agent } from 'undici';
import { codes } from '../../errors.js';
import type { AsMember } from '../as-member.js';
import type { DemoTarget } from '../demo-target.js';
import type { SampleProgram } from '../sample-program.js';
import { type Answer, call, callFresh } from './gateway-calls.js';
import { type ColdCall, type Step, readColdStart } from './serving-report.js';

const NAMESPACE = 'serving-demo';
const MANAGER = 'tidegate-demo';
const MAIN = 'greeter';
/** Services that are only called cold, one after the other. */
const COLD = ['cold-1', 'cold-2', 'cold-3', 'cold-4', 'cold-5'];
const POLL_MS = 50;
const READY_LIMIT_MS = 60_000;
/** Window of 6 s, grace period of 30 s, and time for a busy machine. */
const SLEEP_LIMIT_MS = 120_000;
const CALLERS = 40;
const BURST_MS = 12_000;
const ANSWER_MS = 200;
const SPLIT_RATE_PER_SECOND = 50;
const SPLIT_MS = 8_000;
export const STEP_COUNT = 6;

export interface ServingDemoOptions {
  target: DemoTarget;
  /** Who does it all. */
  member: Pick<AsMember, 'client' | 'makeProject'>;
  /** http://address:port of the Gateway of Knative hosts. */
  gateway: string;
  say(line: string): void;
  signal: AbortSignal;
}

/** `target` callers a pod; everything else as Knative has it, but for the shortest window it allows. */
function serviceOf(
  name: string,
  greeted: string,
  program: SampleProgram,
  traffic?: NonNullable<KnativeService['spec']>['traffic'],
): KnativeService {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      template: {
        metadata: {
          annotations: {
            'autoscaling.knative.dev/window': '6s',
            'autoscaling.knative.dev/target': '10',
            'autoscaling.knative.dev/max-scale': '10',
            'serving.tidegate.dev/cold-start-header': 'true',
          },
        },
        spec: { containers: [{ name: 'hello', ...program, env: [{ name: 'TARGET', value: greeted }] }] },
      },
      ...(traffic ? { traffic } : {}),
    },
  };
}

/** Runs the steps one after the other and deletes what it made. Throws CLI_DEMO_NOT_POSSIBLE. */
export async function runServingDemo(options: ServingDemoOptions): Promise<{ steps: Step[]; cold: ColdCall[] }> {
  const demo = new ServingDemo(options);
  try {
    return await demo.run();
  } finally {
    await demo.end();
  }
}

class ServingDemo {
  /** From when the member may use the project: before that there is nothing to list. */
  private informers: InformerSet | undefined;
  private pods: Informer<Pod> | undefined;
  private services: Informer<KnativeService> | undefined;
  private readonly agent = new Agent({ connections: 256, pipelining: 1 });
  private readonly steps: Step[] = [];
  private mostPods = 0;

  constructor(private readonly options: ServingDemoOptions) {}

  async run(): Promise<{ steps: Step[]; cold: ColdCall[] }> {
    await this.refuseLeftovers();
    await this.options.member.makeProject(NAMESPACE);
    await this.options.target.prepareNamespace(NAMESPACE);
    const informers = new InformerSet(this.options.member.client, { clock: systemClock, log: silentLogger });
    this.informers = informers;
    this.pods = informers.informer(kinds.pods, { namespace: NAMESPACE });
    this.services = informers.informer(knativeServices, { namespace: NAMESPACE });
    await informers.synced();
    await this.create();
    await this.sleep('sleep');
    const cold = await this.callCold();
    await this.burst();
    await this.newRevision();
    await this.sleep('back to zero');
    return { steps: this.steps, cold };
  }

  async end(): Promise<void> {
    this.informers?.stop();
    await this.agent.close();
    await this.options.target.client.delete(kinds.namespaces, NAMESPACE);
  }

  private async refuseLeftovers(): Promise<void> {
    if (!(await this.options.target.client.get(kinds.namespaces, NAMESPACE))) return;
    throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The namespace ${NAMESPACE} is there already.`, {
      remedy: `Another demo may be running. If not: kubectl delete namespace ${NAMESPACE}`,
    });
  }

  private async create(): Promise<void> {
    this.say(`Creating ${COLD.length + 1} Knative Services in ${NAMESPACE} ...`);
    await this.step('create', async () => {
      await Promise.all([MAIN, ...COLD].map((name) => this.apply(serviceOf(name, 'Tidegate', this.options.target.hello))));
      const good = await this.until(() => [MAIN, ...COLD].every((name) => this.isReady(name)), READY_LIMIT_MS);
      return { good, note: good ? `ready at ${this.services?.get(NAMESPACE, MAIN)?.status?.url}` : this.whyNotReady() };
    });
  }

  private async sleep(title: string): Promise<void> {
    this.say('Nobody calls. Waiting until no pod is left ...');
    await this.step(title, async () => {
      const good = await this.until(() => this.livePods().length === 0, SLEEP_LIMIT_MS);
      return { good, note: good ? 'no pods, requests would be held' : `${this.livePods().length} pods after ${SLEEP_LIMIT_MS / 1000} s` };
    });
  }

  private async callCold(): Promise<ColdCall[]> {
    const cold: ColdCall[] = [];
    this.say('Calling each of them once, on a new connection ...');
    await this.step('cold calls', async (count) => {
      for (const name of [MAIN, ...COLD]) {
        const answer = await callFresh(this.options.gateway, this.hostOf(name), '/');
        count(answer);
        cold.push({ name, firstByteMs: answer.firstByteMs, status: answer.status, ...readColdStart(answer.coldStart) });
        this.say(`  ${name.padEnd(8)} ${answer.status} after ${answer.firstByteMs.toFixed(0)} ms`);
      }
      return { good: cold.every((c) => c.status === 200), note: 'each held, woken and answered' };
    });
    return cold;
  }

  private async burst(): Promise<void> {
    this.say(`${CALLERS} callers at once, each answer takes ${ANSWER_MS} ms, 10 callers a pod wanted ...`);
    await this.step('burst', async (count) => {
      const end = Date.now() + BURST_MS;
      const caller = async (): Promise<void> => {
        while (Date.now() < end && !this.options.signal.aborted)
          count(await call(this.options.gateway, this.hostOf(MAIN), `/?sleep=${ANSWER_MS}`, this.agent));
      };
      await Promise.all(Array.from({ length: CALLERS }, caller));
      const pods = this.livePods(MAIN).length;
      return { good: pods > CALLERS / 10, note: `${pods} pods for ${CALLERS} callers` };
    });
  }

  private async newRevision(): Promise<void> {
    const [first, second] = [`${MAIN}-00001`, `${MAIN}-00002`];
    this.say(`A second revision, half of the traffic, under ${SPLIT_RATE_PER_SECOND} requests/s ...`);
    await this.step('new revision, 50/50', async (count) => {
      const answers: Answer[] = [];
      const load = this.startLoad((answer) => {
        count(answer);
        answers.push(answer);
      });
      try {
        await this.apply(
          serviceOf(MAIN, 'two revisions', this.options.target.hello, [
            { revisionName: first, percent: 50, tag: 'current' },
            { latestRevision: true, percent: 50, tag: 'candidate' },
          ]),
        );
        const ready = await this.until(
          () => this.isReady(MAIN) && this.services?.get(NAMESPACE, MAIN)?.status?.latestReadyRevisionName === second,
          READY_LIMIT_MS,
        );
        if (!ready) return { good: false, note: this.whyNotReady() };
        answers.length = 0;
        await pause(SPLIT_MS, this.options.signal);
        const share = answers.filter((a) => a.servedBy === second).length / Math.max(1, answers.length);
        const tagged = await call(this.options.gateway, `candidate-${this.hostOf(MAIN)}`, '/', this.agent);
        count(tagged);
        const good = Math.abs(share - 0.5) < 0.1 && tagged.servedBy === second;
        return { good, note: `${(share * 100).toFixed(1)} % by ${second}, its tag answers ${tagged.status}` };
      } finally {
        await load();
      }
    });
  }

  /** Open loop: calls start on time whether or not earlier ones were answered. Returns what ends it. */
  private startLoad(onAnswer: (answer: Answer) => void): () => Promise<void> {
    const open = new Set<Promise<void>>();
    const timer = setInterval(() => {
      const one = call(this.options.gateway, this.hostOf(MAIN), '/', this.agent)
        .then(onAnswer)
        .finally(() => open.delete(one));
      open.add(one);
    }, 1000 / SPLIT_RATE_PER_SECOND);
    return async () => {
      clearInterval(timer);
      await Promise.all(open);
    };
  }

  private async step(title: string, run: (count: (answer: Answer) => void) => Promise<{ good: boolean; note: string }>): Promise<void> {
    const began = Date.now();
    const causes = new Map<string, number>();
    let requests = 0;
    let failed = 0;
    this.mostPods = this.livePods().length;
    const watch = setInterval(() => (this.mostPods = Math.max(this.mostPods, this.livePods().length)), POLL_MS);
    try {
      const { good, note } = await run((answer) => {
        requests += 1;
        if (answer.status === 200) return;
        failed += 1;
        const cause = answer.cause ?? `status ${answer.status}`;
        if (causes.size < 5) causes.set(cause, (causes.get(cause) ?? 0) + 1);
      });
      const seconds = good ? (Date.now() - began) / 1000 : undefined;
      const why = [...causes].map(([cause, count]) => `; ${count} × ${cause}`).join('');
      this.steps.push({ title, seconds, requests, failed, pods: this.mostPods, note: note + why, good });
      this.say(`  ${((Date.now() - began) / 1000).toFixed(1)} s  ${note}${why}`);
    } finally {
      clearInterval(watch);
    }
  }

  private livePods(service?: string): Pod[] {
    return (this.pods?.list(NAMESPACE) ?? [])
      .filter(
        (p) => !p.metadata?.deletionTimestamp && (service === undefined || p.metadata?.labels?.['serving.knative.dev/service'] === service),
      );
  }

  private isReady(name: string): boolean {
    const service = this.services?.get(NAMESPACE, name);
    const ready = service?.status?.conditions?.find((c) => c.type === 'Ready');
    return ready?.status === 'True' && service?.status?.observedGeneration === service?.metadata?.generation;
  }

  private whyNotReady(): string {
    for (const name of [MAIN, ...COLD]) {
      const ready = this.services?.get(NAMESPACE, name)?.status?.conditions?.find((c) => c.type === 'Ready');
      if (ready?.status !== 'True') return `${name} is not ready: ${ready?.message ?? ready?.reason ?? 'its status says nothing'}`;
    }
    return 'the new revision is not ready';
  }

  /** The host of its URL; the port there, if any, is the Gateway's. */
  private hostOf(name: string): string {
    return new URL(this.services?.get(NAMESPACE, name)?.status?.url ?? 'http://unknown').hostname;
  }

  private async apply(service: KnativeService): Promise<void> {
    await this.options.member.client.apply(knativeServices, service, { fieldManager: MANAGER });
  }

  private async until(holds: () => boolean, limitMs: number): Promise<boolean> {
    const deadline = Date.now() + limitMs;
    while (!holds()) {
      if (Date.now() > deadline) return false;
      await pause(POLL_MS, this.options.signal);
    }
    return true;
  }

  private say(line: string): void {
    this.options.say(line);
  }
}
