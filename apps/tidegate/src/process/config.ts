import { z } from 'zod';

/** Settings of the processes that the supervisor starts. It writes one file each into the private folder. */
const frame = { health: z.string(), logLevel: z.enum(['debug', 'info', 'warn', 'error']) };

export const ClusterConfig = z.strictObject({
  ...frame,
  data: z.string(),
  run: z.string(),
  apiPort: z.int(),
  /** First of the instance's own ports for Service and Gateway ports that cannot be bound as they are. */
  portBlock: z.int(),
  portBlockSize: z.int(),
  /** Whether pods share this machine's loopback or have a network namespace each. */
  podNetwork: z.enum(['loopback', 'namespace']),
  /** File for every request to the Kubernetes API. */
  auditLog: z.string().optional(),
  /** Builds the sample's image, and applies its manifests at the first start. */
  sample: z.boolean(),
});
export type ClusterConfig = z.infer<typeof ClusterConfig>;

/** The Kubernetes API alone. */
export const ApiOnlyConfig = z.strictObject({ ...frame, data: z.string(), apiPort: z.int(), auditLog: z.string().optional() });
export type ApiOnlyConfig = z.infer<typeof ApiOnlyConfig>;

export const TrafficConfig = z.strictObject({
  ...frame,
  kubeconfig: z.string(),
  activatorKubeconfig: z.string(),
  autoscalerKubeconfig: z.string(),
  xdsSocket: z.string(),
  telemetrySocket: z.string(),
  activatorSocket: z.string(),
  signalsSocket: z.string(),
});
export type TrafficConfig = z.infer<typeof TrafficConfig>;

export const ControlConfig = z.strictObject({
  ...frame,
  deliveryKubeconfig: z.string(),
  servingKubeconfig: z.string(),
  tenancyKubeconfig: z.string(),
  webhookKubeconfig: z.string(),
  apiKubeconfig: z.string(),
  signalsSocket: z.string(),
  /** Of whoever started this process and the others. */
  supervisorSocket: z.string(),
  port: z.int(),
  /** The Kubernetes API for people, and the folder of its certificate. */
  kubernetesProxy: z.strictObject({ port: z.int(), tls: z.string() }),
  /** File with the token of the instance's owner; its words never reach a log. */
  ownerTokenFile: z.string(),
  /** Of people and history. */
  database: z.union([
    z.strictObject({ url: z.string() }),
    z.strictObject({ socketFolder: z.string(), user: z.string(), passwordFile: z.string(), database: z.string() }),
  ]),
  /** Folder of the built console. */
  consoleFolder: z.string().optional(),
});
export type ControlConfig = z.infer<typeof ControlConfig>;

export const EnvoyConfig = z.strictObject({
  ...frame,
  data: z.string(),
  bootstrap: z.string(),
  /** The binary's path is written here once it is at hand. */
  binaryFile: z.string(),
  adminSocket: z.string(),
  xdsSocket: z.string(),
  telemetrySocket: z.string(),
  activatorSocket: z.string(),
});
export type EnvoyConfig = z.infer<typeof EnvoyConfig>;
