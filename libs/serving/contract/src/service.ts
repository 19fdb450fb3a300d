import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { configurationStatusSchema } from './configuration.js';
import { revisionTemplateSchema, type RevisionTemplate } from './revision.js';
import { routeStatusFields, trafficField, type TrafficTarget } from './route.js';

export const serviceSpecSchema = z
  .object({ template: revisionTemplateSchema.optional(), traffic: trafficField })
  .describe('A Configuration and a Route of the same name, in one.');

export const serviceStatusSchema = z.object({ ...configurationStatusSchema.shape, ...routeStatusFields });
export type KnativeServiceStatus = z.output<typeof serviceStatusSchema>;

/** serving.knative.dev Service, "ksvc"; Kubernetes' own Service is another kind. */
export interface KnativeService extends KubeObject {
  spec: { template: RevisionTemplate; traffic?: TrafficTarget[] };
  status?: KnativeServiceStatus;
}
