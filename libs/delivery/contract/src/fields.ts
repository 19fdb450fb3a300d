import { z } from 'zod';

export const durationField = z
  .string()
  .regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/)
  .describe('A duration such as 10s, 1m30s or 250ms.');
export const objectNameField = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
export const versionField = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/)
  .describe('Value of the pod label `version`.');
export const percentField = z.number().min(0).max(100);
export const headerNameField = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9-]+$/);
export const cookieNameField = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);
export const timestampField = z.iso.datetime({ offset: true });

/** metav1.Condition. */
export const conditionSchema = z.object({
  type: z.string().min(1).max(316).describe('What is said, for example Ready.'),
  status: z.enum(['True', 'False', 'Unknown']),
  observedGeneration: z.number().int().min(0).optional(),
  lastTransitionTime: timestampField.describe('When status last changed.'),
  reason: z.string().min(1).max(1024).describe('One word for programs.'),
  message: z.string().max(32768).describe('One sentence for people.'),
});
export type Condition = z.output<typeof conditionSchema>;
