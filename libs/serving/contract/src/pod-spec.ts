import { z } from 'zod';
import { OPEN, int32Field, int64Field, openObject } from './fields.js';

const intOrString = z.union([z.int(), z.string()]);
const quantities = z.record(z.string(), intOrString).optional();

const envSchema = z
  .array(z.object({ name: z.string(), value: z.string().optional(), valueFrom: openObject.optional() }).meta(OPEN))
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
  .describe('Variables. PORT, K_SERVICE, K_CONFIGURATION and K_REVISION are set by the platform.');

const probeSchema = z
  .object({
    httpGet: z
      .object({
        path: z.string().optional(),
        port: intOrString.optional().describe('The serving port when absent.'),
        host: z.string().optional(),
        scheme: z.string().optional(),
        httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
      })
      .optional(),
    tcpSocket: z.object({ host: z.string().optional(), port: intOrString.optional() }).optional(),
    grpc: z.object({ port: int32Field.optional(), service: z.string().default('') }).optional(),
    exec: z.object({ command: z.array(z.string()).optional() }).optional(),
    initialDelaySeconds: int32Field.optional(),
    periodSeconds: int32Field.optional().describe('Of a readiness probe, 0 or absent: looked at as often as the platform can.'),
    timeoutSeconds: int32Field.optional(),
    successThreshold: int32Field.optional(),
    failureThreshold: int32Field.optional(),
  })
  .meta(OPEN);

const containerSchema = z
  .object({
    name: z.string().optional(),
    image: z.string().optional(),
    imagePullPolicy: z.string().optional(),
    command: z.array(z.string()).optional(),
    args: z.array(z.string()).optional(),
    workingDir: z.string().optional(),
    env: envSchema.optional(),
    envFrom: z.array(openObject).optional(),
    ports: z
      .array(
        z
          .object({
            name: z.string().optional().describe('h2c for HTTP/2 without TLS, else HTTP/1.1.'),
            containerPort: int32Field.optional(),
            protocol: z.string().default('TCP'),
          })
          .meta(OPEN),
      )
      .optional()
      .describe('The one port that serves, of one container.'),
    resources: z.object({ limits: quantities, requests: quantities }).meta(OPEN).optional(),
    livenessProbe: probeSchema.optional(),
    readinessProbe: probeSchema.optional(),
    startupProbe: probeSchema.optional(),
    volumeMounts: z
      .array(
        z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional(), subPath: z.string().optional() }).meta(OPEN),
      )
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['mountPath'] })
      .optional(),
    securityContext: openObject.optional(),
    terminationMessagePath: z.string().optional(),
    terminationMessagePolicy: z.string().optional(),
  })
  .meta(OPEN);

/**
 * Kubernetes' PodSpec as far as the API server checks its types. Everything else is kept, so that admission can refuse by name what
 * Knative does not allow, where pruning would drop it in silence.
 */
export const podSpecFields = {
  containers: z.array(containerSchema),
  initContainers: z.array(openObject).optional(),
  volumes: z
    .array(z.object({ name: z.string() }).meta(OPEN))
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .optional(),
  serviceAccountName: z.string().optional(),
  imagePullSecrets: z.array(openObject).optional(),
  enableServiceLinks: z.boolean().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  affinity: openObject.optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z.array(openObject).optional(),
  topologySpreadConstraints: z.array(openObject).optional(),
  hostAliases: z.array(openObject).optional(),
  runtimeClassName: z.string().optional(),
  priorityClassName: z.string().optional(),
  schedulerName: z.string().optional(),
  securityContext: openObject.optional(),
  shareProcessNamespace: z.boolean().optional(),
  dnsPolicy: z.string().optional(),
  dnsConfig: openObject.optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
};

/** What a Revision adds to a PodSpec. */
export const revisionFields = {
  containerConcurrency: int64Field
    .optional()
    .describe('Most requests at the same time in one pod; 0 sets no limit. More wait, in the order in which they came.'),
  timeoutSeconds: int64Field.optional().describe('Longest time of a whole request.'),
  responseStartTimeoutSeconds: int64Field.optional().describe('Longest time until the first byte of the answer.'),
  idleTimeoutSeconds: int64Field.optional().describe('Longest time without a byte in either direction; 0 is unlimited.'),
};
export const revisionFieldsSchema = z.object(revisionFields);
