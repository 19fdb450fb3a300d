import type { ConfigMap, Deployment, EndpointSlice, Namespace, Pod, PodDisruptionBudget, Service } from '@tidegate/kube';
import {
  GATEWAY_NAMESPACE_LABEL,
  GATEWAY_NAME_LABEL,
  type Gateway,
  SLICE_MANAGER,
  SLICE_MANAGER_LABEL,
  digest,
  labelValue,
} from '@tidegate/mesh-contract';
import { type Placement, WAYPOINT_PORT, ownPorts } from '@tidegate/mesh-snapshot';
import { PROXY_LABEL, SHARED_CLUSTER } from '../names.js';
import type { ProxyPodsConfig } from './config.js';
import { APPLIED_ANNOTATION, type DesiredProxy, type ProxySet, desiredProxy } from './desired-proxy.js';

/** What is there. All but the pods and slices carry PROXY_LABEL and lie in the release namespace. */
export interface ObservedProxies {
  placement: Placement;
  namespace: Namespace | undefined;
  deployments: readonly Deployment[];
  services: readonly Service[];
  configMaps: readonly ConfigMap[];
  budgets: readonly PodDisruptionBudget[];
  pods: readonly Pod[];
  /** Ours, in all namespaces. */
  slices: readonly EndpointSlice[];
}

export type ProxyAction =
  | { type: 'applyConfigMap'; object: ConfigMap }
  | { type: 'applyDeployment'; object: Deployment }
  | { type: 'applyService'; object: Service }
  | { type: 'applyBudget'; object: PodDisruptionBudget }
  | { type: 'applySlice'; object: EndpointSlice }
  | {
      type: 'delete';
      of: 'deployments' | 'services' | 'configMaps' | 'podDisruptionBudgets' | 'endpointSlices';
      namespace: string;
      name: string;
    };

export const WAYPOINT_NAME = 'tidegate-waypoint';
const SERVICE_LABEL = 'kubernetes.io/service-name';
/** Leaves room for what a Deployment adds to the names of its pods. */
const LONGEST_NAME = 50;

/**
 * Objects that differ from what the Gateways and routed Services need, and those that nobody needs. A Gateway that can serve nothing for now keeps what
 * it has: the address of its load balancer must not be lost by a mistake in a certificate. Pure.
 */
export function planProxyPods(observed: ObservedProxies, namespace: string, config: ProxyPodsConfig): ProxyAction[] {
  const sets = [waypointSet(observed.namespace), ...gatewaySets(observed)];
  const desired = sets.flatMap(({ set, serves }) => (serves ? [desiredProxy(set, namespace, config)] : []));
  const slices = desiredSlices(observed);
  const kept = new Set(sets.map(({ set }) => set.name));
  const gone = (objects: readonly { metadata?: { name?: string } }[], of: 'deployments' | 'services' | 'configMaps') =>
    objects.flatMap(({ metadata }): ProxyAction[] =>
      kept.has(metadata?.name ?? '') ? [] : [{ type: 'delete', of, namespace, name: metadata?.name ?? '' }],
    );
  // Those of Services with a selector are planned apart.
  const wantedSlices = new Set([...slices.map(nameOf), ...observed.slices.filter((slice) => ownPorts(slice).size > 0).map(nameOf)]);
  return [
    ...desired.flatMap((proxy) => changed(proxy, observed)),
    ...slices.filter((slice) => isChanged(slice, observed.slices)).map((object): ProxyAction => ({ type: 'applySlice', object })),
    ...gone(observed.deployments, 'deployments'),
    ...gone(observed.services, 'services'),
    ...gone(observed.configMaps, 'configMaps'),
    ...observed.budgets.flatMap(({ metadata }): ProxyAction[] =>
      kept.has(metadata?.name ?? '') && config.replicas > 1
        ? []
        : [{ type: 'delete', of: 'podDisruptionBudgets', namespace, name: metadata?.name ?? '' }],
    ),
    ...observed.slices
      .filter((slice) => !wantedSlices.has(nameOf(slice)))
      .map(({ metadata }): ProxyAction => ({
        type: 'delete',
        of: 'endpointSlices',
        namespace: metadata?.namespace ?? '',
        name: metadata?.name ?? '',
      })),
  ];
}

function changed({ configMap, deployment, service, budget }: DesiredProxy, observed: ObservedProxies): ProxyAction[] {
  const actions: ProxyAction[] = [];
  if (isChanged(configMap, observed.configMaps)) actions.push({ type: 'applyConfigMap', object: configMap });
  if (isChanged(deployment, observed.deployments)) actions.push({ type: 'applyDeployment', object: deployment });
  if (service && isChanged(service, observed.services)) actions.push({ type: 'applyService', object: service });
  if (budget && isChanged(budget, observed.budgets)) actions.push({ type: 'applyBudget', object: budget });
  return actions;
}

interface Named {
  metadata?: { name?: string; namespace?: string; annotations?: Record<string, string> };
}
const nameOf = ({ metadata }: Named): string => `${metadata?.namespace}/${metadata?.name}`;

