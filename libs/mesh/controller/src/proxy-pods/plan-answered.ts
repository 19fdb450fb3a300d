import type { EndpointSlice, Service } from '@tidegate/kube';
import { ENDPOINTS_OF_LABEL, SELECTOR_ANNOTATION, SLICE_MANAGER, SLICE_MANAGER_LABEL, digest } from '@tidegate/mesh-contract';
import {
  type AnsweredService,
  FIRST_OWN_PORT,
  LAST_OWN_PORT,
  endpointsServiceName,
  isAnswered,
  isToWaypoint,
  ownPorts,
} from '@tidegate/mesh-snapshot';
import { APPLIED_ANNOTATION } from './desired-proxy.js';

export interface ObservedAnswers {
  answered: readonly AnsweredService[];
  /** Of all namespaces. */
  services: readonly Service[];
  slices: readonly EndpointSlice[];
  /** As a slice lists the shared proxies. */
  proxies: NonNullable<EndpointSlice['endpoints']>;
  /** Every shared proxy holds all of these. */
  isLive(needs: readonly string[]): boolean;
}

export type AnswerAction =
  | { type: 'applyService'; object: Service }
  | { type: 'applySlice'; object: EndpointSlice }
  /** The Service gets this selector, or none, as its annotation then says. Only if it is still as it was seen. */
  | { type: 'setSelector'; service: Service; selector: Record<string, string> | undefined }
  /** What Kubernetes has listed for a Service, in both of its kinds. */
  | { type: 'deleteListed'; namespace: string; service: string; slices: readonly string[] }
  | { type: 'delete'; of: 'services' | 'endpointSlices'; namespace: string; name: string };

const SERVICE_LABEL = 'kubernetes.io/service-name';
/** On a slice that lists the proxies no more: since when, in milliseconds since the epoch. */
const LEFT_ANNOTATION = 'mesh.tidegate.dev/left-at';
/** Until every node has heard of it, clients still come to the proxies: their listeners stay for that long. */
export const LEAVING_MS = 10_000;

/**
 * One step for each Service whose clients are to be led to the shared proxy, or to its pods again. At no moment is a Service without endpoints that serve:
 *
 *   selector ─► + a second Service with the selector ─► + slice with ports of its own, no addresses ─► proxies hold its listeners, the second Service lists
 *   as many endpoints ─► slice with the proxies' addresses ─► selector into the annotation ─► what Kubernetes had listed goes         (and back the same way)
 *
 * Pure; what follows from a step is found by the next look. `now` in milliseconds since the epoch.
 */
export function planAnswered(observed: ObservedAnswers, now: number): AnswerAction[] {
  const slicesByService = Map.groupBy(
    observed.slices.filter((slice) => slice.metadata?.labels?.[SERVICE_LABEL] !== undefined),
    (slice) => `${slice.metadata?.namespace}/${slice.metadata?.labels?.[SERVICE_LABEL]}`,
  );
  const services = new Map(observed.services.map((service) => [`${service.metadata?.namespace}/${service.metadata?.name}`, service]));
  const taken = new Set(observed.slices.filter(isToWaypoint).flatMap((slice) => [...ownPorts(slice).values()]));
  return observed.answered.flatMap((one) => {
    const { namespace = '', name = '' } = one.service.metadata ?? {};
    const second = services.get(`${namespace}/${endpointsServiceName(name)}`);
    // The name may be somebody's own.
    if (second && second.metadata?.labels?.[ENDPOINTS_OF_LABEL] !== name) return [];
    const all = slicesByService.get(`${namespace}/${name}`) ?? [];
    const seen: Seen = {
      ...one,
      namespace,
      name,
      second,
      own: all.find(isToWaypoint),
      listed: all.filter((slice) => !isToWaypoint(slice)),
      listedElsewhere: slicesByService.get(`${namespace}/${endpointsServiceName(name)}`) ?? [],
    };
    return one.isWanted ? stepsTowards(seen, observed, taken) : stepsBack(seen, now);
  });
}

interface Seen extends AnsweredService {
  namespace: string;
  name: string;
  second: Service | undefined;
  own: EndpointSlice | undefined;
  listed: readonly EndpointSlice[];
  listedElsewhere: readonly EndpointSlice[];
}

function stepsTowards(seen: Seen, observed: ObservedAnswers, taken: Set<number>): AnswerAction[] {
  const { service, namespace, name, needs, listed } = seen;
  const selector = service.spec?.selector ?? {};
  const hasSelector = Object.keys(selector).length > 0;
  const second = secondService(seen, hasSelector ? selector : keptSelector(service));
  const ready = isAnswered(service) || isReadyToLead(seen, observed);
  const slice = ownSlice(seen, ready ? observed.proxies : [], taken);
  if (!slice) return [];
  const steps: AnswerAction[] = [];
  if (appliedOf(seen.second) !== appliedOf(second)) steps.push({ type: 'applyService', object: second });
  if (appliedOf(seen.own) !== appliedOf(slice)) steps.push({ type: 'applySlice', object: slice });
  if (steps.length > 0 || !ready || needs.length === 0) return steps;
  // Also of a Service whose author has written the selector again.
  if (hasSelector) return [{ type: 'setSelector', service, selector: undefined }];
  if (listed.length === 0) return [];
  return [{ type: 'deleteListed', namespace, service: name, slices: listed.flatMap(({ metadata }) => metadata?.name ?? []) }];
}

