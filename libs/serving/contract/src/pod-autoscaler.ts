import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionsField, int32Field, int64Field, observedGenerationField, statusAnnotationsField } from './fields.js';

export const podAutoscalerSpecSchema = z
  .object({
    scaleTargetRef: z
      .object({ apiVersion: z.string().optional(), kind: z.string().optional(), name: z.string().optional() })
      .meta({ 'x-kubernetes-map-type': 'atomic' })
      .describe('What is scaled: the Deployment of the Revision.'),
    containerConcurrency: int64Field.optional().describe('As in the Revision; 0 sets no limit.'),
    protocolType: z.string().describe('http1 or h2c.'),
    reachability: z.string().optional().describe('Reachable or Unreachable: whether a route names the Revision. Not known when absent.'),
  })
  .describe('How one Revision is scaled; settings are its annotations autoscaling.knative.dev/*.');
export type PodAutoscalerSpec = z.output<typeof podAutoscalerSpecSchema>;

export const podAutoscalerStatusSchema = z.object({
  observedGeneration: observedGenerationField,
  annotations: statusAnnotationsField,
  conditions: conditionsField.describe('Active, ScaleTargetInitialized, and Ready.'),
  serviceName: z.string().optional().describe('Service whose endpoints are the pods.'),
  metricsServiceName: z.string().optional(),
  desiredScale: int32Field.optional().describe('Pods that are wanted; -1 while nothing is known.'),
  actualScale: int32Field.optional().describe('Pods that are ready.'),
});
export type PodAutoscalerStatus = z.output<typeof podAutoscalerStatusSchema>;

/** The serving controller writes spec, the autoscaler status. */
export interface PodAutoscaler extends KubeObject {
  spec: PodAutoscalerSpec;
  status?: PodAutoscalerStatus;
}
