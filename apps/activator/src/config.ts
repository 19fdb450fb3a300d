import { DialAddress, HealthAddress, ListenAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process. */
export const ActivatorConfig = z.strictObject({
  kubeconfig: z.string().optional().describe("Kubeconfig of the activator's own identity; the usual places when absent."),
  listen: ListenAddress.describe('Where proxies ask about held requests.'),
  signals: DialAddress.describe('Where telemetry tells of single requests.'),
  autoscaler: DialAddress.describe('Who is told that requests wait.'),
  health: HealthAddress.default({ host: '0.0.0.0', port: 8081 }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
});
export type ActivatorConfig = z.infer<typeof ActivatorConfig>;
