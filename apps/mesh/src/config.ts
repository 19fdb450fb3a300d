import { HealthAddress, ListenAddress } from '@tidegate/kernel';
import { ProxyPodsConfig } from '@tidegate/mesh-controller';
import { z } from 'zod';

/** The one schema of this process. */
export const MeshConfig = z.strictObject({
  kubeconfig: z.string().optional().describe('Kubeconfig of the identity of mesh; the usual places when absent.'),
  listen: ListenAddress.describe('Where proxies ask for their configuration.'),
  mode: z
    .enum(['embedded', 'kubernetes'])
    .default('kubernetes')
    .describe('Whether one proxy on loopback serves everything, or pods of a cluster do.'),
  leaseNamespace: z
    .string()
    .optional()
    .describe('Namespace of the lease by which one of several replicas writes status; without it, this one does.'),
  gateways: ProxyPodsConfig.optional().describe('In a cluster: how the pods of proxies are made, in leaseNamespace.'),
  installKinds: z
    .boolean()
    .optional()
    .describe('Create the kinds of the Gateway API and the GatewayClass when missing; default in embedded mode.'),
  health: HealthAddress.describe('Of /healthz, /readyz and /metrics.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
});
export type MeshConfig = z.infer<typeof MeshConfig>;
