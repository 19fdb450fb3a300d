import { HealthAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process. */
export const ServingControllerConfig = z.strictObject({
  /** Kubeconfig of the controller's own identity. */
  kubeconfig: z.string().optional(),
  /** Who says which digest a tag stands for: the image's registry before pods start, or the node that started them. */
  digestsFrom: z.enum(['registry', 'node']).default('registry'),
  /** Namespace of the lease by which one replica leads. */
  leaseNamespace: z.string().default('tidegate-system'),
  health: HealthAddress.default({ host: '0.0.0.0', port: 8081 }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type ServingControllerConfig = z.infer<typeof ServingControllerConfig>;
