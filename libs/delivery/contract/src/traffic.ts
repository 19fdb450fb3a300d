import { z } from 'zod';
import { cookieNameField, durationField, headerNameField, objectNameField, percentField } from './fields.js';

const matchType = z.enum(['Exact', 'Prefix', 'Regex']).default('Exact');

export const matchSchema = z
  .strictObject({
    headers: z
      .array(z.strictObject({ name: headerNameField, type: matchType, value: z.string().min(1).max(1024) }))
      .max(8)
      .optional(),
    cookies: z
      .array(z.strictObject({ name: cookieNameField, type: matchType, value: z.string().min(1).max(1024) }))
      .max(8)
      .optional(),
    path: z.strictObject({ type: z.enum(['Exact', 'Prefix', 'Regex']).default('Prefix'), value: z.string().min(1).max(1024) }).optional(),
    query: z
      .array(z.strictObject({ name: z.string().min(1).max(128), type: matchType, value: z.string().min(1).max(1024) }))
      .max(8)
      .optional(),
  })
  .describe('Requests that go to the candidate whatever the weight. All conditions of one entry must hold.');
export type Match = z.output<typeof matchSchema>;

export const stickySchema = z
  .strictObject({
    cookie: z
      .strictObject({ name: cookieNameField.default('tidegate-cohort'), maxAge: durationField.default('24h') })
      .optional()
      .describe('A signed cookie keeps a user with the version that answered first.'),
    header: z
      .strictObject({ name: headerNameField })
      .optional()
      .describe('The answer carries this header; a client that sends it back stays with its version.'),
  })
  .describe('Keeps users with one version: exactly one of cookie and header.');
export type Sticky = z.output<typeof stickySchema>;

export const previewSchema = z
  .strictObject({
    header: headerNameField.default('x-preview').describe('Requests whose header carries the preview secret go to the candidate.'),
    host: z
      .strictObject({
        hostname: z
          .string()
          .min(1)
          .max(253)
          .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/),
        gateway: z.strictObject({ name: objectNameField, namespace: objectNameField.optional() }),
      })
      .optional()
      .describe('A host name of its own on a Gateway; the header with the secret is needed there too.'),
  })
  .describe('A way to see the candidate before it gets traffic. The secret is in the Secret `<strategy>-keys`, key `preview`.');
export type Preview = z.output<typeof previewSchema>;

export const mirrorSchema = z
  .strictObject({
    percent: percentField.default(100).describe('Percentage of requests that is copied to the candidate; two decimals.'),
    duration: durationField.default('2m').describe('How long copies are compared before the gate.'),
  })
  .describe('Copies whose answers are thrown away.');
export type Mirror = z.output<typeof mirrorSchema>;
