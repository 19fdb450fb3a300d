import { z } from 'zod';

/** The part of admission.k8s.io/v1 AdmissionReview that is used. Unknown fields are the API server's own business. */
export const admissionReviewSchema = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string(),
    kind: z.object({ group: z.string(), version: z.string(), kind: z.string() }),
    resource: z.object({ group: z.string(), resource: z.string() }).optional(),
    namespace: z.string().optional(),
    name: z.string().optional(),
    operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
    userInfo: z.object({ username: z.string().optional(), groups: z.array(z.string()).optional() }).optional(),
    object: z.looseObject({}).nullish(),
    oldObject: z.looseObject({}).nullish(),
    dryRun: z.boolean().optional(),
  }),
});
export type AdmissionRequest = z.output<typeof admissionReviewSchema>['request'];

export interface AdmissionAnswer {
  allowed: boolean;
  /** What kubectl prints when it is refused. */
  message?: string;
  /** The status of a refusal; default 422 Invalid. */
  refusal?: { code: number; reason: string };
  warnings?: string[];
  patch?: { op: string; path: string; value?: unknown }[];
}

/** Characters of warnings that the API server passes on whole, as headers of its answer; and of each when they are more. */
const MOST_OF_ALL_WARNINGS = 4096;
const MOST_OF_ONE_WARNING = 256;

export function toAdmissionReview(uid: string, answer: AdmissionAnswer): unknown {
  const { allowed, message, refusal = { code: 422, reason: 'Invalid' }, warnings = [], patch = [] } = answer;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(message === undefined ? {} : { status: { ...refusal, message } }),
      ...(warnings.length === 0 ? {} : { warnings: fitting(warnings) }),
      ...(patch.length === 0 ? {} : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
    },
  };
}

function fitting(warnings: readonly string[]): readonly string[] {
  const total = warnings.reduce((sum, w) => sum + w.length, 0);
  return total <= MOST_OF_ALL_WARNINGS ? warnings : warnings.map((w) => w.slice(0, MOST_OF_ONE_WARNING));
}
