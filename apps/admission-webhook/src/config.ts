import { HealthAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process. */
export const AdmissionWebhookConfig = z.strictObject({
  /** Kubeconfig of the webhook's own identity; the pod's service account when absent. */
  kubeconfig: z.string().optional(),
  host: z.string().default('0.0.0.0'),
  port: z.int().min(0).max(65_535).default(9443),
  /** The Service through which the API server reaches this process. */
  service: z.strictObject({ namespace: z.string(), name: z.string(), port: z.int().default(443) }),
  /** Folder of a certificate made elsewhere: tls.crt, tls.key, ca.crt; one is made and kept in a Secret when absent. */
  tls: z.string().optional(),
  health: HealthAddress.default({ host: '0.0.0.0', port: 8081 }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type AdmissionWebhookConfig = z.infer<typeof AdmissionWebhookConfig>;
