import { durationMs, formatDuration } from '@tidegate/kernel';
import { needed } from '@tidegate/delivery-judge';
import { WHOLE } from '@tidegate/traffic-router';
import { releasePolicy, toPercent } from '../policy.js';
import { warn, type AdmissionRule } from './finding.js';

/** Tolerances to offer, in percentage points. */
const TOLERANCES = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20];

/**
 * Warns when the deciding step cannot prove "as good as" in its time at the traffic seen, and names the smallest tolerance
 * that would (docs: judge, Equivalent). The formula gives about the median.
 */
export const scheduleCanDecide: AdmissionRule = ({ spec, traffic }) => {
  const policy = releasePolicy(spec);
  const index = policy.steps.findIndex((s) => s.deciding);
  const step = policy.steps[index];
  if (!step || !traffic || traffic.requestsPerSecond <= 0) return [];
  const share = (spec.type === 'Mirror' ? step.mirror : step.weight) / WHOLE;
  const perSecond = traffic.requestsPerSecond * share;
  const timeMs = policy.maximumDurationMs - durationMs(spec.analysis.warmup);
  const secondsFor = (points: number): number => {
    const rates = { candidate: traffic.failedShare, principal: traffic.failedShare, weight: Math.min(share, 0.5) };
    return needed(rates, points / 100, spec.analysis.beta, 'under', 1) / perSecond;
  };
  const { errorRate } = spec.analysis.tolerance;
  const seconds = secondsFor(errorRate);
  if (seconds * 1000 <= timeMs) return [];
  const fits = TOLERANCES.find((t) => t > errorRate && secondsFor(t) * 1000 <= timeMs);
  const takes = Number.isFinite(seconds) ? `about ${formatDuration(seconds * 1000)}` : 'for ever';
  const rate = Math.round(traffic.requestsPerSecond * 10) / 10;
  return [
    warn(
      `spec.analysis.tolerance.errorRate`,
      errorRate,
      `at ${rate} requests/s, step ${index + 1} (${toPercent(step.weight)} %) takes ${takes} to prove the candidate as good, longer than maximumDuration ${spec.analysis.maximumDuration}`,
      fits === undefined
        ? 'There is not enough traffic to compare: use a larger weight, or BlueGreen with a preview'
        : `A tolerance of ${fits} points would fit, or a larger weight`,
    ),
  ];
};
