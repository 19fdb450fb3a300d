import { timestamp } from '@tidegate/kube';
import { defaultAutoscalerConfig } from '@tidegate/serving-config';
import { type PodAutoscaler, conditionOf } from '@tidegate/serving-contract';
import { resolveSettings } from '../scaling-settings.js';
import type { ObservedPod } from './plan-pods.js';
import { type RevisionPlan, planRevision, sinceOf } from './plan-revision.js';

const T = Date.parse('2026-01-02T03:00:00Z');
const config = { ...defaultAutoscalerConfig, stableWindowMs: 6_000, scaleToZeroGracePeriodMs: 2_000 };

/** A revision, its pods and its proxies, as they follow what is planned. */
class Played {
  nowMs = T;
  desired = 1;
  replicas = 1;
  pods: ObservedPod[] = [];
  holdingSinceMs: number | undefined;
  plan!: RevisionPlan;
  private pa: PodAutoscaler = {
    metadata: { name: 'r', namespace: 'n', generation: 1 },
    spec: { scaleTargetRef: { name: 'd' }, protocolType: 'http1' },
  };
  private made = 0;

  /** One reconcile `seconds` later; pods come and go at once, those that are parked drain when they have no request. */
  step(seconds: number, desired = this.desired): string {
    this.nowMs += seconds * 1000;
    this.desired = desired;
    const holding = this.holdingSinceMs === undefined ? undefined : { status: 'True' as const, sinceMs: this.holdingSinceMs };
    this.plan = planRevision(
      {
        pa: this.pa,
        settings: resolveSettings(this.pa, config, 600_000),
        desired: this.desired,
        replicas: this.replicas,
        pods: this.pods,
        holding,
        heldAlways: false,
        bypassedBy: undefined,
        serviceName: 'r',
      },
      this.nowMs,
    );
    const { park, unpark, replicas = this.replicas, status } = this.plan;
    this.pa = { ...this.pa, status };
    this.pods = this.pods.map((p) => ({ ...p, parked: park.includes(p.name) || (p.parked && !unpark.includes(p.name)) }));
    this.pods = this.pods.map((p) => ({ ...p, drained: p.parked && p.open === 0 }));
    while (this.pods.length > replicas)
      this.pods.splice(
        this.pods.findIndex((p) => p.drained),
        1,
      );
    while (this.pods.length < replicas) this.pods.push(pod(`p${++this.made}`, this.nowMs));
    this.replicas = replicas;
    this.holdingSinceMs = this.pods.some((p) => !p.parked) ? undefined : (this.holdingSinceMs ?? this.nowMs);
    return this.says();
  }

  busy(name: string, open: number): void {
    this.pods = this.pods.map((p) => (p.name === name ? { ...p, open, drained: p.parked && open === 0 } : p));
  }

  private says(): string {
    const pods = this.pods.map((p) => `${p.name}${p.parked ? ' parked' : ''}`).join(', ');
    const active = conditionOf(this.pa.status?.conditions, 'Active');
    return `${this.plan.wanted} wanted, ${this.replicas} replicas (${pods}) ${active?.status} ${active?.reason ?? ''}`.trim();
  }
}

const pod = (name: string, createdMs: number): ObservedPod => ({ name, ready: true, parked: false, open: 0, drained: false, createdMs });

it('goes to zero and comes back', () => {
  const r = new Played();
  expect(r.step(0)).toBe('1 wanted, 1 replicas (p1) Unknown Queued');
  expect(r.step(1)).toBe('1 wanted, 1 replicas (p1) True');
  expect(r.step(2, 0)).toBe('1 wanted, 1 replicas (p1) True');
  expect(r.plan.lookAgainInMs).toBe(4_000);
  expect(r.step(4)).toBe('0 wanted, 1 replicas (p1 parked) False NoTraffic');
  expect(r.plan.park).toEqual(['p1']);
  expect(r.step(1)).toBe('0 wanted, 1 replicas (p1 parked) False NoTraffic');
  expect(r.plan.lookAgainInMs).toBe(1_000);
  expect(r.step(1)).toBe('0 wanted, 0 replicas () False NoTraffic');
  expect(r.step(60)).toBe('0 wanted, 0 replicas () False NoTraffic');
  expect(r.step(1, 1)).toBe('1 wanted, 1 replicas (p2) Unknown Queued');
  expect(r.step(1)).toBe('1 wanted, 1 replicas (p2) True');
});

it('takes its parked pod back when a request comes in the grace period', () => {
  const r = new Played();
  r.step(0);
  r.step(1);
  r.step(7, 0);
  expect(r.pods).toMatchObject([{ name: 'p1', parked: true }]);
  expect(r.step(1, 1)).toBe('1 wanted, 1 replicas (p1) Unknown Queued');
  expect(r.plan.unpark).toEqual(['p1']);
  expect(r.step(0)).toBe('1 wanted, 1 replicas (p1) True');
});

it('waits for a request that goes on before it takes the pod', () => {
  const r = new Played();
  r.step(0, 3);
  r.step(1);
  r.busy('p1', 1);
  r.busy('p2', 2);
  r.busy('p3', 1);
  expect(r.step(2, 1)).toBe('1 wanted, 3 replicas (p1 parked, p2, p3 parked) True');
  expect(r.plan.lookAgainInMs).toBe(500);
  r.busy('p1', 0);
  expect(r.step(1)).toBe('1 wanted, 2 replicas (p2, p3 parked) True');
  expect(r.plan.condemn).toEqual(['p1']);
  expect(r.step(1)).toBe('1 wanted, 2 replicas (p2, p3 parked) True');
  r.busy('p3', 0);
  expect(r.step(1)).toBe('1 wanted, 1 replicas (p2) True');
});

it('plans only a status while there is no Deployment', () => {
  const pa: PodAutoscaler = { metadata: { name: 'r', namespace: 'n' }, spec: { scaleTargetRef: {}, protocolType: 'http1' } };
  const settings = resolveSettings(pa, config, 600_000);
  const observed = { pa, settings, desired: 3, replicas: undefined, pods: [], holding: undefined, heldAlways: false };
  const plan = planRevision({ ...observed, bypassedBy: undefined, serviceName: undefined }, T);
  expect(plan).toMatchObject({ wanted: -1, park: [], unpark: [], status: { desiredScale: -1, actualScale: 0 } });
  expect(plan.replicas).toBeUndefined();
});

it.each([
  { name: 'none', condition: undefined, since: undefined },
  { name: 'one', condition: { status: 'True', lastTransitionTime: timestamp(T) }, since: { status: 'True', sinceMs: T } },
  { name: 'one without a time', condition: { status: 'True' }, since: undefined },
  { name: 'one of another kind', condition: { status: 'Maybe', lastTransitionTime: timestamp(T) }, since: undefined },
])('reads a condition: $name', ({ condition, since }) => {
  expect(sinceOf(condition)).toEqual(since);
});
