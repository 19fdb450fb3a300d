import type { Namespace } from '@tidegate/kube';
import type { ParentReference } from '@tidegate/mesh-contract';
import { namespaceIsAllowed } from './allowed-namespaces.js';
import type { GatewayPlan } from './gateway-plan.js';
import { hostsAtListener } from './hostnames.js';
import type { ListenerPlan } from './listener-plan.js';
import type { ListenerSetPlan } from './listener-sets.js';
import type { RouteModel } from './rule-model.js';

/** One parentRef of a route at a Gateway or one of its ListenerSets: the listeners that take it, or why none does. */
export interface GatewayAttachment {
  plan: GatewayPlan;
  listeners: readonly { listener: ListenerPlan; hosts: readonly string[] }[];
  accepted: { holds: boolean; reason: string; message: string };
}

/** `set` is the ListenerSet that a parentRef names; without it the Gateway itself is the parent. */
export interface GatewayParent {
  plan: GatewayPlan;
  set: ListenerSetPlan | undefined;
}

export function attachToGateway(
  route: RouteModel,
  parentRef: ParentReference,
  { plan, set }: GatewayParent,
  namespace: Namespace | undefined,
): GatewayAttachment {
  const parent = set ? `ListenerSet ${set.key}` : `Gateway ${plan.key}`;
  const refused = (reason: string, message: string): GatewayAttachment => ({
    plan,
    listeners: [],
    accepted: { holds: false, reason, message },
  });
  if (set?.problem) return refused('NoMatchingParent', `${parent} adds no listener: ${set.problem.message}`);
  const owner = set?.ref ?? plan.ref;
  const named = plan.listeners.filter(
    (l) => l.owner.kind === owner.kind && l.owner.name === owner.name && l.owner.namespace === owner.namespace,
  );
  const asked = named.filter(
    ({ listener }) =>
      (parentRef.sectionName === undefined || listener.name === parentRef.sectionName) &&
      (parentRef.port === undefined || listener.port === parentRef.port),
  );
  if (asked.length === 0) {
    const wanted = [parentRef.sectionName && `name ${parentRef.sectionName}`, parentRef.port && `port ${parentRef.port}`]
      .filter(Boolean)
      .join(' and ');
    return refused('NoMatchingParent', `${parent} has no listener with ${wanted}; correct sectionName or port.`);
  }
  const allowed = asked.filter(
    ({ kinds, listener }) =>
      kinds.some((k) => k.kind === route.ref.kind) &&
      namespaceIsAllowed(listener.allowedRoutes?.namespaces, 'Same', owner.namespace, route.ref.namespace, namespace),
  );
  if (allowed.length === 0) {
    return refused(
      'NotAllowedByListeners',
      `No listener of ${parent} allows ${route.ref.kind} from namespace ${route.ref.namespace}; see allowedRoutes there.`,
    );
  }
  const taken = allowed
    .map((listener) => ({ listener, hosts: hostsAtListener(listener.hostname, route.hostnames) }))
    .filter(({ hosts }) => hosts.length > 0);
  if (taken.length === 0) {
    const hosts = allowed.map((l) => l.hostname).join(', ');
    return refused('NoMatchingListenerHostname', `No hostname of the route is served by ${parent}, whose listeners take ${hosts}.`);
  }
  return { plan, listeners: taken, accepted: { holds: true, reason: 'Accepted', message: `Attached to ${parent}.` } };
}
