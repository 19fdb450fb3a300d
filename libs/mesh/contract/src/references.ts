import { z } from 'zod';
import { atomic } from './list-types.js';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_NAME = `${DNS_LABEL}(\\.${DNS_LABEL})*`;

export const objectNameSchema = z.string().min(1).max(253);
export const sectionNameSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(new RegExp(`^${DNS_NAME}$`));
export const groupSchema = z
  .string()
  .max(253)
  .regex(new RegExp(`^$|^${DNS_NAME}$`));
export const kindNameSchema = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/);
export const namespaceSchema = z
  .string()
  .min(1)
  .max(63)
  .regex(new RegExp(`^${DNS_LABEL}$`));
export const portNumberSchema = z.number().int().min(1).max(65535).meta({ format: 'int32' });
export const controllerNameSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(new RegExp(`^${DNS_NAME}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`));

/** Exact, or with one wildcard as the first label. */
export const hostnameSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(new RegExp(`^(\\*\\.)?${DNS_NAME}$`));
export const preciseHostnameSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(new RegExp(`^${DNS_NAME}$`));

export const parentReferenceSchema = z
  .object({
    group: groupSchema.default(GATEWAY_GROUP).describe('Group of the parent; "" for a Service.'),
    kind: kindNameSchema.default('Gateway').describe('Gateway or ListenerSet, or Service for traffic inside the cluster.'),
    namespace: namespaceSchema.optional().describe("Namespace of the parent; the route's own when absent."),
    name: objectNameSchema,
    sectionName: sectionNameSchema.optional().describe('Name of the one listener (Gateway) or port (Service) to attach to.'),
    port: portNumberSchema.optional().describe('Attach to listeners on this port only, or to this port of the Service.'),
  })
  .describe('What the route attaches to.');
export type ParentReference = z.input<typeof parentReferenceSchema>;
export const parentRefsSchema = atomic(z.array(parentReferenceSchema).max(32));

export const backendReferenceSchema = z.object({
  group: groupSchema.default('').describe('Group of the backend; "" is the core group.'),
  kind: kindNameSchema.default('Service'),
  name: objectNameSchema,
  namespace: namespaceSchema.optional().describe('Needs a ReferenceGrant in that namespace when it is not the own one.'),
  port: portNumberSchema.optional().describe('Port of the Service; required for Services.'),
});
export type BackendReference = z.input<typeof backendReferenceSchema>;

export const weightSchema = z
  .number()
  .int()
  .min(0)
  .max(1_000_000)
  .meta({ format: 'int32' })
  .default(1)
  .describe("Share of the rule's requests or connections: weight divided by the sum of weights.");

export const secretReferenceSchema = z.object({
  group: groupSchema.default(''),
  kind: kindNameSchema.default('Secret'),
  name: objectNameSchema,
  namespace: namespaceSchema.optional(),
});
export type SecretReference = z.input<typeof secretReferenceSchema>;

/** To an object that may lie in another namespace; nothing of it has a default. */
export const objectReferenceSchema = z.object({
  group: groupSchema,
  kind: kindNameSchema,
  name: objectNameSchema,
  namespace: namespaceSchema.optional(),
});
export type ObjectReference = z.input<typeof objectReferenceSchema>;
export const localReferenceSchema = z.object({ group: groupSchema, kind: kindNameSchema, name: objectNameSchema });

export const labelSelectorSchema = z
  .object({
    matchLabels: z.record(z.string(), z.string()).optional(),
    matchExpressions: atomic(
      z.array(
        z.object({
          key: z.string(),
          operator: z.string().describe('In, NotIn, Exists or DoesNotExist.'),
          values: atomic(z.array(z.string())).optional(),
        }),
      ),
    ).optional(),
  })
  .meta({ 'x-kubernetes-map-type': 'atomic' });
export type LabelSelector = z.input<typeof labelSelectorSchema>;

/** Settings that an implementation may define; Tidegate defines none. */
export const tlsOptionsSchema = z.record(z.string(), z.string().min(0).max(4096)).meta({ maxProperties: 16 });
