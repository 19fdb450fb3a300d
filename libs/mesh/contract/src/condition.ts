import { z } from 'zod';

/** A status condition as Kubernetes writes it (metav1.Condition). */
export const conditionSchema = z.object({
  type: z.string().min(1).max(316).describe('What is said, for example Accepted.'),
  status: z.enum(['True', 'False', 'Unknown']),
  observedGeneration: z.number().int().min(0).optional().describe('The generation of the object that this was found for.'),
  lastTransitionTime: z.iso.datetime({ offset: true }).describe('When status last changed.'),
  reason: z.string().min(1).max(1024).describe('One word for programs.'),
  message: z.string().max(32768).describe('One sentence for people.'),
});
export type Condition = z.input<typeof conditionSchema>;