function isChanged(wanted: Named, there: readonly Named[]): boolean {
  const found = there.find((object) => nameOf(object) === nameOf(wanted));
  return found?.metadata?.annotations?.[APPLIED_ANNOTATION] !== wanted.metadata?.annotations?.[APPLIED_ANNOTATION];
}

interface Planned {
  set: ProxySet;
  /** False: it stays as it is. */
  serves: boolean;
}

function gatewaySets({ placement, deployments }: ObservedProxies): Planned[] {
  const taken = new Set<string>([WAYPOINT_NAME]);
  const owners = new Map(deployments.map((d) => [d.metadata?.name ?? '', ownerKey(d.metadata?.labels ?? {})]));
  // Names that are in use come first: a younger Gateway must not take the name that an older one has.
  const inUse = new Map([...owners].map(([name, owner]) => [owner, name]));
  for (const { gateway } of placement.gateways) {
    const name = inUse.get(ownerKey(identityOf(gateway)));
    if (name !== undefined) taken.add(name);
  }
  return placement.gateways.map(({ gateway, ports }) => {
    const identity = identityOf(gateway);
    const name = inUse.get(ownerKey(identity)) ?? freeName(gateway, taken);
    taken.add(name);
    const { namespace = '', name: own = '', uid = '' } = gateway.metadata ?? {};
    const { labels = {}, annotations = {} } = gateway.spec.infrastructure ?? {};
    const asked = gateway.spec.addresses?.find((address) => address.value)?.value;
    const set = { name, cluster: `gw/${namespace}/${own}`, identity, labels, annotations, ports, uid, service: { asked } };
    return { set, serves: ports.length > 0 };
  });
}

function waypointSet(namespace: Namespace | undefined): Planned {
  const set = {
    name: WAYPOINT_NAME,
    cluster: SHARED_CLUSTER,
    identity: {},
    labels: {},
    annotations: {},
    ports: [WAYPOINT_PORT],
    uid: namespace?.metadata?.uid ?? '',
    service: undefined,
  };
  return { set, serves: namespace !== undefined };
}

function identityOf({ metadata }: Gateway): Record<string, string> {
  return { [GATEWAY_NAMESPACE_LABEL]: labelValue(metadata?.namespace ?? ''), [GATEWAY_NAME_LABEL]: labelValue(metadata?.name ?? '') };
}

const ownerKey = (labels: Record<string, string>): string => `${labels[GATEWAY_NAMESPACE_LABEL]}/${labels[GATEWAY_NAME_LABEL]}`;

/** `gw-a-b-c` may be of a/b-c or of a-b/c: the second to come gets a digest, as does what is too long or has dots. */
function freeName({ metadata }: Gateway, taken: ReadonlySet<string>): string {
  const plain = `gw-${metadata?.namespace}-${metadata?.name}`;
  if (plain.length <= LONGEST_NAME && !plain.includes('.') && !taken.has(plain)) return plain;
  return `${plain.replaceAll('.', '-').slice(0, LONGEST_NAME - 11)}-${digest(`${metadata?.namespace}/${metadata?.name}`)}`;
}

/** The shared proxies, as a slice lists them. */
export function sharedEndpoints(pods: readonly Pod[]): NonNullable<EndpointSlice['endpoints']> {
  const shared = pods.filter((pod) => pod.metadata?.labels?.[PROXY_LABEL] === 'waypoint' && pod.status?.podIP);
  return shared
    .map((pod) => {
      const ready = (pod.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');
      const terminating = pod.metadata?.deletionTimestamp !== undefined;
      return {
        addresses: [pod.status?.podIP ?? ''],
        conditions: { ready: ready && !terminating, serving: ready, terminating },
        nodeName: pod.spec?.nodeName,
        targetRef: { kind: 'Pod', namespace: pod.metadata?.namespace, name: pod.metadata?.name, uid: pod.metadata?.uid },
      };
    })
    .sort((a, b) => ((a.addresses[0] ?? '') < (b.addresses[0] ?? '') ? -1 : 1));
}

/** Leads the clients of a routed Service to the shared proxy. */
function desiredSlices({ placement, pods }: ObservedProxies): EndpointSlice[] {
  const endpoints = sharedEndpoints(pods);
  return placement.waypoint.map((service) => {
    const { name = '', namespace = '', uid = '' } = service.metadata ?? {};
    const ports = (service.spec?.ports ?? [])
      .filter((port) => (port.protocol ?? 'TCP') === 'TCP')
      .map((port) => ({
        name: port.name ?? '',
        port: WAYPOINT_PORT,
        protocol: 'TCP',
        ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
      }));
    const slice: EndpointSlice = {
      metadata: {
        name: `${name.slice(0, 200)}-tidegate`,
        namespace,
        labels: { [SERVICE_LABEL]: name, [SLICE_MANAGER_LABEL]: SLICE_MANAGER, 'app.kubernetes.io/part-of': 'tidegate' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid }],
      },
      addressType: 'IPv4',
      endpoints,
      ports,
    };
    const applied = digest(JSON.stringify(slice));
    return { ...slice, metadata: { ...slice.metadata, annotations: { [APPLIED_ANNOTATION]: applied } } };
  });
}
