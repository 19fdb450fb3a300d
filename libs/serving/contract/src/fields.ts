import { z } from 'zod';

/** Kubernetes' int32 and int64. Bounds are the business of admission, whose messages name the field as Knative does. */
export const int32Field = z.int().meta({ format: 'int32' });
export const int64Field = z.int().meta({ format: 'int64' });

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** knative.dev/pkg's condition: severity besides Kubernetes' own fields, and a reason only where there is something to say. */
export const conditionSchema = z.object({
  type: z.string().describe('What is said, for example Ready.'),
  status: z.enum(['True', 'False', 'Unknown']),
  severity: z.string().optional().describe('Info or Warning for what does not count for Ready; Error when absent.'),
  lastTransitionTime: z.string().optional().describe('When status last changed.'),
  reason: z.string().optional().describe('One word for programs.'),
  message: z.string().optional().describe('One sentence for people.'),
});
export type Condition = z.output<typeof conditionSchema>;

export const conditionsField = z.array(conditionSchema).optional();
export const statusAnnotationsField = z.record(z.string(), z.string()).optional();
export const observedGenerationField = int64Field.optional().describe('The generation that this status was found for.');

export const addressSchema = z.object({
  url: z.string().optional(),
  name: z.string().optional(),
  CACerts: z.string().optional().describe('Certificates in PEM form that the address is proved with.'),
  audience: z.string().optional(),
});
export type Address = z.output<typeof addressSchema>;

/** Fields that this schema does not name stay: admission judges them, and says in words what may not be set. */
export const OPEN = { 'x-kubernetes-preserve-unknown-fields': true } as const;
export const openObject = z.object({}).meta(OPEN);
