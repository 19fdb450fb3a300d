import { releaseSpecSchema, type Release, type StepRecord, type VerdictRecord } from '@tidegate/delivery-contract';
import { toGlobalId } from '../edge/global-id.js';
import { phaseOf, releaseIsFinished } from './release-actions.js';
import { MetricFinding, type MetricVerdict, type ReleaseEvent, type ReleaseStep, type SeenRelease, StepState } from './release.types.js';

/** The one mapper from the Kubernetes kind to the product's type. What is allowed depends on who asks, and comes with the field. */
export function toRelease(release: Release): SeenRelease {
  const { metadata, spec, status } = release;
  const namespace = metadata?.namespace ?? '';
  const name = metadata?.name ?? '';
  return {
    id: toGlobalId('Release', namespace, name),
    uid: metadata?.uid ?? '',
    namespace,
    name,
    strategy: spec.strategy,
    service: spec.service,
    type: spec.policy.type,
    phase: phaseOf(release),
    finished: releaseIsFinished(release),
    principal: spec.principal,
    candidate: spec.candidate,
    weight: status?.weight ?? 0,
    live: status?.live === undefined ? null : `live on ${status.live} proxies`,
    startedAt: status?.startedAt ?? metadata?.creationTimestamp ?? null,
    endedAt: status?.finishedAt ?? null,
    verdict: status?.verdict?.verdict ?? null,
    why: status?.decision?.message ?? status?.message ?? status?.verdict?.words ?? 'Waiting for the strategy controller.',
    metrics: toMetrics(status?.verdict),
    steps: toSteps(release),
    history: (status?.history ?? []).map(toEvent),
  };
}

/** One that Kubernetes has forgotten: its name may belong to a later one, so its id has its uid. */
export function toForgottenRelease(release: Release): SeenRelease {
  const { namespace, name, uid, ...rest } = toRelease(release);
  return { ...rest, namespace, name, uid, id: toGlobalId('Release', namespace, `${name}:${uid}`) };
}

function toEvent(record: StepRecord): ReleaseEvent {
  return { at: record.at, reason: record.what, text: record.message, weight: record.weight ?? null, by: record.by ?? null };
}

function toSteps(release: Release): ReleaseStep[] {
  const steps = releaseSpecSchema.shape.policy.safeParse(release.spec.policy).data?.steps ?? [];
  const now = release.status?.step ?? 0;
  const promoted = release.status?.phase === 'Promoted' || release.status?.phase === 'Promoting';
  return steps.map((step, index) => ({
    index,
    weight: step.weight,
    state: promoted || index < now ? StepState.DONE : index === now && !releaseIsFinished(release) ? StepState.NOW : StepState.AHEAD,
    text: `${step.weight} % for at least ${step.hold}, then ${GATES[step.gate]}`,
  }));
}

const GATES = { Verdict: 'on when the judge does not object', Manual: 'on when a person promotes', Time: 'on' };

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** Error shares differ by points, latency quantiles by a ratio. */
function bound(value: number | undefined, of: 'difference' | 'ratio'): string {
  if (value === undefined) return '?';
  return of === 'ratio' ? `x${value.toFixed(2)}` : `${value > 0 ? '+' : ''}${(value * 100).toFixed(2)} points`;
}

function toMetrics(verdict: VerdictRecord | undefined): MetricVerdict[] {
  return (verdict?.metrics ?? []).map((metric) => toMetric(metric, verdict?.alpha ?? 0, verdict?.beta ?? 0));
}

function toMetric(metric: VerdictRecord['metrics'][number], alpha: number, beta: number): MetricVerdict {
  const { of, atLeast, atMost } = metric.interval;
  const finding = findingOf(metric, alpha, beta);
  const equal = of === 'ratio' ? 1 : 0;
  const bad = metric.boundMs === undefined ? 'failed' : `slower than ${metric.boundMs} ms`;
  return {
    name: metric.name,
    candidate: `${percent(metric.candidate.share)} of ${metric.candidate.requests} ${bad}`,
    principal: `${percent(metric.principal.share)} of ${metric.principal.requests} ${bad}`,
    interval: atLeast === undefined && atMost === undefined ? 'not known yet' : `${bound(atLeast, of)} to ${bound(atMost, of)}`,
    state: FINDINGS[finding],
    finding,
    bounds: { atLeast: atLeast ?? null, atMost: atMost ?? null, equal, tolerated: equal + metric.tolerance },
  };
}

const FINDINGS: Record<MetricFinding, string> = {
  [MetricFinding.WORSE]: 'worse than tolerated',
  [MetricFinding.SUSPECT]: 'worse, within tolerance so far',
  [MetricFinding.BETTER]: 'better',
  [MetricFinding.TOLERATED]: 'within tolerance',
  [MetricFinding.OPEN]: 'not decided yet',
};

function findingOf({ lnE }: VerdictRecord['metrics'][number], alpha: number, beta: number): MetricFinding {
  const proved = (evidence: number | undefined, chance: number): boolean => (evidence ?? Number.NEGATIVE_INFINITY) >= Math.log(1 / chance);
  if (proved(lnE.worseThanTolerance, alpha)) return MetricFinding.WORSE;
  if (proved(lnE.worseThanEqual, alpha)) return MetricFinding.SUSPECT;
  if (proved(lnE.better, beta)) return MetricFinding.BETTER;
  return proved(lnE.withinTolerance, beta) ? MetricFinding.TOLERATED : MetricFinding.OPEN;
}
