import type { Namespace } from '@tidegate/kube';
import type { LabelSelector, Listener, ParentReference } from '@tidegate/mesh-contract';
import type { GatewayPlan, ListenerPlan } from './gateway-plan.js';
import { hostsAtListener } from './hostnames.js';
import type { RouteModel } from './rule-model.js';

/** One parentRef of a route at a Gateway: the listeners that take it, or why none does. */
export interface GatewayAttachment {
  plan: GatewayPlan;
  listeners: readonly { listener: ListenerPlan; hosts: readonly string[] }[];
  accepted: { holds: boolean; reason: string; message: string };
}

export function attachToGateway(
  route: RouteModel,
  parentRef: ParentReference,
  plan: GatewayPlan,
  namespace: Namespace | undefined,
): GatewayAttachment {
  const refused = (reason: string, message: string): GatewayAttachment => ({
    plan,
    listeners: [],
    accepted: { holds: false, reason, message },
  });
  const named = plan.listeners.filter(
    ({ listener }) =>
      (parentRef.sectionName === undefined || listener.name === parentRef.sectionName) &&
      (parentRef.port === undefined || listener.port === parentRef.port),
  );
  if (named.length === 0) {
    const asked = [parentRef.sectionName && `name ${parentRef.sectionName}`, parentRef.port && `port ${parentRef.port}`]
      .filter(Boolean)
      .join(' and ');
    return refused('NoMatchingParent', `Gateway ${plan.key} has no listener with ${asked}; correct sectionName or port.`);
  }
  const allowed = named.filter(
    ({ kinds, listener }) =>
      kinds.some((k) => k.kind === route.ref.kind) && namespaceIsAllowed(listener, plan.ref.namespace, route.ref.namespace, namespace),
  );
  if (allowed.length === 0) {
    return refused(
      'NotAllowedByListeners',
      `No listener of Gateway ${plan.key} allows ${route.ref.kind} from namespace ${route.ref.namespace}; see allowedRoutes there.`,
    );
  }
  const taken = allowed
    .map((listener) => ({ listener, hosts: hostsAtListener(listener.hostname, route.hostnames) }))
    .filter(({ hosts }) => hosts.length > 0);
  if (taken.length === 0) {
    const hosts = allowed.map((l) => l.hostname).join(', ');
    return refused(
      'NoMatchingListenerHostname',
      `No hostname of the route is served by Gateway ${plan.key}, whose listeners take ${hosts}.`,
    );
  }
  return { plan, listeners: taken, accepted: { holds: true, reason: 'Accepted', message: `Attached to Gateway ${plan.key}.` } };
}

function namespaceIsAllowed(listener: Listener, own: string, from: string, namespace: Namespace | undefined): boolean {
  const allowed = listener.allowedRoutes?.namespaces;
  switch (allowed?.from ?? 'Same') {
    case 'All':
      return true;
    case 'Same':
      return from === own;
    case 'Selector':
      return allowed?.selector !== undefined && selects(allowed.selector, namespace?.metadata?.labels ?? {});
  }
}

/** Label selector of Kubernetes; an unknown operator selects nothing. */
export function selects(selector: LabelSelector, labels: Record<string, string>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
