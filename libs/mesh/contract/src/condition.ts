import { z } from 'zod';
import { keyedBy } from './list-types.js';

/** A status condition as Kubernetes writes it (metav1.Condition). */
export const conditionSchema = z.object({
  type: z
    .string()
    .max(316)
    .regex(/^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/)
    .describe('What is said, for example Accepted.'),
  status: z.enum(['True', 'False', 'Unknown']),
  observedGeneration: z
    .number()
    .int()
    .min(0)
    .meta({ format: 'int64' })
    .optional()
    .describe('The generation of the object that this was found for.'),
  lastTransitionTime: z.iso.datetime({ offset: true }).describe('When status last changed.'),
  reason: z
    .string()
    .min(1)
    .max(1024)
    .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
    .describe('One word for programs.'),
  message: z.string().max(32768).describe('One sentence for people.'),
});
export type Condition = z.input<typeof conditionSchema>;

export const conditionsSchema = keyedBy('type', z.array(conditionSchema).max(8));
/** Of a parent or ancestor, which says at least one thing. */
export const spokenConditionsSchema = keyedBy('type', z.array(conditionSchema).min(1).max(8));

/** What an object's status says before any controller has seen it. */
export function waitingFor(...types: string[]): Condition[] {
  return types.map((type) => ({
    type,
    status: 'Unknown',
    reason: 'Pending',
    message: 'Waiting for controller',
    lastTransitionTime: '1970-01-01T00:00:00Z',
  }));
}
