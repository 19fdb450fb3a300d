import { z } from 'zod';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

const dnsLabel = z.string().min(1).max(63);
const objectName = z.string().min(1).max(253);
export const sectionNameSchema = z.string().min(1).max(253);
export const groupSchema = z.string().max(253);
export const kindNameSchema = z.string().min(1).max(63);
export const namespaceSchema = dnsLabel;
export const portNumberSchema = z.number().int().min(1).max(65535);
export const hostnameSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

export const parentReferenceSchema = z
  .object({
    group: groupSchema.default(GATEWAY_GROUP).describe('Group of the parent; "" for a Service.'),
    kind: kindNameSchema.default('Gateway').describe('Gateway, or Service for traffic inside the cluster.'),
    namespace: namespaceSchema.optional().describe("Namespace of the parent; the route's own when absent."),
    name: objectName,
    sectionName: sectionNameSchema.optional().describe('Name of the one listener (Gateway) or port (Service) to attach to.'),
    port: portNumberSchema.optional().describe('Attach to listeners on this port only, or to this port of the Service.'),
  })
  .describe('What the route attaches to.');
export type ParentReference = z.input<typeof parentReferenceSchema>;

export const backendReferenceSchema = z.object({
  group: groupSchema.default('').describe('Group of the backend; "" is the core group.'),
  kind: kindNameSchema.default('Service'),
  name: objectName,
  namespace: namespaceSchema.optional().describe('Needs a ReferenceGrant in that namespace when it is not the own one.'),
  port: portNumberSchema.optional().describe('Port of the Service; required for Services.'),
});
export type BackendReference = z.input<typeof backendReferenceSchema>;

export const secretReferenceSchema = z.object({
  group: groupSchema.default(''),
  kind: kindNameSchema.default('Secret'),
  name: objectName,
  namespace: namespaceSchema.optional(),
});
export type SecretReference = z.input<typeof secretReferenceSchema>;

export const labelSelectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.string().describe('In, NotIn, Exists or DoesNotExist.'),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});
export type LabelSelector = z.input<typeof labelSelectorSchema>;
