import { HealthAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process. */
export const TenancyControllerConfig = z.strictObject({
  kubeconfig: z.string().optional().describe("Kubeconfig of the controller's own identity; the pod's service account when absent."),
  namespace: z.string().default('tidegate-system').describe("Of the platform's pods, which reach every project, and of the lease by which one replica leads."),
  health: HealthAddress.default({ host: '0.0.0.0', port: 8081 }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type TenancyControllerConfig = z.infer<typeof TenancyControllerConfig>;
