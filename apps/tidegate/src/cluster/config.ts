import { KubernetesProxyConfig } from '@tidegate/api';
import { OidcProvider } from '@tidegate/identity/provider';
import { DialAddress, ListenAddress } from '@tidegate/kernel';
import { ProxyPodsConfig } from '@tidegate/mesh-controller';
import { z } from 'zod';

/**
 * Settings of the processes in pods. Each is one JSON file, mounted from a ConfigMap. What differs between pods of one Deployment comes from
 * the downward API as variables: POD_NAME and POD_IP.
 */
const tls = z.string().default('/etc/tidegate/tls').describe('Folder of the component’s own certificate: tls.crt, tls.key, ca.crt.');
const port = z.int().min(0).max(65_535);

const frame = {
  namespace: z.string().default('tidegate-system').describe('Namespace of the release.'),
  kubeconfig: z.string().optional().describe('Kubeconfig of the process’s identity; the pod’s service account when absent.'),
  health: z
    .strictObject({ host: z.string().default('0.0.0.0'), port })
    .describe('Plain HTTP for the kubelet and Prometheus: /healthz, /readyz, /metrics.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
};

/** `cluster/traffic.js`: mesh, telemetry, activator and autoscaler in one process. */
export const ClusterTrafficConfig = z.strictObject({
  ...frame,
  mesh: ListenAddress.default({ host: '0.0.0.0', port: 18_000, tls: '/etc/tidegate/tls' }),
  telemetry: ListenAddress.default({ host: '0.0.0.0', port: 18_001, tls: '/etc/tidegate/tls' }),
  activator: ListenAddress.default({ host: '0.0.0.0', port: 18_002, tls: '/etc/tidegate/tls' }),
  signals: ListenAddress.default({ host: '0.0.0.0', port: 18_003, tls: '/etc/tidegate/tls' }),
  peers: z
    .strictObject({ host: z.string().default('0.0.0.0'), port: port.default(18_004), holdsPort: port.default(18_005), tls })
    .optional()
    .describe(
      'With several replicas: where the other autoscalers (port) and activators (holdsPort) reach this one, at POD_IP. Without it there is one.',
    ),
  gateways: ProxyPodsConfig,
});
export type ClusterTrafficConfig = z.infer<typeof ClusterTrafficConfig>;

/** `cluster/control.js`: strategy and serving controllers, admission webhook, API with console, and the rotation of certificates. */
export const ClusterControlConfig = z.strictObject({
  ...frame,
  signals: DialAddress.describe(
    'Telemetry’s signals, for example tidegate-traffic.tidegate-system.svc:18003 with the name telemetry.tidegate.',
  ),
  webhook: z
    .strictObject({
      host: z.string().default('0.0.0.0'),
      port: port.default(9443),
      tls,
      service: z
        .strictObject({ name: z.string(), port: port.default(443) })
        .describe('The Service of the release namespace through which the API server calls.'),
    })
    .describe('Admission webhook, over HTTPS.'),
  api: z.strictObject({
    host: z.string().default('0.0.0.0'),
    port: port.default(8080),
    ownerTokenFile: z
      .string()
      .optional()
      .describe('File with the sign-in token, from Secret tidegate-sign-in, key token: whoever knows it administers the platform. Without a database.'),
    setupTokenFile: z.string().optional().describe('File with the token that makes the first administrator. With a database.'),
    databaseUrlFile: z.string().optional().describe('File with the URL of a PostgreSQL: people, tokens and the audit log.'),
    providers: z.array(OidcProvider).max(20).default([]).describe('Identity providers (OpenID Connect) that people may sign in with.'),
    trustedProxies: z.array(z.string()).default([]).describe('Addresses or CIDR blocks of proxies in front, whose X-Forwarded-For is believed.'),
    terminalIdleMinutes: z.int().min(1).max(1_440).default(15).describe('Without a key, after which a terminal is closed.'),
    consoleFolder: z.string().optional().describe('Folder of the built console; without it only GraphQL is served.'),
    kubernetesProxy: KubernetesProxyConfig.optional().describe('The Kubernetes API for people, with tokens of theirs; without it, it is not served.'),
    hosts: z
      .array(z.string())
      .default([])
      .describe('Hosts (name, or name:port) under which people reach the API, beside localhost, which a port-forward gives.'),
  }),
  digestsFrom: z
    .enum(['registry', 'node'])
    .default('registry')
    .describe('Who says which digest a tag stands for: the image’s registry before pods start, or the node that started them.'),
  certificates: z
    .strictObject({ components: z.record(z.string(), z.array(z.string())) })
    .describe('As in the settings of certificates.js: this process renews what that Job has made.'),
});
export type ClusterControlConfig = z.infer<typeof ClusterControlConfig>;

/** `cluster/certificates.js`: runs once before each install and upgrade, and ends. */
export const CertificatesConfig = z.strictObject({
  namespace: frame.namespace,
  kubeconfig: frame.kubeconfig,
  logLevel: frame.logLevel,
  components: z
    .record(z.string(), z.array(z.string()))
    .describe(
      'Component (traffic, control, gateway, or in the distributed profile mesh, telemetry, activator, autoscaler, strategy-controller, ' +
        'serving-controller, tenancy-controller, admission-webhook, api) and the names of its Services in the release namespace. Each gets Secret tidegate-tls-COMPONENT.',
    ),
  install: z
    .strictObject({
      knative: z.boolean().default(true).describe('Namespace knative-serving with its config maps (made once) and its Gateway.'),
      domain: z
        .string()
        .optional()
        .describe('Domain of public Knative Services, for the first install; without one they are reachable inside the cluster alone.'),
    })
    .optional()
    .describe(
      'Kinds and the GatewayClass are installed too. Without it certificates, and a sign-in token that is lost, are all that is made.',
    ),
});
export type CertificatesConfig = z.infer<typeof CertificatesConfig>;
