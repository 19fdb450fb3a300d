import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionsSchema, waitingFor } from './condition.js';
import { keyedBy } from './list-types.js';
import { listenerSchema, listenerStatusSchema } from './listener.js';
import { GATEWAY_GROUP, groupSchema, kindNameSchema, namespaceSchema, objectNameSchema } from './references.js';

export const listenerSetSpecSchema = z
  .object({
    parentRef: z
      .object({
        group: groupSchema.default(GATEWAY_GROUP),
        kind: kindNameSchema.default('Gateway'),
        namespace: namespaceSchema.optional(),
        name: objectNameSchema,
      })
      .describe('The Gateway that serves these listeners, when its allowedListeners permit.'),
    listeners: keyedBy('name', z.array(listenerSchema).min(1).max(64)),
  })
  .describe('Desired state of ListenerSet: listeners of a Gateway, kept by somebody else than the Gateway.');

export const listenerSetStatusSchema = z
  .object({
    conditions: conditionsSchema.default(waitingFor('Accepted', 'Programmed')),
    listeners: keyedBy('name', z.array(listenerStatusSchema).max(64)).optional(),
  })
  .default({ conditions: waitingFor('Accepted', 'Programmed') });

export interface ListenerSet extends KubeObject {
  spec: z.input<typeof listenerSetSpecSchema>;
  status?: z.input<typeof listenerSetStatusSchema>;
}
