import { DialAddress, HealthAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process. */
export const StrategyControllerConfig = z.strictObject({
  /** Kubeconfig of the controller's own identity. */
  kubeconfig: z.string().optional(),
  /** Where telemetry answers per-second signals. */
  signals: DialAddress,
  /** Namespace of the lease by which one replica leads. */
  leaseNamespace: z.string().default('tidegate-system'),
  health: HealthAddress.default({ host: '0.0.0.0', port: 8081 }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type StrategyControllerConfig = z.infer<typeof StrategyControllerConfig>;
