import { type EndpointSlice, type Pod, type Service, kinds, mapMatches } from '@tidegate/kube';
import { realPortOf, readPodPorts } from '../pods/pod-ports.js';
import { controllerRef } from './owner.js';
import { podIsReady } from './pod-state.js';

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
export const MANAGER = 'endpointslice-controller.tidegate.dev';
const MAX_NAME = 253;

/** The slices that a Service should have: one for each of its pods, because real ports differ from pod to pod. Empty without a selector. */
export function wantedSlices(service: Service, pods: Pod[]): EndpointSlice[] {
  const selector = service.spec?.selector;
  if (!selector || Object.keys(selector).length === 0 || service.spec?.type === 'ExternalName' || service.metadata?.deletionTimestamp)
    return [];
  return pods.filter((p) => isEndpoint(p) && mapMatches(selector, p.metadata?.labels)).map((pod) => sliceOf(service, pod));
}

/** Pods with an address that have not finished; those that end stay, as terminating ones, until they are gone. */
function isEndpoint(pod: Pod): boolean {
  return Boolean(pod.status?.podIP) && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}

function sliceOf(service: Service, pod: Pod): EndpointSlice {
  const { name: serviceName = '', namespace } = service.metadata ?? {};
  const { name: podName = '', uid } = pod.metadata ?? {};
  const terminating = pod.metadata?.deletionTimestamp !== undefined;
  const serving = podIsReady(pod);
  const ready = (serving && !terminating) || service.spec?.publishNotReadyAddresses === true;
  const ports = readPodPorts(pod);
  return {
    metadata: {
      name: `${serviceName}-${podName}`.slice(0, MAX_NAME),
      namespace,
      labels: { ...service.metadata?.labels, [SERVICE_NAME_LABEL]: serviceName, [MANAGED_BY_LABEL]: MANAGER },
      ownerReferences: [controllerRef(kinds.services, service)],
    },
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: [pod.status?.podIP ?? ''],
        conditions: { ready, serving, terminating },
        nodeName: pod.spec?.nodeName,
        targetRef: { kind: 'Pod', name: podName, namespace, uid },
      },
    ],
    ports: (service.spec?.ports ?? []).flatMap((port) => {
      const target = port.targetPort ?? port.port;
      const asked = typeof target === 'string' && /^\d+$/.test(target) ? Number(target) : target;
      const real = typeof asked === 'number' || typeof asked === 'string' ? realPortOf(pod, ports, asked) : undefined;
      if (real === undefined) return [];
      return [
        {
          name: port.name ?? '',
          port: real,
          protocol: port.protocol ?? 'TCP',
          ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
        },
      ];
    }),
  };
}

/** Compares what this controller decides; everything else of a slice is the server's. */
export function sameSlice(a: EndpointSlice, b: EndpointSlice): boolean {
  return JSON.stringify(essence(a)) === JSON.stringify(essence(b));
}

function essence(slice: EndpointSlice): unknown {
  const labels = Object.entries(slice.metadata?.labels ?? {}).sort();
  const endpoints = (slice.endpoints ?? []).map((e) => [
    e.addresses,
    e.conditions?.ready,
    e.conditions?.serving,
    e.conditions?.terminating,
    e.nodeName,
    e.targetRef?.uid,
  ]);
  const ports = (slice.ports ?? []).map((p) => [p.name ?? '', p.port, p.protocol ?? 'TCP', p.appProtocol ?? '']);
  return [labels, endpoints, ports];
}
