import type { GatewayAttachment } from './attach.js';
import type { GatewayPlan } from './gateway-plan.js';
import { mostSpecificCover } from './hostnames.js';
import type { ListenerPlan } from './listener-plan.js';
import type { ResolvedRoute } from './resolve-backends.js';
import type { RouteModel } from './rule-model.js';

/** A route of connections rather than of requests. */
export function isStream({ ref }: Pick<RouteModel, 'ref'>): boolean {
  return ref.kind === 'TLSRoute' || ref.kind === 'TCPRoute';
}

/** Where the connections of one listener go. */
export interface StreamHost {
  /** The name that the client asks for (SNI); '*' is any, or none. */
  host: string;
  route: ResolvedRoute;
}

/** Collects the routes of connections, listener by listener. Of two for one name the one added first, the older, has it. */
export class StreamRoutes {
  private readonly byListener = new Map<ListenerPlan, StreamHost[]>();

  /** Returns the listeners in which the route stands. */
  add(route: ResolvedRoute, attachment: GatewayAttachment): ListenerPlan[] {
    return attachment.listeners.flatMap(({ listener, hosts }) => {
      if (!listener.usable) return [];
      const known = this.of(listener);
      const peers = hostsOnPort(attachment.plan, listener);
      const fresh = hosts.filter(
        (host) => mostSpecificCover(peers, host) === listener.hostname && !known.some((stands) => stands.host === host),
      );
      if (fresh.length > 0) this.byListener.set(listener, [...known, ...fresh.map((host) => ({ host, route }))]);
      return fresh.length > 0 ? [listener] : [];
    });
  }

  of(listener: ListenerPlan): readonly StreamHost[] {
    return this.byListener.get(listener) ?? NONE;
  }
}

const NONE: readonly StreamHost[] = [];

/** Hosts of all listeners among which the name that a client asks for decides. */
export function hostsOnPort(plan: GatewayPlan, { listener, protocol }: ListenerPlan): string[] {
  const isByName = (other: ListenerPlan) => other.protocol === 'https' || other.protocol === 'tls';
  return plan.listeners
    .filter((other) => other.usable && other.listener.port === listener.port)
    .filter((other) => (protocol === 'https' || protocol === 'tls' ? isByName(other) : other.protocol === protocol))
    .map((other) => other.hostname);
}
