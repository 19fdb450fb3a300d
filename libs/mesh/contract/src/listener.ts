import { z } from 'zod';
import { conditionsSchema } from './condition.js';
import { atomic } from './list-types.js';
import {
  GATEWAY_GROUP,
  groupSchema,
  hostnameSchema,
  kindNameSchema,
  labelSelectorSchema,
  portNumberSchema,
  secretReferenceSchema,
  sectionNameSchema,
  tlsOptionsSchema,
} from './references.js';

/** A listener of a Gateway or of a ListenerSet. */
export const routeGroupKindSchema = z.object({ group: groupSchema.default(GATEWAY_GROUP), kind: kindNameSchema });
export type RouteGroupKind = z.input<typeof routeGroupKindSchema>;

const tlsSchema = z.object({
  mode: z.enum(['Terminate', 'Passthrough']).default('Terminate'),
  certificateRefs: atomic(z.array(secretReferenceSchema).max(64))
    .optional()
    .describe('Secrets of type kubernetes.io/tls; the first is served.'),
  options: tlsOptionsSchema.optional(),
});

const allowedRoutesSchema = z
  .object({
    namespaces: z
      .object({
        from: z.enum(['All', 'Selector', 'Same']).default('Same').describe('Namespaces whose routes may attach.'),
        selector: labelSelectorSchema.optional(),
      })
      .default({ from: 'Same' }),
    kinds: atomic(z.array(routeGroupKindSchema).max(8))
      .optional()
      .describe('Kinds of routes that may attach; those of the protocol when absent.'),
  })
  .default({ namespaces: { from: 'Same' } });

export const listenerSchema = z.object({
  name: sectionNameSchema.describe('Unique within its list.'),
  hostname: hostnameSchema
    .optional()
    .describe('Only requests for this host; *.example.com matches any depth below. All hosts when absent.'),
  port: portNumberSchema,
  protocol: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$/)
    .describe('HTTP, HTTPS, TLS or TCP.'),
  tls: tlsSchema.optional(),
  allowedRoutes: allowedRoutesSchema,
});
export type Listener = z.input<typeof listenerSchema>;

export const listenerStatusSchema = z.object({
  name: sectionNameSchema,
  supportedKinds: atomic(z.array(routeGroupKindSchema).max(8)).optional(),
  attachedRoutes: z.number().int().meta({ format: 'int32' }).describe('Routes that are attached with success.'),
  conditions: conditionsSchema,
});
export type ListenerStatus = z.input<typeof listenerStatusSchema>;
