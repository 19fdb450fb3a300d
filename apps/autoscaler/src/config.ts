import { DialAddress, HealthAddress, ListenAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process. */
export const AutoscalerProcessConfig = z.strictObject({
  /** Kubeconfig of the autoscaler's own identity. */
  kubeconfig: z.string().optional(),
  /** Where telemetry tells of single requests. */
  signals: DialAddress,
  /** Of several replicas: where the others reach this one; between pods at the host that the variable POD_IP names. */
  peers: z.strictObject({ listen: ListenAddress, leaseNamespace: z.string().default('tidegate-system') }).optional(),
  health: HealthAddress.default({ host: '0.0.0.0', port: 8081 }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type AutoscalerProcessConfig = z.infer<typeof AutoscalerProcessConfig>;
