import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@tidegate/access';
import type { Informer, KubeObject } from '@tidegate/kube';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { toGlobalId } from '../edge/global-id.js';
import { requireBetween, requireShort } from '../edge/input.js';
import { visible } from '../edge/visible.js';
import { isOfRevision } from '../service/to-service.js';
import type { SearchHit } from './object.types.js';

const LONGEST_TEXT = 100;
const MOST_HITS = 100;

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
}
