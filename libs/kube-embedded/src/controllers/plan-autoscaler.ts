import { type HorizontalPodAutoscaler, type Pod, canonicalQuantity, formatQuantity, parseQuantity, timestamp } from '@tidegate/kube';
import type { MeasuredUsage } from '../api/metrics-answers.js';
import { isBeingDeleted } from './owner.js';
import { podIsReady } from './pod-state.js';

type Spec = NonNullable<HorizontalPodAutoscaler['spec']>;
type Metric = NonNullable<Spec['metrics']>[number];
type Status = NonNullable<HorizontalPodAutoscaler['status']>;
type CurrentMetric = NonNullable<Status['currentMetrics']>[number];
type Condition = NonNullable<Status['conditions']>[number];
type Rules = NonNullable<NonNullable<Spec['behavior']>['scaleUp']>;

/** Differences below a tenth are left alone (--horizontal-pod-autoscaler-tolerance). */
const TOLERANCE = 0.1;
const DOWN_WINDOW_S = 300;
const UP_POLICIES: Policy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const DOWN_POLICIES: Policy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

interface Policy {
  type: string;
  value: number;
  periodSeconds: number;
}

/** What was wanted and done in the last minutes; kept between the steps of one autoscaler. */
export interface AutoscalerMemory {
  wanted: { at: number; replicas: number }[];
  scaled: { at: number; change: number }[];
}

export interface AutoscalerInput {
  autoscaler: HorizontalPodAutoscaler;
  /** Replicas that the target has by its scale. */
  replicas: number;
  pods: readonly Pod[];
  usageOf(pod: Pod): MeasuredUsage | undefined;
  memory: AutoscalerMemory;
  now: number;
}

export interface AutoscalerPlan {
  /** Undefined when nothing is to change. */
  scaleTo: number | undefined;
  status: Status;
  memory: AutoscalerMemory;
}

type Proposal = { replicas: number; current: CurrentMetric } | { reason: string; problem: string };

/** In thousandths of a core, or bytes. */
function usedBy({ containers }: MeasuredUsage, resource: string, container: string | undefined): number | undefined {
  const counted = containers.filter(({ name }) => container === undefined || name === container);
  if (resource !== 'cpu' && resource !== 'memory') return undefined;
  return counted.reduce((sum, { usage }) => sum + (resource === 'cpu' ? usage.cores * 1000 : usage.memoryBytes), 0);
}

function requestedBy(pod: Pod, resource: string, container: string | undefined): number | undefined {
  let sum = 0;
  for (const { name, resources } of pod.spec?.containers ?? []) {
    if (container !== undefined && name !== container) continue;
    const request = resources?.requests?.[resource];
    const nano = request === undefined ? undefined : parseQuantity(request)?.nano;
    if (nano === undefined) return undefined;
    sum += resource === 'cpu' ? Number(nano) / 1e6 : Number(nano) / 1e9;
  }
  return sum;
}

const quantityText = (resource: string, amount: number): string =>
  resource === 'cpu' ? canonicalQuantity(`${Math.ceil(amount)}m`) : formatQuantity({ nano: BigInt(Math.ceil(amount)) * 1_000_000_000n, format: 'binary' });

function targetAmount(resource: string, text: string | undefined): number {
  const nano = Number(parseQuantity(text ?? '0')?.nano ?? 0n);
  return resource === 'cpu' ? nano / 1e6 : nano / 1e9;
}

