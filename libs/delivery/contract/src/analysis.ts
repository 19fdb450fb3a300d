import { z } from 'zod';
import { durationField, percentField } from './fields.js';

export const guardrailSchema = z
  .strictObject({
    successRate: z.number().min(1).max(99.99).optional().describe("At least this percentage of the candidate's requests must succeed."),
    latency: z
      .strictObject({
        quantile: z.number().min(1).max(99.99).describe('In percent: 99 is the 99th percentile.'),
        below: durationField.describe('The quantile must stay below this time.'),
      })
      .optional(),
  })
  .describe('An absolute limit: exactly one of successRate and latency. One look past it, with enough requests, ends the release.');
export type Guardrail = z.output<typeof guardrailSchema>;

/** Defaults are those of the judge's documentation (docs: judge, defaults). */
export const analysisSchema = z
  .strictObject({
    alpha: z
      .number()
      .gt(0)
      .max(0.2)
      .default(0.01)
      .describe('Bound on the chance that a version within tolerance is ever held or rolled back.'),
    beta: z.number().gt(0).max(0.5).default(0.05).describe('Bound on the chance that a version worse than tolerance is called equivalent.'),
    tolerance: z
      .strictObject({
        errorRate: z.number().min(0).max(50).default(0.5).describe('Percentage points of failed requests that are still acceptable.'),
        latency: z.number().min(0).max(1000).default(20).describe('Percent by which a latency quantile may grow.'),
      })
      .prefault({}),
    latencyLevels: z
      .array(z.number().min(1).max(99.9))
      .max(5)
      .default([50, 90, 99])
      .describe('Latency quantiles to compare, in percent. Empty: errors only.'),
    equivalentNeeds: z
      .enum(['AllMetrics', 'ErrorRate'])
      .default('AllMetrics')
      .describe(
        'What must be proved inside the tolerance before promotion. ErrorRate: latency only has to be "not worse"; for thin traffic.',
      ),
    guardrails: z
      .array(guardrailSchema)
      .max(8)
      .default([{ successRate: 99 }])
      .describe('Absolute limits; also watched where a comparison is impossible.'),
    patienceSeconds: z
      .number()
      .min(1)
      .max(60)
      .default(2)
      .describe('Seconds of trouble that the comparison needs to see before it may decide.'),
    warmup: durationField
      .default('30s')
      .describe('Time after the candidate became ready in which only a guardrail of 50 % failures counts.'),
    noData: z
      .enum(['Hold', 'Fail', 'Pass'])
      .default('Hold')
      .describe('What to do when the candidate gets no requests, or signals are lost, for noDataAfter.'),
    noDataAfter: durationField.default('60s'),
    minimumRequests: z
      .number()
      .int()
      .min(0)
      .max(10_000_000)
      .default(100)
      .describe('Requests that the candidate must have answered in a step before the next.'),
    maximumDuration: durationField
      .default('1h')
      .describe('How long one step may wait for its verdict, from the moment its weight is live.'),
    atMaximum: z
      .enum(['Hold', 'Promote', 'Rollback'])
      .default('Hold')
      .describe('What to do then when nothing is proved. A release that is suspect is rolled back whatever this says.'),
  })
  .describe('What counts as good.');
export type Analysis = z.output<typeof analysisSchema>;

export const stepSchema = z
  .strictObject({
    weight: percentField.describe("Percentage of the Service's requests that the candidate gets; two decimals."),
    hold: durationField.default('30s').describe('Shortest time that the weight is live.'),
    minimumRequests: z
      .number()
      .int()
      .min(0)
      .max(10_000_000)
      .optional()
      .describe("The candidate's requests before the next step; the analysis' value when absent."),
    gate: z
      .enum(['Verdict', 'Manual', 'Time'])
      .default('Verdict')
      .describe(
        'Verdict: the judge must not object (the last step: must have proved it equivalent). Manual: a person promotes. Time: hold alone.',
      ),
  })
  .describe('One step of a canary.');
export type Step = z.output<typeof stepSchema>;
