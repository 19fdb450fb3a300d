import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { analysisSchema, stepSchema } from './analysis.js';
import { conditionSchema, durationField, objectNameField, percentField, timestampField, versionField } from './fields.js';
import { matchSchema, mirrorSchema, previewSchema, stickySchema } from './traffic.js';

export const candidatePatchSchema = z
  .strictObject({
    container: z.string().min(1).max(63).optional().describe('The container to change; the first when absent.'),
    image: z.string().min(1).max(512).optional(),
    env: z
      .array(z.strictObject({ name: z.string().min(1).max(256), value: z.string().max(32_768) }))
      .max(64)
      .optional()
      .describe('Variables to add or to replace.'),
    replicas: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe("Pods of the candidate until promotion; the principal's number when absent."),
  })
  .describe("How the candidate's workload is made from the principal's.");
export type CandidatePatch = z.output<typeof candidatePatchSchema>;

export const strategySpecSchema = z
  .strictObject({
    service: objectNameField.describe('The Service whose traffic moves, in the same namespace. One Strategy per Service.'),
    type: z
      .enum(['Canary', 'BlueGreen', 'Mirror'])
      .default('Canary')
      .describe('Canary: step by step. BlueGreen: preview, then all at once. Mirror: copies first, then all at once.'),
    principal: versionField.describe('The version that serves. After a promotion the promoted version serves, until this field changes.'),
    candidate: versionField.optional().describe('The version to release. A new value starts a Release; none is running when absent.'),
    candidatePatch: candidatePatchSchema.optional().describe('Makes the candidate when no workload of that version exists.'),
    steps: z
      .array(stepSchema)
      .max(20)
      .optional()
      .describe('Canary only, ascending. 5 %, 25 % and 50 % when absent and without match rules.'),
    match: z.array(matchSchema).max(8).optional(),
    sticky: stickySchema.optional(),
    preview: previewSchema.optional(),
    mirror: mirrorSchema.optional(),
    apply: z
      .enum(['WaitForWorkloadReady', 'Immediately', 'Paused'])
      .default('WaitForWorkloadReady')
      .describe(
        'WaitForWorkloadReady: traffic moves once enough pods for the weight are ready. Immediately: one ready pod is enough. Paused: nothing moves.',
      ),
    analysis: analysisSchema.prefault({}),
    progressDeadline: durationField.default('10m').describe('How long a candidate may take to become ready before it is rolled back.'),
    scaleDownDelay: durationField
      .default('30s')
      .describe('How long a version without traffic stays up when the platform made it: the time of the fast way back.'),
    paused: z.boolean().default(false).describe('Holds the running release where it is and starts no other.'),
  })
  .describe('A standing policy: which Service, how traffic moves to a new version, what counts as good.');
export type StrategySpec = z.output<typeof strategySpecSchema>;
export type StrategySpecInput = z.input<typeof strategySpecSchema>;

export const strategyStatusSchema = z.object({
  observedGeneration: z.number().int().optional(),
  phase: z.enum(['Idle', 'Releasing', 'Blocked', 'Deleting']).optional(),
  promoted: versionField.optional().describe('The version that serves all traffic when no release runs.'),
  principalSpec: versionField.optional().describe('spec.principal when `promoted` was set: a change of the field by hand moves traffic.'),
  candidate: versionField.optional().describe('The version being released.'),
  weight: percentField.optional().describe("The candidate's percentage of traffic."),
  release: z.string().optional().describe('The newest Release.'),
  attempted: z.string().optional().describe('Hash of the candidate that was released last; the same one is not started again by itself.'),
  releases: z.number().int().min(0).optional().describe('Releases started so far; the next gets the next number.'),
  retiring: z
    .array(z.object({ version: versionField, workload: z.string(), kind: z.enum(['Deployment', 'StatefulSet']), at: timestampField }))
    .max(20)
    .optional()
    .describe('Workloads that the platform made and will remove at the given time.'),
  history: z
    .array(z.object({ release: z.string(), candidate: z.string(), phase: z.string(), reason: z.string(), at: timestampField }))
    .max(10)
    .optional(),
  conditions: z.array(conditionSchema).max(8).optional(),
});
export type StrategyStatus = z.output<typeof strategyStatusSchema>;

export interface Strategy extends KubeObject {
  spec: StrategySpecInput;
  status?: StrategyStatus;
}
