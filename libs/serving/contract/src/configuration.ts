import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionsField, observedGenerationField, statusAnnotationsField } from './fields.js';
import { revisionTemplateSchema, type RevisionTemplate } from './revision.js';

export const configurationSpecSchema = z
  .object({ template: revisionTemplateSchema.optional() })
  .describe('What the newest Revision looks like; every change makes another Revision.');

export const configurationStatusSchema = z.object({
  observedGeneration: observedGenerationField,
  annotations: statusAnnotationsField,
  conditions: conditionsField,
  latestCreatedRevisionName: z.string().optional().describe('The Revision of the newest template.'),
  latestReadyRevisionName: z.string().optional().describe('The newest Revision that can serve.'),
});
export type ConfigurationStatus = z.output<typeof configurationStatusSchema>;

export interface Configuration extends KubeObject {
  spec: { template: RevisionTemplate };
  status?: ConfigurationStatus;
}
