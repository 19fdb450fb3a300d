import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionSchema } from './condition.js';
import {
  GATEWAY_GROUP,
  groupSchema,
  hostnameSchema,
  kindNameSchema,
  labelSelectorSchema,
  portNumberSchema,
  secretReferenceSchema,
  sectionNameSchema,
} from './references.js';

export const routeGroupKindSchema = z.object({ group: groupSchema.default(GATEWAY_GROUP), kind: kindNameSchema });
export type RouteGroupKind = z.input<typeof routeGroupKindSchema>;

export const listenerSchema = z.object({
  name: sectionNameSchema.describe('Unique within the Gateway.'),
  hostname: hostnameSchema
    .optional()
    .describe('Only requests for this host; *.example.com matches any depth below. All hosts when absent.'),
  port: portNumberSchema,
  protocol: z.string().min(1).max(255).describe('HTTP or HTTPS.'),
  tls: z
    .object({
      mode: z.enum(['Terminate', 'Passthrough']).default('Terminate'),
      certificateRefs: z
        .array(secretReferenceSchema)
        .max(64)
        .optional()
        .describe('Secrets of type kubernetes.io/tls; the first is served.'),
      options: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  allowedRoutes: z
    .object({
      namespaces: z
        .object({
          from: z.enum(['All', 'Selector', 'Same', 'None']).default('Same').describe('Namespaces whose routes may attach.'),
          selector: labelSelectorSchema.optional(),
        })
        .optional(),
      kinds: z
        .array(routeGroupKindSchema)
        .max(8)
        .optional()
        .describe('Kinds of routes that may attach; those of the protocol when absent.'),
    })
    .optional(),
});
export type Listener = z.input<typeof listenerSchema>;

export const gatewayAddressSchema = z.object({
  type: z.string().min(1).max(253).default('IPAddress'),
  value: z.string().max(253).optional(),
});

export const gatewaySpecSchema = z
  .object({
    gatewayClassName: z.string().min(1).max(253),
    listeners: z
      .array(listenerSchema)
      .min(1)
      .max(64)
      // As in the standard: several owners may each apply listeners of their own.
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
    addresses: z.array(gatewayAddressSchema).max(16).optional().describe('Addresses asked for; allocated when absent.'),
    infrastructure: z
      .object({
        labels: z.record(z.string(), z.string()).optional(),
        annotations: z.record(z.string(), z.string()).optional(),
        parametersRef: z.object({ group: groupSchema, kind: kindNameSchema, name: z.string().min(1).max(253) }).optional(),
      })
      .optional(),
  })
  .describe('Desired state of Gateway.');
export type GatewaySpec = z.input<typeof gatewaySpecSchema>;

export const listenerStatusSchema = z.object({
  name: sectionNameSchema,
  supportedKinds: z.array(routeGroupKindSchema).max(8).optional(),
  attachedRoutes: z.number().int().min(0).describe('Routes that are attached with success.'),
  conditions: z.array(conditionSchema).max(8),
});
export const gatewayStatusSchema = z.object({
  addresses: z
    .array(z.object({ type: z.string().default('IPAddress'), value: z.string().min(1).max(253) }))
    .max(16)
    .optional(),
  conditions: z.array(conditionSchema).max(8).optional(),
  listeners: z.array(listenerStatusSchema).max(64).optional(),
});

export interface Gateway extends KubeObject {
  spec: GatewaySpec;
  status?: z.input<typeof gatewayStatusSchema>;
}
