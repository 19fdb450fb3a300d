import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@tidegate/access';
import type { Deployment, Informer, Kind, KubeObject, StatefulSet } from '@tidegate/kube';
import { kinds } from '@tidegate/kube';
import { type KnativeService, knativeServices } from '@tidegate/serving-contract';
import { inNamespace, onChangeIn } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { type PageArgs, pageOf } from '../edge/connection.js';
import { followState } from '../edge/follow-state.js';
import { fromGlobalId } from '../edge/global-id.js';
import { InvalidInput, requireName, requireShort } from '../edge/input.js';
import { requireRight, visible } from '../edge/visible.js';
import { type ServiceConnection, type ServiceFilterInput, ServiceKind, type ServiceObject } from './service.types.js';
import { ID_KINDS, isOfRevision, toDeploymentService, toKnativeService, toStatefulSetService } from './to-service.js';

/** A service as Kubernetes has it. */
export type ServiceSource =
  | { kind: ServiceKind.DEPLOYMENT; object: Deployment }
  | { kind: ServiceKind.STATEFUL_SET; object: StatefulSet }
  | { kind: ServiceKind.KNATIVE; object: KnativeService };

export const RESOURCES: Record<ServiceKind, { group: string; resource: string; kind: Kind }> = {
  DEPLOYMENT: { group: 'apps', resource: 'deployments', kind: kinds.deployments },
  STATEFUL_SET: { group: 'apps', resource: 'statefulsets', kind: kinds.statefulSets },
  KNATIVE: { group: 'serving.knative.dev', resource: 'services', kind: knativeServices },
};

const LONGEST_SEARCH = 100;
/** States change with every pod: a list is shown again four times a second at most. */
const SETTLE_MS = 250;
const keyOf = (source: ServiceSource): string => `${source.object.metadata?.namespace}/${source.object.metadata?.name}/${source.kind}`;

@Injectable()
export class ServiceCatalog {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  async list(caller: Caller, filter: ServiceFilterInput, page: PageArgs): Promise<ServiceConnection> {
    const search = requireShort('filter.search', filter.search ?? '', LONGEST_SEARCH).toLowerCase();
    const { namespace } = filter;
    if (namespace !== undefined) requireName('filter.namespace', namespace);
    const seen = await this.seen(caller, namespace, filter.kind);
    const named = search === '' ? seen : seen.filter(({ object }) => (object.metadata?.name ?? '').includes(search));
    const { state } = filter;
    const wanted = state === undefined ? named : named.filter((source) => this.toService(source).state === state);
    return pageOf(wanted, page, keyOf, (source) => this.toService(source));
  }

  /** All that the caller may list. Refused in one namespace where he may list no kind of service. */
  async seen(caller: Caller, namespace?: string, kind?: ServiceKind): Promise<ServiceSource[]> {
    const { rights, caches } = this.ports;
    const wanted = Object.values(ServiceKind).filter((k) => kind === undefined || k === kind);
    if (namespace !== undefined) {
      const answers = await Promise.all(wanted.map((k) => rights.may(caller, { ...attributesOf(k), verb: 'list', namespace })));
      const [first] = wanted;
      if (first !== undefined && answers.every((a) => !a.allowed)) await requireRight(rights, caller, { ...attributesOf(first), verb: 'list', namespace });
    }
    const of = <T extends KubeObject>(k: ServiceKind, cache: Informer<T>): Promise<T[]> =>
      wanted.includes(k) ? visible(rights, caller, attributesOf(k), inNamespace(cache, namespace)) : Promise.resolve([]);
    const [deployments, sets, knative] = await Promise.all([
      of(ServiceKind.DEPLOYMENT, caches.deployments),
      of(ServiceKind.STATEFUL_SET, caches.statefulSets),
      of(ServiceKind.KNATIVE, caches.knativeServices),
    ]);
    return [
      ...deployments.filter((d) => !isOfRevision(d)).map((object): ServiceSource => ({ kind: ServiceKind.DEPLOYMENT, object })),
      ...sets.map((object): ServiceSource => ({ kind: ServiceKind.STATEFUL_SET, object })),
      ...knative.map((object): ServiceSource => ({ kind: ServiceKind.KNATIVE, object })),
    ];
  }

  /** Null when it is not there. Throws API_FORBIDDEN before anything is told of it. */
  async get(caller: Caller, id: string): Promise<ServiceObject | null> {
    const { kind, namespace, name } = serviceNamed(id);
    await requireRight(this.ports.rights, caller, { ...attributesOf(kind), verb: 'get', namespace, name });
    const source = this.source(kind, namespace, name);
    return source ? this.toService(source) : null;
  }

  source(kind: ServiceKind, namespace: string, name: string): ServiceSource | undefined {
    const { deployments, statefulSets, knativeServices: knative } = this.ports.caches;
    switch (kind) {
      case ServiceKind.DEPLOYMENT: {
        const object = deployments.get(namespace, name);
        return object && { kind, object };
      }
      case ServiceKind.STATEFUL_SET: {
        const object = statefulSets.get(namespace, name);
        return object && { kind, object };
      }
      case ServiceKind.KNATIVE: {
        const object = knative.get(namespace, name);
        return object && { kind, object };
      }
    }
  }

  toService(source: ServiceSource): ServiceObject {
    const { caches } = this.ports;
    switch (source.kind) {
      case ServiceKind.DEPLOYMENT:
        return toDeploymentService(caches, source.object);
      case ServiceKind.STATEFUL_SET:
        return toStatefulSetService(caches, source.object);
      case ServiceKind.KNATIVE:
        return toKnativeService(caches, source.object);
    }
  }

  watchList(caller: Caller, filter: ServiceFilterInput, page: PageArgs): AsyncIterableIterator<ServiceConnection> {
    return followState({ now: () => this.list(caller, filter, page), onChange: (changed) => this.onChange(filter.namespace, changed), settleMs: SETTLE_MS, sameAs });
  }

  watchOne(caller: Caller, id: string): AsyncIterableIterator<ServiceObject | null> {
    const { namespace } = serviceNamed(id);
    return followState({ now: () => this.get(caller, id), onChange: (changed) => this.onChange(namespace, changed), sameAs });
  }

  private onChange(namespace: string | undefined, changed: () => void): () => void {
    const { deployments, statefulSets, knativeServices: knative, podAutoscalers, releases } = this.ports.caches;
    const ends = [onChangeIn([deployments, statefulSets, knative, podAutoscalers, releases], namespace, changed), this.ports.rights.onChange(changed)];
    return () => ends.forEach((end) => end());
  }
}

const sameAs = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const attributesOf = (kind: ServiceKind): { group: string; resource: string } => ({ group: RESOURCES[kind].group, resource: RESOURCES[kind].resource });

/** Throws API_INPUT_INVALID for the id of anything else. */
export function serviceNamed(id: string, field = 'id'): { kind: ServiceKind; namespace: string; name: string } {
  const named = fromGlobalId(id, field);
  const kind = Object.values(ServiceKind).find((k) => ID_KINDS[k] === named.kind);
  if (kind === undefined || named.namespace === '') throw new InvalidInput(field, `${field} is not the id of a service.`, 'Take it from the field "id" of a service.');
  return { kind, namespace: named.namespace, name: named.name };
}
