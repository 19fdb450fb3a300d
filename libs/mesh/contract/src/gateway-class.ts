import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionsSchema, waitingFor } from './condition.js';
import { keyedBy } from './list-types.js';
import { controllerNameSchema, objectReferenceSchema } from './references.js';

export const gatewayClassSpecSchema = z
  .object({
    controllerName: controllerNameSchema.describe('The controller that manages Gateways of this class. Cannot change.'),
    parametersRef: objectReferenceSchema.optional().describe('Parameters of the controller. Tidegate takes none.'),
    description: z.string().max(64).optional(),
  })
  .describe('Desired state of GatewayClass.');

export const gatewayClassStatusSchema = z
  .object({
    conditions: conditionsSchema.default(waitingFor('Accepted')),
    supportedFeatures: keyedBy('name', z.array(z.object({ name: z.string() })).max(64))
      .optional()
      .describe('Features of the Gateway API that this class supports, sorted by name.'),
  })
  .default({ conditions: waitingFor('Accepted') });

export interface GatewayClass extends KubeObject {
  spec: z.input<typeof gatewayClassSpecSchema>;
  status?: z.input<typeof gatewayClassStatusSchema>;
}
