import { z } from 'zod';

/** The one schema of this process. */
export const AutoscalerProcessConfig = z.strictObject({
  /** Kubeconfig of the autoscaler's own identity. */
  kubeconfig: z.string().optional(),
  /** Unix socket on which telemetry tells of single requests. */
  signalsSocket: z.string(),
  /** Of several replicas: where the others reach this one, `unix:PATH` or a port of this machine. */
  peers: z.strictObject({ address: z.string(), leaseNamespace: z.string().default('tidegate-system') }).optional(),
  health: z.strictObject({ host: z.string().default('0.0.0.0'), port: z.int().default(8080) }).prefault({}),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type AutoscalerProcessConfig = z.infer<typeof AutoscalerProcessConfig>;