/** One resource metric (podautoscaler/replica_calculator.go). */
function resourceProposal(metric: Metric, { replicas, pods, usageOf }: AutoscalerInput): Proposal {
  const source = metric.type === 'ContainerResource' ? metric.containerResource : metric.resource;
  const container = metric.containerResource?.container;
  const resource = source?.name ?? '';
  const failed = (problem: string): Proposal => ({ reason: metric.type === 'ContainerResource' ? 'FailedGetContainerResourceMetric' : 'FailedGetResourceMetric', problem });
  const counted = pods.filter((pod) => !isBeingDeleted(pod) && pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded');
  const readings = counted.map((pod) => {
    const usage = usageOf(pod);
    return { pod, used: usage && podIsReady(pod) ? usedBy(usage, resource, container) : undefined };
  });
  const measured = readings.filter((reading): reading is { pod: Pod; used: number } => reading.used !== undefined);
  if (measured.length === 0) return failed(`unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`);
  const total = measured.reduce((sum, { used }) => sum + used, 0);
  const byShare = source?.target.type === 'Utilization';
  const requests = counted.map((pod) => requestedBy(pod, resource, container));
  if (byShare && requests.includes(undefined)) return failed(`missing request for ${resource}${container === undefined ? '' : ` in container ${container}`} of Pod`);
  const requestOf = (pod: Pod): number => requests[counted.indexOf(pod)] ?? 0;
  const requested = measured.reduce((sum, { pod }) => sum + requestOf(pod), 0);
  const wanted = byShare ? (source.target.averageUtilization ?? 80) / 100 : targetAmount(resource, source?.target.averageValue);
  const ratioOf = (used: number, count: number, of: number): number => (byShare ? used / of / wanted : used / count / wanted);
  const ratio = ratioOf(total, measured.length, requested);
  const average = quantityText(resource, total / measured.length);
  const current = currentMetric(metric, resource, {
    averageValue: average,
    ...(byShare ? { averageUtilization: Math.floor((total / requested) * 100) } : {}),
  });
  const missing = counted.length - measured.length;
  if (missing === 0) return { replicas: within(ratio) ? replicas : Math.ceil(ratio * measured.length), current };
  // Pods without measurements count as idle when more are wanted, and as exactly busy when fewer are: neither may run away.
  const gaps = readings.filter(({ used }) => used === undefined).map(({ pod }) => pod);
  const assumed = ratio > 1 ? 0 : byShare ? gaps.reduce((sum, pod) => sum + requestOf(pod) * wanted, 0) : wanted * missing;
  const cautious = ratioOf(total + assumed, counted.length, requested + gaps.reduce((sum, pod) => sum + requestOf(pod), 0));
  const turned = (ratio > 1 && cautious < 1) || (ratio < 1 && cautious > 1);
  return { replicas: within(cautious) || turned ? replicas : Math.ceil(cautious * counted.length), current };
}

const within = (ratio: number): boolean => Math.abs(1 - ratio) <= TOLERANCE;

function currentMetric(metric: Metric, name: string, current: NonNullable<CurrentMetric['resource']>['current']): CurrentMetric {
  return metric.type === 'ContainerResource'
    ? { type: metric.type, containerResource: { name, container: metric.containerResource?.container ?? '', current } }
    : { type: metric.type, resource: { name, current } };
}

function proposalOf(metric: Metric, input: AutoscalerInput): Proposal {
  if (metric.type === 'Resource' || metric.type === 'ContainerResource') return resourceProposal(metric, input);
  return { reason: `FailedGet${metric.type}Metric`, problem: unservedText(metric, input.autoscaler.metadata?.namespace ?? '') };
}

/** Kubernetes' sentence for a metric that no API serves: here that is every one but cpu and memory. */
function unservedText({ type, pods, object, external }: Metric, namespace: string): string {
  const custom = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
  if (type === 'Pods') return `unable to get metric ${pods?.metric.name ?? ''}: ${custom}`;
  const described = object?.describedObject;
  if (type === 'Object') return `unable to get metric ${object?.metric.name ?? ''} on ${described?.kind ?? ''} ${namespace}/${described?.name ?? ''}: ${custom}`;
  const name = external?.metric.name ?? '';
  const missing = `the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
  return `unable to get external metric ${namespace}/${name}/${goSelector(external?.metric.selector)}: unable to fetch metrics from external metrics API: ${missing}`;
}

/** As Go prints a selector. */
function goSelector(selector: NonNullable<Metric['external']>['metric']['selector']): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${(values ?? []).join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.map(([key, value]) => `${key}: ${value},`).join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}

/** The most that the rules allow upwards, or the least downwards. */
function bound(rules: Rules | undefined, defaults: readonly Policy[], replicas: number, scaled: AutoscalerMemory['scaled'], now: number, up: boolean): number {
  if (rules?.selectPolicy === 'Disabled') return replicas;
  const policies = rules?.policies ?? defaults;
  const bounds = policies.map(({ type, value, periodSeconds }) => {
    const changed = scaled
      .filter(({ at, change }) => now - at < periodSeconds * 1000 && change > 0 === up)
      .reduce((sum, { change }) => sum + change, 0);
    const start = replicas - changed;
    if (type === 'Pods') return start + (up ? value : -value);
    return up ? Math.ceil(start * (1 + value / 100)) : Math.floor(start * (1 - value / 100));
  });
  const widest = (rules?.selectPolicy ?? 'Max') === 'Max';
  return widest === up ? Math.max(...bounds) : Math.min(...bounds);
}

/** One step of a HorizontalPodAutoscaler. Pure; `now` in epoch milliseconds. */
export function planAutoscaler(input: AutoscalerInput): AutoscalerPlan {
  const { autoscaler, replicas, now } = input;
  const { spec } = autoscaler;
  const conditions = new Map((autoscaler.status?.conditions ?? []).map((condition) => [condition.type, condition]));
  const set = (type: string, status: string, reason: string, message: string): void => {
    const before = conditions.get(type);
    const condition: Condition = { type, status, reason, message, lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(now) };
    conditions.set(type, condition);
  };
  const finish = (desired: number, currentMetrics: CurrentMetric[], memory: AutoscalerMemory): AutoscalerPlan => ({
    scaleTo: desired === replicas ? undefined : desired,
    memory,
    status: {
      ...(autoscaler.metadata?.generation === undefined ? {} : { observedGeneration: autoscaler.metadata.generation }),
      ...(desired !== replicas ? { lastScaleTime: timestamp(now) } : autoscaler.status?.lastScaleTime ? { lastScaleTime: autoscaler.status.lastScaleTime } : {}),
      currentReplicas: replicas,
      desiredReplicas: desired,
      ...(currentMetrics.length > 0 ? { currentMetrics } : {}),
      conditions: [...conditions.values()],
    },
  });
  const [least, most] = [spec?.minReplicas ?? 1, spec?.maxReplicas ?? 1];
  set('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
  if (replicas === 0 && least !== 0) {
    set('ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero');
    return finish(0, [], input.memory);
  }
  if (replicas > most) return finish(most, [], input.memory);
  if (replicas < least) return finish(least, [], input.memory);
  const proposals = (spec?.metrics ?? []).map((metric) => proposalOf(metric, input));
  const good = proposals.filter((proposal): proposal is Extract<Proposal, { replicas: number }> => 'replicas' in proposal);
  const bad = proposals.find((proposal): proposal is Extract<Proposal, { problem: string }> => 'problem' in proposal);
  const highest = Math.max(0, ...good.map((proposal) => proposal.replicas));
  if (good.length === 0 || (bad && highest < replicas)) {
    set('ScalingActive', 'False', bad?.reason ?? 'FailedGetResourceMetric', `the HPA was unable to compute the replica count: ${bad?.problem ?? 'no metrics'}`);
    return finish(replicas, good.map(({ current }) => current), input.memory);
  }
  set('ScalingActive', 'True', 'ValidMetricFound', 'the HPA was able to successfully calculate a replica count from the metrics');
  const { desired, memory } = stabilized(input, highest);
  const limited = Math.min(most, Math.max(least, desired));
  if (limited === desired) set('ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range');
  else if (limited < desired) set('ScalingLimited', 'True', 'TooManyReplicas', 'the desired replica count is more than the maximum replica count');
  else set('ScalingLimited', 'True', 'TooFewReplicas', 'the desired replica count is less than the minimum replica count');
  const change = limited - replicas;
  const scaled = change === 0 ? memory.scaled : [...memory.scaled, { at: now, change }];
  if (change === 0) set('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
  else set('AbleToScale', 'True', 'SucceededRescale', `the HPA controller was able to update the target scale to ${limited}`);
  return finish(limited, good.map(({ current }) => current), { ...memory, scaled });
}

/** Down to no less than was wanted in the window, up to no more; and no faster than the policies allow. */
function stabilized({ autoscaler, replicas, memory, now }: AutoscalerInput, wanted: number): { desired: number; memory: AutoscalerMemory } {
  const { scaleUp, scaleDown } = autoscaler.spec?.behavior ?? {};
  const [upMs, downMs] = [(scaleUp?.stabilizationWindowSeconds ?? 0) * 1000, (scaleDown?.stabilizationWindowSeconds ?? DOWN_WINDOW_S) * 1000];
  const kept = [...memory.wanted, { at: now, replicas: wanted }].filter(({ at }) => now - at <= Math.max(upMs, downMs, 1000));
  const lately = (ms: number): number[] => kept.filter(({ at }) => now - at <= ms).map((entry) => entry.replicas);
  const ceiling = Math.min(wanted, ...lately(upMs));
  const floor = Math.max(wanted, ...lately(downMs));
  const steady = ceiling > replicas ? ceiling : floor < replicas ? floor : replicas;
  const scaled = memory.scaled.filter(({ at }) => now - at < 3_600_000);
  const desired =
    steady > replicas
      ? Math.min(steady, bound(scaleUp, UP_POLICIES, replicas, scaled, now, true))
      : steady < replicas
        ? Math.max(steady, bound(scaleDown, DOWN_POLICIES, replicas, scaled, now, false))
        : replicas;
  return { desired, memory: { wanted: kept, scaled } };
}
