import { DialAddress, HealthAddress, ListenAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process. */
export const ActivatorConfig = z.strictObject({
  kubeconfig: z.string().optional().describe("Kubeconfig of the activator's own identity; the usual places when absent."),
  listen: ListenAddress.describe('Where proxies ask about held requests.'),
  signals: DialAddress.describe('Where telemetry tells of single requests.'),
  autoscaler: DialAddress.describe('Who is told that requests wait.'),
  peers: z
    .strictObject({ listen: ListenAddress, leaseNamespace: z.string().default('tidegate-system') })
    .optional()
    .describe('Of several replicas: where the others reach this one; between pods at the host that the variable POD_IP names.'),
  health: HealthAddress.default({ host: '0.0.0.0', port: 8081 }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
});
export type ActivatorConfig = z.infer<typeof ActivatorConfig>;
