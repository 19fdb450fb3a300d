import type { ConfigMap, Deployment, PodDisruptionBudget, Service } from '@tidegate/kube';
import { digest } from '@tidegate/mesh-contract';
import { clusterBootstrap } from '@tidegate/mesh-xds-server';
import { PROXY_LABEL } from '../names.js';
import type { ProxyPodsConfig } from './config.js';

/** Pods that serve one Gateway, or the shared ones. */
export interface ProxySet {
  /** Of everything that is made for it. */
  name: string;
  /** `node.cluster` of its Envoys. */
  cluster: string;
  /** Labels by which its pods and its Service are found, apart from those of all proxies. */
  identity: Readonly<Record<string, string>>;
  /** Wanted by the Gateway's author for all that is made for it. */
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  /** Ports on which it serves; each is also the Service's. */
  ports: readonly number[];
  /** Of the Gateway, or of the namespace. */
  uid: string;
  /** Undefined: clients find the pods without a Service. */
  service: { asked: string | undefined } | undefined;
}

export interface DesiredProxy {
  configMap: ConfigMap;
  deployment: Deployment;
  service: Service | undefined;
  budget: PodDisruptionBudget | undefined;
}

export const APPLIED_ANNOTATION = 'mesh.tidegate.dev/applied';
const HEALTH_PORT = 15_021;
const OWN_FOLDER = '/etc/tidegate/envoy';
const TLS_FOLDER = '/etc/tidegate/tls';
const RUN_FOLDER = '/run/tidegate';
/** Any user but root will do; files of the image belong to nobody in particular. */
const USER = 65_532;

/** What the proxy set needs in the release namespace. Pure: the same set gives the same objects. */
export function desiredProxy(set: ProxySet, namespace: string, config: ProxyPodsConfig): DesiredProxy {
  const selector = { [PROXY_LABEL]: set.service ? 'gateway' : 'waypoint', ...set.identity };
  const labels = {
    ...set.labels,
    'app.kubernetes.io/name': 'envoy',
    'app.kubernetes.io/component': 'gateway',
    'app.kubernetes.io/part-of': 'tidegate',
    'app.kubernetes.io/managed-by': 'tidegate-mesh',
    ...selector,
  };
  const metadata = { name: set.name, namespace, labels, annotations: { ...set.annotations } };
  const files = clusterBootstrap({
    mesh: { ...config.mesh, name: 'mesh.tidegate' },
    telemetry: { ...config.telemetry, name: 'telemetry.tidegate' },
    activator: { ...config.activator, name: 'activator.tidegate' },
    tlsFolder: TLS_FOLDER,
    ownFolder: OWN_FOLDER,
    adminSocket: `${RUN_FOLDER}/admin.sock`,
    healthPort: HEALTH_PORT,
    drainToken: drainToken(set),
    drainSeconds: config.drainSeconds,
  });
  return {
    configMap: withHash({ metadata, data: files }),
    deployment: withHash(deployment(set, { metadata, selector, labels }, digest(JSON.stringify(files)), config)),
    service: set.service && set.ports.length > 0 ? withHash(service(set, metadata, selector, config)) : undefined,
    budget: config.replicas > 1 ? withHash({ metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } }) : undefined,
  };
}

/** Who can read the Gateway may end its proxies' work: nobody else knows its uid. */
const drainToken = ({ uid }: ProxySet): string => digest(`drain ${uid}`) + digest(`token ${uid}`);

type Metadata = NonNullable<Service['metadata']>;

function service(set: ProxySet, metadata: Metadata, selector: Record<string, string>, config: ProxyPodsConfig): Service {
  const type = config.service === 'HostPort' ? 'ClusterIP' : config.service;
  const asked = type === 'LoadBalancer' ? set.service?.asked : undefined;
  return {
    metadata,
    spec: {
      type,
      selector,
      ports: set.ports.map((port) => ({ name: `p-${port}`, port, targetPort: port, protocol: 'TCP' })),
      ...(asked === undefined ? {} : { loadBalancerIP: asked }),
    },
  };
}

function deployment(
  set: ProxySet,
  { metadata, selector, labels }: { metadata: Metadata; selector: Record<string, string>; labels: Record<string, string> },
  filesHash: string,
  config: ProxyPodsConfig,
): Deployment {
  const hostPorts = set.service !== undefined && config.service === 'HostPort';
  const flags = ['--concurrency', String(config.concurrency), '--disable-hot-restart', '--log-level', 'warning'];
  const health = { port: HEALTH_PORT, scheme: 'HTTP' };
  const spread = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selector },
  };
  return {
    metadata,
    spec: {
      replicas: config.replicas,
      selector: { matchLabels: selector },
      // A new pod comes before an old one goes; with the nodes' own ports there is no room for both.
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: hostPorts ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 },
      },
      template: {
        // Of the author's annotations none: some change what a pod may do.
        metadata: { labels, annotations: { 'mesh.tidegate.dev/bootstrap': filesHash } },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: config.drainSeconds + 15,
          ...(config.imagePullSecrets.length > 0 ? { imagePullSecrets: config.imagePullSecrets.map((name) => ({ name })) } : {}),
          securityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            fsGroup: USER,
            seccompProfile: { type: 'RuntimeDefault' },
            // Ports below 1024 without any capability.
            sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
          },
          topologySpreadConstraints: [spread],
          containers: [
            {
              name: 'envoy',
              image: config.image,
              imagePullPolicy: config.imagePullPolicy,
              command: ['envoy'],
              args: ['-c', `${OWN_FOLDER}/envoy.json`, '--service-node', '$(POD_NAME)', '--service-cluster', set.cluster, ...flags],
              env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
              ports: [
                // Only what must be written: a new listener is no reason to start pods anew.
                ...(hostPorts
                  ? set.ports.map((port) => ({ name: `p-${port}`, containerPort: port, hostPort: port, protocol: 'TCP' }))
                  : []),
                { name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' },
              ],
              readinessProbe: { httpGet: { ...health, path: '/ready' }, periodSeconds: 1, failureThreshold: 3 },
              lifecycle: { preStop: { httpGet: { ...health, path: `/drain/${drainToken(set)}` } } },
              resources: config.resources,
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              volumeMounts: [
                { name: 'bootstrap', mountPath: OWN_FOLDER, readOnly: true },
                { name: 'tls', mountPath: TLS_FOLDER, readOnly: true },
                { name: 'run', mountPath: RUN_FOLDER },
              ],
            },
          ],
          volumes: [
            { name: 'bootstrap', configMap: { name: set.name } },
            { name: 'tls', secret: { secretName: config.tlsSecret, defaultMode: 0o440 } },
            { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
          ],
        },
      },
    },
  };
}

/** Notes what was asked for, so that defaults and what others add are no difference. */
function withHash<T extends { metadata?: { annotations?: Record<string, string> } }>(object: T): T {
  const applied = digest(JSON.stringify(object));
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [APPLIED_ANNOTATION]: applied } } };
}
