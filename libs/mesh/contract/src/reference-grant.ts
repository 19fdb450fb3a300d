import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { atomic } from './list-types.js';
import { groupSchema, kindNameSchema, namespaceSchema, objectNameSchema } from './references.js';

export const referenceGrantSpecSchema = z
  .object({
    from: atomic(
      z
        .array(z.object({ group: groupSchema, kind: kindNameSchema, namespace: namespaceSchema }))
        .min(1)
        .max(16),
    ).describe('Who may refer to objects of this namespace.'),
    to: atomic(
      z
        .array(z.object({ group: groupSchema, kind: kindNameSchema, name: objectNameSchema.optional() }))
        .min(1)
        .max(16),
    ).describe('What they may refer to.'),
  })
  .describe('Desired state of ReferenceGrant.');

export interface ReferenceGrant extends KubeObject {
  spec: z.input<typeof referenceGrantSpecSchema>;
}
