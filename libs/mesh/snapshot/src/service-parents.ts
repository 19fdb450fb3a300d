import type { Service } from '@tidegate/kube';
import type { ParentReference } from '@tidegate/mesh-contract';
import { comparePrecedence } from './precedence.js';
import { entriesOf, type Line } from './lines.js';
import { keyOf } from './object-key.js';
import type { ResolvedRoute } from './resolve-backends.js';
import type { ServiceTarget } from './service-target.js';
import type { SnapshotCache } from './snapshot-cache.js';

/** A route attached to a Service: GAMMA. From the Service's namespace it is for all callers, from another for callers there. */
export interface ServiceAttachment {
  route: ResolvedRoute;
  parentRef: ParentReference;
}

export class ServiceParents {
  private readonly byService = new Map<string, ServiceAttachment[]>();

  private readonly cache: SnapshotCache;

  constructor(cache: SnapshotCache) {
    this.cache = cache;
  }

  get isEmpty(): boolean {
    return this.byService.size === 0;
  }

  serviceKeys(): IterableIterator<string> {
    return this.byService.keys();
  }

  add(route: ResolvedRoute, parentRef: ParentReference): void {
    const key = keyOf(parentRef.namespace ?? route.model.ref.namespace, parentRef.name);
    const list = this.byService.get(key);
    if (list) list.push({ route, parentRef });
    else this.byService.set(key, [{ route, parentRef }]);
  }

  /** Everything attached to the Service, for the memo. */
  attachedTo(target: ServiceTarget): readonly ResolvedRoute[] {
    const all = this.byService.get(target.serviceKey);
    return all ? all.map(({ route }) => route) : NONE;
  }

  /** Routes for callers of `callerNamespace` (any caller when undefined): its own consumer routes come before the producer's. */
  routesFor(target: ServiceTarget, callerNamespace?: string): readonly ResolvedRoute[] {
    const all = this.byService.get(target.serviceKey);
    if (!all) return NONE;
    const atPort = all.filter(({ parentRef }) => matchesPort(parentRef, target)).map(({ route }) => route);
    const from = (namespace: string) => atPort.filter((route) => route.model.ref.namespace === namespace);
    if (callerNamespace !== undefined && callerNamespace !== target.namespace) {
      const consumer = from(callerNamespace);
      if (consumer.length > 0) return consumer;
    }
    return from(target.namespace);
  }

  /** Do callers of this namespace see other routes than everybody? */
  hasConsumerRoutes(target: ServiceTarget, callerNamespace: string | undefined): boolean {
    if (callerNamespace === undefined || callerNamespace === target.namespace) return false;
    const all = this.byService.get(target.serviceKey) ?? [];
    return all.some(({ route, parentRef }) => route.model.ref.namespace === callerNamespace && matchesPort(parentRef, target));
  }

  /** Lines of the producer's routes in order, for Gateway routes that forward to this Service; undefined when it has none. */
  linesOf(target: ServiceTarget): readonly Line[] | undefined {
    const routes = this.routesFor(target);
    if (routes.length === 0) return undefined;
    return this.cache.serviceLines.get(target.cluster, routes, () =>
      routes
        .flatMap(entriesOf)
        .sort((a, b) => comparePrecedence(a.order, b.order))
        .flatMap((entry) => entry.lines),
    );
  }
}

const NONE: readonly ResolvedRoute[] = [];

function matchesPort(parentRef: ParentReference, target: ServiceTarget): boolean {
  return (
    (parentRef.port === undefined || parentRef.port === target.port) &&
    (parentRef.sectionName === undefined || parentRef.sectionName === target.portName)
  );
}

/** Why a Service cannot be the parent, or undefined. */
export function serviceParentProblem(
  parentRef: ParentReference,
  key: string,
  service: Service | undefined,
  targets: readonly ServiceTarget[],
) {
  const reason = 'NoMatchingParent';
  if (!service) return { reason, message: `Service ${key} does not exist; create it or correct parentRefs.` };
  if (targets.some((target) => matchesPort(parentRef, target))) return undefined;
  const have = targets.map((t) => t.port).join(', ') || 'none';
  return { reason, message: `Service ${key} has no port ${parentRef.port ?? parentRef.sectionName}; it has ${have}.` };
}
