import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionSchema, objectNameField, percentField, timestampField, versionField } from './fields.js';
import { strategySpecSchema } from './strategy.js';

/** From the first to the last; Promoted and RolledBack are final. */
export const RELEASE_PHASES = [
  'Preparing',
  'Progressing',
  'Holding',
  'Paused',
  'Promoting',
  'Promoted',
  'RollingBack',
  'RolledBack',
] as const;
export type ReleasePhase = (typeof RELEASE_PHASES)[number];

/** Why a release went the way it did: the same words in conditions, events and metrics. */
export const DECISION_REASONS = [
  'Equivalent',
  'Better',
  'NotCompared',
  'NoDataPasses',
  'MaximumDurationPasses',
  'PromotedByHand',
  'Worse',
  'Guardrail',
  'SuspectTooLong',
  'NoDataFails',
  'MaximumDurationFails',
  'CandidateNeverReady',
  'CandidateCrashes',
  'CandidateGone',
  'AbortedByHand',
  'RolledBackByHand',
  'Superseded',
  'StrategyDeleted',
] as const;
export type DecisionReason = (typeof DECISION_REASONS)[number];

export const releaseSpecSchema = z
  .strictObject({
    strategy: objectNameField,
    service: objectNameField,
    principal: versionField.describe('The version that served when the release began.'),
    candidate: versionField,
    candidateHash: z.string().describe('Hash of the pod template and the patch: what exactly is released.'),
    policy: strategySpecSchema.describe('The Strategy as it was when the release began.'),
    startedBy: z.string().max(256).optional(),
  })
  .describe('One run of a Strategy. Made by the platform; frozen.');
export type ReleaseSpec = z.output<typeof releaseSpecSchema>;

const armSchema = z.object({
  requests: z.number(),
  bad: z.number(),
  share: z.number().describe('Bad ones as a share of requests, 0 to 1.'),
});

const metricRecordSchema = z.object({
  name: z.string().describe('error-rate, or a latency level such as latency-p99.'),
  kind: z.string(),
  candidate: armSchema,
  principal: armSchema,
  boundMs: z.number().optional().describe('Latency: slower than this is bad.'),
  interval: z.object({
    of: z
      .enum(['difference', 'ratio'])
      .describe('Difference of failure shares, or ratio of latency quantiles, candidate against principal.'),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  }),
  lnE: z
    .object({
      worseThanTolerance: z.number().optional(),
      worseThanEqual: z.number().optional(),
      withinTolerance: z.number().optional(),
      better: z.number().optional(),
    })
    .describe('Evidence: natural logarithms of e-values. Proved at ln(1/alpha), within tolerance at ln(1/beta).'),
  tolerance: z.number(),
});

const guardRecordSchema = z.object({
  name: z.string(),
  limit: z.number(),
  candidate: armSchema,
  principal: armSchema,
  lnE: z.number().optional(),
  breached: z.boolean(),
});

export const verdictRecordSchema = z.object({
  verdict: z.enum(['NotYet', 'Suspect', 'Worse', 'Equivalent', 'Better']),
  rule: z.string().describe('The rule that decided (comparison, guardrail, no-answers), or why nothing is decided yet.'),
  culprit: z.string().optional().describe('The metric with the most weight in the verdict.'),
  words: z.string().describe('The verdict in words.'),
  second: z.number().int().describe('Unix second of the newest data.'),
  step: z.number().int(),
  weight: percentField,
  proxies: z.string().describe('Proxies on which the weight was live, such as 3/3.'),
  alpha: z.number(),
  beta: z.number(),
  compared: z.boolean().describe('False: promoted on guardrails alone.'),
  metrics: z.array(metricRecordSchema).max(16),
  guardrails: z.array(guardRecordSchema).max(16),
  requestsNeeded: z.number().optional().describe("The candidate's requests still needed, about; up to 2.5 times that."),
  secondsNeeded: z.number().optional(),
});
export type VerdictRecord = z.output<typeof verdictRecordSchema>;

export const releaseStatusSchema = z.object({
  phase: z.enum(RELEASE_PHASES).optional(),
  reason: z.string().optional().describe('Why the release is where it is, as one word.'),
  message: z.string().optional().describe('The same as a sentence.'),
  startedAt: timestampField.optional(),
  finishedAt: timestampField.optional(),
  step: z.number().int().min(0).optional().describe('Index of the step, from 0.'),
  steps: z.number().int().min(0).optional(),
  weight: percentField.optional().describe("The candidate's percentage of traffic that is asked for."),
  weightSince: timestampField.optional(),
  liveSince: timestampField.optional().describe('When every proxy had confirmed the weight.'),
  live: z.string().optional().describe('Proxies that confirmed the newest routes, such as 3/3.'),
  readySince: timestampField.optional().describe("When the candidate's newest pod became ready: warm-up counts from here."),
  waitingSince: timestampField.optional().describe('Since when the candidate lacks ready pods; the progress deadline counts from here.'),
  trafficSince: timestampField
    .optional()
    .describe('When the candidate first was reachable on every proxy: warm-up counts from here or from readySince.'),
  pausedBy: z.string().optional().describe('Who paused the release.'),
  approved: z.number().int().optional().describe('The step whose manual gate a person has opened.'),
  hand: z.string().optional().describe('The hand taken up last, so that a restart does not take it up twice.'),
  made: z
    .object({ kind: z.enum(['Deployment', 'StatefulSet']), name: z.string() })
    .optional()
    .describe('The workload that was made for this release.'),
  decision: z
    .object({ reason: z.enum(DECISION_REASONS), message: z.string(), by: z.string().optional(), at: timestampField })
    .optional()
    .describe('What ended the release, and who decided.'),
  exposed: z
    .object({ requests: z.number().int(), failed: z.number().int() })
    .optional()
    .describe("The candidate's requests in this release, and those of them that failed."),
  total: z
    .object({ requests: z.number().int(), failed: z.number().int() })
    .optional()
    .describe('All requests of the Service in this release.'),
  verdict: verdictRecordSchema.optional(),
  seen: z
    .object({ second: z.number().int(), stepRequests: z.number().int(), lastRequest: z.number().int().optional() })
    .optional()
    .describe("Newest second with signals, the candidate's requests in this step, and the second of its newest request."),
  history: z
    .array(
      z.object({
        at: timestampField,
        what: z.string().describe('Step, Live, Hold, Paused, Resumed, Promoted, RolledBack...'),
        weight: percentField.optional(),
        message: z.string(),
        by: z.string().optional(),
      }),
    )
    .max(100)
    .optional(),
  checkpoint: z
    .object({
      second: z.number().int(),
      step: z.number().int(),
      state: z.string().max(262_144).describe("The judge's state as JSON; doubles are exact."),
    })
    .optional(),
  conditions: z.array(conditionSchema).max(8).optional(),
});
export type ReleaseStatus = z.output<typeof releaseStatusSchema>;
export type StepRecord = NonNullable<ReleaseStatus['history']>[number];

export interface Release extends KubeObject {
  spec: ReleaseSpec;
  status?: ReleaseStatus;
}
