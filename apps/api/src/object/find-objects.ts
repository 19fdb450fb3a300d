import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@tidegate/access';
import { type Informer, type Kind, type KubeObject, isNotFound, kinds } from '@tidegate/kube';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { asCaller } from '../edge/as-caller.js';
import { toGlobalId } from '../edge/global-id.js';
import { requireBetween, requireShort } from '../edge/input.js';
import { visible } from '../edge/visible.js';
import { isOfRevision } from '../service/to-service.js';
import type { DeletionPreview, ObjectInput, SearchHit } from './object.types.js';

const LONGEST_TEXT = 100;
const MOST_HITS = 100;
const MOST_SHOWN = 200;

const ROOT_CA = 'kube-root-ca.crt';
const UNCACHED: readonly Kind[] = [kinds.configMaps, kinds.secrets, { group: '', version: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', namespaced: true }];

export interface SeenObject {
  kind: string;
  object: KubeObject;
}

interface Searched {
  kind: string;
  group: string;
  resource: string;
  list: () => KubeObject[];
}

/** Searches in what the caches hold, by the caller's rights. */
@Injectable()
export class FindObjects {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  private searched(): Searched[] {
    const { caches } = this.ports;
    const of = (kind: string, cache: Informer<KubeObject>): Searched => ({ kind, group: cache.kind.group, resource: cache.kind.plural, list: () => cache.list() });
    return [
      { kind: 'Deployment', group: 'apps', resource: 'deployments', list: () => caches.deployments.list().filter((d) => !isOfRevision(d)) },
      of('StatefulSet', caches.statefulSets),
      of('KnativeService', caches.knativeServices),
      of('Release', caches.releases),
      of('Gateway', caches.gateways),
      of('Pod', caches.pods),
    ];
  }

  /** Names that begin with the text come first, then those that contain it; short ones before long ones. */
  async search(caller: Caller, text: string, first: number): Promise<SearchHit[]> {
    requireBetween('first', first, 1, MOST_HITS);
    const wanted = requireShort('text', text, LONGEST_TEXT).trim().toLowerCase();
    if (wanted === '') return [];
    const nameOf = (o: KubeObject): string => o.metadata?.name ?? '';
    const projects = this.ports.caches.namespaces.list().filter((n) => nameOf(n).includes(wanted));
    const readable = await this.ports.rights.namespacesWith(caller, { verb: 'get', group: '', resource: 'namespaces' }, projects.map(nameOf));
    const hits: SearchHit[] = projects.filter((n) => readable.has(nameOf(n))).map((n) => ({ id: toGlobalId('Project', '', nameOf(n)), kind: 'Project', namespace: null, name: nameOf(n) }));
    for (const { kind, group, resource, list } of this.searched()) {
      const found = await visible(this.ports.rights, caller, { group, resource }, list().filter((o) => nameOf(o).includes(wanted)));
      hits.push(...found.map((o) => ({ id: toGlobalId(kind, o.metadata?.namespace ?? '', nameOf(o)), kind, namespace: o.metadata?.namespace ?? null, name: nameOf(o) })));
    }
    const rank = ({ name }: SearchHit): number => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2) * 1_000 + name.length;
    return hits.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1)).slice(0, first);
  }

  /** What is owned by the object, and by that in turn; for a namespace, all that is in it. */
  async dependents(caller: Caller, { kind, namespace, name }: ObjectInput): Promise<DeletionPreview> {
    const found = kind === 'Namespace' ? await this.everythingIn(caller, name) : ownedBy(await this.cachedIn(caller, namespace), kind, name);
    return { totalCount: found.length, objects: found.slice(0, MOST_SHOWN).map((f) => ({ kind: f.kind, namespace: f.object.metadata?.namespace ?? null, name: f.object.metadata?.name ?? '' })) };
  }

  /** As far as the caller may see it. */
  async everythingIn(caller: Caller, namespace: string): Promise<SeenObject[]> {
    return [...(await this.cachedIn(caller, namespace)), ...(await this.settingsIn(caller, namespace))];
  }

  private async cachedIn(caller: Caller, namespace: string | undefined): Promise<SeenObject[]> {
    const { caches, rights } = this.ports;
    const known: Informer<KubeObject>[] = [caches.applications, caches.deployments, caches.statefulSets, caches.replicaSets, caches.pods, caches.services, caches.knativeServices, caches.revisions, caches.podAutoscalers, caches.strategies, caches.releases, caches.gateways, caches.httpRoutes];
    const seen: SeenObject[] = [];
    for (const cache of known) {
      const objects = await visible(rights, caller, { group: cache.kind.group, resource: cache.kind.plural }, cache.list(namespace));
      seen.push(...objects.map((object) => ({ kind: cache.kind.kind, object })));
    }
    return seen;
  }

  /** What no cache holds, and nobody wants to lose unseen. What Kubernetes puts into every namespace is left out. */
  private async settingsIn(caller: Caller, namespace: string): Promise<SeenObject[]> {
    const person = asCaller(this.ports.own, caller);
    const found = await Promise.all(
      UNCACHED.map(async (kind) => {
        if (!(await this.ports.rights.may(caller, { verb: 'list', group: kind.group, resource: kind.plural, namespace })).allowed) return [];
        const listed = await person.list(kind, { namespace, limit: MOST_SHOWN }).catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw error;
        });
        return (listed?.items ?? []).filter((o) => o.metadata?.name !== ROOT_CA).map((object) => ({ kind: kind.kind, object }));
      }),
    );
    return found.flat();
  }
}

export function ownedBy<T extends SeenObject>(all: readonly T[], kind: string, name: string): T[] {
  const found = new Set<T>();
  let owners = new Set([`${kind}/${name}`]);
  while (owners.size > 0) {
    const next = all.filter((o) => !found.has(o) && o.object.metadata?.ownerReferences?.some((r) => owners.has(`${r.kind}/${r.name}`)));
    next.forEach((o) => found.add(o));
    owners = new Set(next.map((o) => `${o.kind}/${o.object.metadata?.name}`));
  }
  return [...found];
}
