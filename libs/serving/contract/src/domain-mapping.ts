import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { addressSchema, conditionsField, observedGenerationField, statusAnnotationsField } from './fields.js';

export const domainMappingSpecSchema = z
  .object({
    ref: z
      .object({
        kind: z.string(),
        name: z.string(),
        namespace: z.string().optional().describe("The mapping's own namespace when absent; another one is refused."),
        apiVersion: z.string().optional(),
        group: z.string().optional(),
        address: z.string().optional(),
      })
      .describe('What answers: a Knative Service, a Route, or a Service of Kubernetes.'),
    tls: z.object({ secretName: z.string() }).optional().describe('Certificate of the domain, in a Secret of the same namespace.'),
  })
  .describe("The object's name is the domain.");
export type DomainMappingSpec = z.output<typeof domainMappingSpecSchema>;

export const domainMappingStatusSchema = z.object({
  observedGeneration: observedGenerationField,
  annotations: statusAnnotationsField,
  conditions: conditionsField,
  url: z.string().optional(),
  address: addressSchema.optional(),
});
export type DomainMappingStatus = z.output<typeof domainMappingStatusSchema>;

export interface DomainMapping extends KubeObject {
  spec: DomainMappingSpec;
  status?: DomainMappingStatus;
}

export const clusterDomainClaimSpecSchema = z.object({ namespace: z.string().describe('The namespace that may map this domain.') });

/** Reserves a domain, which is its name, for one namespace of the cluster. */
export interface ClusterDomainClaim extends KubeObject {
  spec: z.output<typeof clusterDomainClaimSpecSchema>;
}
