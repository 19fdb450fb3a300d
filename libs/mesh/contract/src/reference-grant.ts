import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { groupSchema, kindNameSchema, namespaceSchema } from './references.js';

export const referenceGrantSpecSchema = z
  .object({
    from: z
      .array(z.object({ group: groupSchema, kind: kindNameSchema, namespace: namespaceSchema }))
      .min(1)
      .max(16)
      .describe('Who may refer to objects of this namespace.'),
    to: z
      .array(z.object({ group: groupSchema, kind: kindNameSchema, name: z.string().min(1).max(253).optional() }))
      .min(1)
      .max(16)
      .describe('What they may refer to.'),
  })
  .describe('Desired state of ReferenceGrant.');

export interface ReferenceGrant extends KubeObject {
  spec: z.input<typeof referenceGrantSpecSchema>;
}