function isReadyToLead({ needs, listed, listedElsewhere }: Seen, { isLive, proxies }: ObservedAnswers): boolean {
  return (
    needs.length > 0 &&
    isLive(needs) &&
    proxies.some(({ conditions }) => conditions?.ready) &&
    readyCount(listedElsewhere) >= readyCount(listed)
  );
}

/** As on the way there, a Service has its old endpoints before it loses the proxy's. */
function stepsBack({ service, namespace, second, own, listed, listedElsewhere }: Seen, now: number): AnswerAction[] {
  if (isAnswered(service)) return [{ type: 'setSelector', service, selector: keptSelector(service) }];
  if (readyCount(listed) < readyCount(listedElsewhere)) return [];
  if (own && (own.endpoints ?? []).length > 0) return [{ type: 'applySlice', object: emptied(own, now) }];
  if (own && now < Number(own.metadata?.annotations?.[LEFT_ANNOTATION] ?? 0) + LEAVING_MS) return [];
  return [
    ...(own ? [{ type: 'delete' as const, of: 'endpointSlices' as const, namespace, name: own.metadata?.name ?? '' }] : []),
    ...(second ? [{ type: 'delete' as const, of: 'services' as const, namespace, name: second.metadata?.name ?? '' }] : []),
  ];
}

function emptied({ metadata, addressType, ports }: EndpointSlice, now: number): EndpointSlice {
  const { name, namespace, labels, ownerReferences } = metadata ?? {};
  return {
    metadata: { name, namespace, labels, ownerReferences, annotations: { [LEFT_ANNOTATION]: String(now) } },
    addressType,
    endpoints: [],
    ports,
  };
}

function readyCount(slices: readonly EndpointSlice[]): number {
  const addresses = slices.flatMap((slice) =>
    (slice.endpoints ?? []).flatMap((e) => ((e.conditions?.ready ?? true) ? e.addresses.slice(0, 1) : [])),
  );
  return new Set(addresses).size;
}

/** What its annotation says; an annotation that somebody has spoilt keeps nothing. */
export function keptSelector({ metadata }: Service): Record<string, string> {
  try {
    const kept: unknown = JSON.parse(metadata?.annotations?.[SELECTOR_ANNOTATION] ?? '');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}

const ownerOf = ({ name, service }: Seen) => [{ apiVersion: 'v1', kind: 'Service', name, uid: service.metadata?.uid ?? '' }];

/** Kubernetes goes on listing the endpoints for it; pods in the cluster may dial them by its name. */
function secondService(seen: Seen, selector: Record<string, string>): Service {
  const { service, namespace, name } = seen;
  const { ports = [], publishNotReadyAddresses } = service.spec ?? {};
  return noted<Service>({
    metadata: {
      name: endpointsServiceName(name),
      namespace,
      labels: { [ENDPOINTS_OF_LABEL]: name, 'app.kubernetes.io/part-of': 'tidegate' },
      ownerReferences: ownerOf(seen),
    },
    spec: {
      clusterIP: 'None',
      selector,
      ports: ports.map(({ name: port, port: number, targetPort, protocol, appProtocol }) => ({
        ...(port === undefined ? {} : { name: port }),
        port: number,
        ...(targetPort === undefined ? {} : { targetPort }),
        protocol: protocol ?? 'TCP',
        ...(appProtocol === undefined ? {} : { appProtocol }),
      })),
      ...(publishNotReadyAddresses ? { publishNotReadyAddresses } : {}),
    },
  });
}

/** Undefined when every port is taken: 10,000 ports of Services are answered for. */
function ownSlice(seen: Seen, endpoints: ObservedAnswers['proxies'], taken: Set<number>): EndpointSlice | undefined {
  const kept = ownPorts(seen.own);
  const ports: NonNullable<EndpointSlice['ports']> = [];
  for (const { name = '', appProtocol } of seen.service.spec?.ports ?? []) {
    const port = kept.get(name) ?? freePort(taken);
    if (port === undefined) return undefined;
    taken.add(port);
    ports.push({ name, port, protocol: 'TCP', ...(appProtocol ? { appProtocol } : {}) });
  }
  const { name, namespace } = seen;
  return noted<EndpointSlice>({
    metadata: {
      name: endpointsServiceName(name),
      namespace,
      labels: { [SERVICE_LABEL]: name, [SLICE_MANAGER_LABEL]: SLICE_MANAGER, 'app.kubernetes.io/part-of': 'tidegate' },
      ownerReferences: ownerOf(seen),
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  });
}

function freePort(taken: ReadonlySet<number>): number | undefined {
  for (let port = FIRST_OWN_PORT; port <= LAST_OWN_PORT; port++) if (!taken.has(port)) return port;
  return undefined;
}

function noted<T extends Service | EndpointSlice>(object: T): T {
  const applied = digest(JSON.stringify(object));
  return { ...object, metadata: { ...object.metadata, annotations: { [APPLIED_ANNOTATION]: applied } } };
}

const appliedOf = (object: Service | EndpointSlice | undefined): string | undefined => object?.metadata?.annotations?.[APPLIED_ANNOTATION];
