import type { GatewayAttachment } from './attach.js';
import { intersectHosts } from './hostnames.js';
import type { ListenerPlan } from './listener-plan.js';
import { compareText } from './object-key.js';
import type { RouteModel } from './rule-model.js';

export interface Standing {
  model: RouteModel;
  attachment: GatewayAttachment;
}

/** The route of the other kind that is in the way, by listener and by the id of the route that is not served there. */
export type KindConflicts = ReadonlyMap<ListenerPlan, ReadonlyMap<string, RouteModel>>;

export const NO_CONFLICTS: KindConflicts = new Map();

/**
 * An HTTPRoute and a GRPCRoute must not have a host in common on one listener: the older one has it, and of two of one age the first by
 * namespace/name (see GRPCRouteSpec.hostnames of the Gateway API). `standings` in any order.
 */
export function findKindConflicts(standings: readonly Standing[]): KindConflicts {
  const conflicts = new Map<ListenerPlan, Map<string, RouteModel>>();
  const served = new Map<ListenerPlan, { model: RouteModel; hosts: readonly string[] }[]>();
  for (const { model, attachment } of [...standings].sort((a, b) => byAgeOfModel(a.model, b.model))) {
    for (const { listener, hosts } of attachment.listeners) {
      const others = served.get(listener) ?? [];
      const inTheWay = others.find(
        (other) =>
          other.model.ref.kind !== model.ref.kind && other.hosts.some((a) => hosts.some((b) => intersectHosts(a, b) !== undefined)),
      );
      if (!inTheWay) {
        if (others.length === 0) served.set(listener, others);
        others.push({ model, hosts });
        continue;
      }
      const here = conflicts.get(listener) ?? new Map<string, RouteModel>();
      conflicts.set(listener, here.set(model.id, inTheWay.model));
    }
  }
  return conflicts;
}

function byAgeOfModel(a: RouteModel, b: RouteModel): number {
  return compareText(a.createdAt, b.createdAt) || compareText(a.key, b.key);
}

/** What is left of an attachment. */
export function withoutConflicts(attachment: GatewayAttachment, model: RouteModel, conflicts: KindConflicts): GatewayAttachment {
  if (conflicts.size === 0 || !attachment.accepted.holds) return attachment;
  const listeners = attachment.listeners.filter(({ listener }) => !conflicts.get(listener)?.has(model.id));
  if (listeners.length === attachment.listeners.length) return attachment;
  if (listeners.length > 0) return { ...attachment, listeners };
  const [first] = attachment.listeners.flatMap(({ listener }) => conflicts.get(listener)?.get(model.id) ?? []);
  const message = `${first?.ref.kind} ${first?.key} is older and has a host in common with this ${model.ref.kind}; give one of them another host.`;
  return { ...attachment, listeners, accepted: { holds: false, reason: 'HostnameConflict', message } };
}
