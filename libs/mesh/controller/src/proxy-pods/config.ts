import { z } from 'zod';

/** A Service of the release namespace and its port, as proxies dial it. */
const target = (defaultPort: number) => z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65_535).default(defaultPort) });

/** How the pods of proxies are made. */
export const ProxyPodsConfig = z.strictObject({
  image: z.string().min(1).describe('Image with Envoy as `envoy` on its PATH.'),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  imagePullSecrets: z.array(z.string()).default([]).describe('Names of Secrets of the release namespace.'),
  replicas: z.int().min(1).max(100).default(1).describe('Pods for each Gateway, and of the east-west proxy.'),
  service: z
    .enum(['LoadBalancer', 'NodePort', 'ClusterIP', 'HostPort'])
    .default('LoadBalancer')
    .describe(
      'How clients outside reach a Gateway. HostPort: at the nodes’ own ports, for bare metal; its Service is of type ClusterIP, and the ' +
        'namespace has to allow host ports, which Pod Security `restricted` does not.',
    ),
  concurrency: z.int().min(1).max(64).default(2).describe('Worker threads of each Envoy.'),
  drainSeconds: z.int().min(1).max(3600).default(30).describe('How long a pod that is to end lets open requests go on.'),
  resources: z
    .strictObject({ requests: z.record(z.string(), z.string()).optional(), limits: z.record(z.string(), z.string()).optional() })
    .default({ requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } })
    .describe('Of each Envoy, as in a container.'),
  tlsSecret: z.string().default('tidegate-tls-gateway').describe('Secret of the release namespace with the proxies’ certificate.'),
  mesh: target(18_000).describe('Where proxies ask for their configuration.'),
  telemetry: target(18_001).describe('Where proxies deliver access logs and metrics.'),
  activator: target(18_002).describe('Where proxies ask about held requests.'),
});
export type ProxyPodsConfig = z.infer<typeof ProxyPodsConfig>;
