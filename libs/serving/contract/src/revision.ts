import type { KubeObject, PodSpec } from '@tidegate/kube';
import { z } from 'zod';
import { OPEN, conditionsField, int32Field, observedGenerationField, statusAnnotationsField } from './fields.js';
import { podSpecFields, revisionFields, type revisionFieldsSchema } from './pod-spec.js';

export const revisionSpecSchema = z
  .object({ ...podSpecFields, ...revisionFields })
  .meta(OPEN)
  .describe('A snapshot of code and settings. It never changes.');
/** Kubernetes' own PodSpec, with what a Revision adds. */
export type RevisionSpec = PodSpec & z.output<typeof revisionFieldsSchema>;

export const revisionTemplateSchema = z.object({
  metadata: z
    .object({
      name: z
        .string()
        .optional()
        .describe('Name of the Revision, beginning with the name of its parent and a dash; generated when absent.'),
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    })
    .meta(OPEN)
    .optional(),
  spec: revisionSpecSchema.optional(),
});
export interface RevisionTemplate {
  metadata?: { name?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: RevisionSpec;
}

const containerStatusesField = z.array(z.object({ name: z.string().optional(), imageDigest: z.string().optional() })).optional();

export const revisionStatusSchema = z.object({
  observedGeneration: observedGenerationField,
  annotations: statusAnnotationsField,
  conditions: conditionsField,
  logUrl: z.string().optional(),
  containerStatuses: containerStatusesField.describe('The image of each container, by digest.'),
  initContainerStatuses: containerStatusesField,
  actualReplicas: int32Field.optional().describe('Pods that are ready.'),
  desiredReplicas: int32Field.optional().describe('Pods that the autoscaler wants.'),
});
export type RevisionStatus = z.output<typeof revisionStatusSchema>;

export interface Revision extends KubeObject {
  spec: RevisionSpec;
  status?: RevisionStatus;
}
