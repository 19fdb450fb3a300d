import { keyOf, type KubeObject } from '@tidegate/kube';
import type { RouteStatusPlan } from '@tidegate/mesh-snapshot';

export interface RefusedRoute {
  object: KubeObject;
  plan: RouteStatusPlan;
  message: string;
}

interface Held extends RefusedRoute {
  /** Known to be refused by itself; a suspect only stood in the refused table together with others that had changed. */
  isProven: boolean;
}

/**
 * Many routes stand in one table, and proxies refuse a table as a whole. So a refused route is taken out, or put back to the form that
 * proxies accepted before, until it changes; its neighbours go on.
 *
 *   table refused ─► routes of it that changed since they were live ─► one: proven. Several: all are held, and then each is
 *   let in again alone ─► refused: proven │ live: innocent
 *
 * Bounded by the routes of the snapshot.
 */
export class Quarantine {
  private readonly held = new Map<string, Held>();
  private readonly accepted = new Map<string, KubeObject>();
  private onTrial: string | undefined;
  /** A decision is in force only with the next build: until then, looks still see the table before it. */
  private awaitsBuild = false;

  /** Proxies serve this form of the route. */
  accept(kind: string, object: KubeObject): void {
    this.accepted.set(routeKey(kind, object), object);
  }

  /** True when the form was served before, so that a refusal is not this route's fault. */
  wasAccepted(kind: string, object: KubeObject): boolean {
    return isSameForm(this.accepted.get(routeKey(kind, object)), object);
  }

  /** Why this form of a route is held; undefined for routes that are not, and for suspects until they are proven. */
  verdictOn(kind: string, object: KubeObject): RefusedRoute | undefined {
    const held = this.held.get(routeKey(kind, object));
    return held?.isProven && isSameForm(held.object, object) ? held : undefined;
  }

  /** The routes to build with: held ones in their accepted form, or not at all. A changed route gets another chance. */
  substitute<T extends KubeObject>(kind: string, routes: readonly T[]): readonly T[] {
    this.awaitsBuild = false;
    if (this.held.size === 0) return routes;
    return routes.flatMap((route) => {
      const key = routeKey(kind, route);
      const held = this.held.get(key);
      if (!held) return [route];
      if (!isSameForm(held.object, route)) {
        this.held.delete(key);
        return [route];
      }
      const before = this.accepted.get(key);
      // The key names kind and object, so what was accepted under it is of the same type.
      return before && before.metadata?.uid === route.metadata?.uid ? [before as T] : [];
    });
  }

  /** Takes what a look at all routes found; true when the snapshot has to be built anew. `isPending`: proxies have not answered everything. */
  decide(kindOf: (route: RefusedRoute) => string, refused: readonly RefusedRoute[], isPending: boolean): boolean {
    if (this.awaitsBuild) return false;
    const fresh = refused.filter((route) => !this.wasAccepted(kindOf(route), route.object));
    if (fresh.length > 0) {
      for (const route of fresh) {
        const key = routeKey(kindOf(route), route.object);
        this.held.set(key, { ...route, isProven: fresh.length === 1 || key === this.onTrial });
      }
      this.onTrial = undefined;
      this.awaitsBuild = true;
      return true;
    }
    if (isPending || refused.length > 0) return false;
    this.onTrial = undefined;
    const suspect = [...this.held].find(([, held]) => !held.isProven)?.[0];
    if (suspect === undefined) return false;
    this.held.delete(suspect);
    this.onTrial = suspect;
    this.awaitsBuild = true;
    return true;
  }

  /** Forgets routes that are gone. */
  keep(keys: ReadonlySet<string>): void {
    for (const table of [this.held, this.accepted]) for (const key of table.keys()) if (!keys.has(key)) table.delete(key);
  }
}

export const routeKey = (kind: string, object: KubeObject): string => `${kind}/${keyOf(object)}`;

/** Status does not count: what proxies are sent follows from the rest. */
function isSameForm(a: KubeObject | undefined, b: KubeObject): boolean {
  return a !== undefined && a.metadata?.uid === b.metadata?.uid && a.metadata?.generation === b.metadata?.generation;
}
