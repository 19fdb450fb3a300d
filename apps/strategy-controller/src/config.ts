import { z } from 'zod';

/** The one schema of this process. */
export const StrategyControllerConfig = z.strictObject({
  /** Kubeconfig of the controller's own identity. */
  kubeconfig: z.string().optional(),
  /** Where telemetry answers per-second signals. */
  signalsSocket: z.string(),
  /** Namespace of the lease by which one replica leads. */
  leaseNamespace: z.string().default('tidegate-system'),
  health: z.strictObject({ host: z.string().default('0.0.0.0'), port: z.int().default(8080) }).prefault({}),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type StrategyControllerConfig = z.infer<typeof StrategyControllerConfig>;
