import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionSchema } from './condition.js';
import { groupSchema, kindNameSchema, namespaceSchema } from './references.js';

export const gatewayClassSpecSchema = z
  .object({
    controllerName: z.string().min(1).max(253).describe('The controller that manages Gateways of this class. Cannot change.'),
    parametersRef: z
      .object({ group: groupSchema, kind: kindNameSchema, name: z.string().min(1).max(253), namespace: namespaceSchema.optional() })
      .optional()
      .describe('Parameters of the controller. Tidegate takes none.'),
    description: z.string().max(64).optional(),
  })
  .describe('Desired state of GatewayClass.');

export const gatewayClassStatusSchema = z.object({
  conditions: z.array(conditionSchema).max(8).optional(),
  supportedFeatures: z
    .array(z.object({ name: z.string() }))
    .max(64)
    .optional()
    .describe('Features of the Gateway API that this class supports, sorted by name.'),
});

export interface GatewayClass extends KubeObject {
  spec: z.input<typeof gatewayClassSpecSchema>;
  status?: z.input<typeof gatewayClassStatusSchema>;
}
