import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@tidegate/access';
import type { CallerTotals } from '@tidegate/signals';
import { CALLER_LABEL, CALLER_NAMESPACE_LABEL } from '@tidegate/mesh-contract';
import { REVISION_LABEL, SERVICE_LABEL } from '@tidegate/serving-contract';
import { onChangeIn } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { followState } from '../edge/follow-state.js';
import { requireBetween, requireName } from '../edge/input.js';
import { requireRight } from '../edge/visible.js';
import { ServiceCatalog, attributesOf, serviceNamed } from '../service/service-catalog.js';
import { ServiceKind } from '../service/service.types.js';
import { addressesOf, toKnativeService } from '../service/to-service.js';
import { type KnownCaller, type KnownVersion, drawTopology } from './draw-topology.js';
import { toSeries } from './to-series.js';
import type { SeriesPoint, Topology } from './topology.types.js';

/** What is seen of a Service's traffic is part of the Service. */
const SERVICES = { group: '', resource: 'services' };
const MOST_SECONDS = 900;

@Injectable()
export class TopologyService {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
  ) {}

  async draw(caller: Caller, namespace?: string): Promise<Topology> {
    const { rights, caches, recentTraffic } = this.ports;
    if (namespace) {
      requireName('namespace', namespace);
      await requireRight(rights, caller, { ...SERVICES, verb: 'list', namespace });
    }
    const { window } = await recentTraffic.now();
    const all = namespace ? [namespace] : caches.namespaces.list().map((n) => n.metadata?.name ?? '');
    const readable = await rights.namespacesWith(caller, { ...SERVICES, verb: 'list' }, all);
    const versions = (await this.catalog.seen(caller, namespace)).flatMap((source) => this.versionsOf(source));
    return drawTopology({ window, versions, isVisible: (n) => readable.has(n), callerOf: (totals) => this.callerOf(totals) });
  }

  /** Once a second, since figures change with every one. */
  watch(caller: Caller, namespace?: string): AsyncIterableIterator<Topology> {
    const { caches, rights, recentTraffic } = this.ports;
    return followState({
      now: () => this.draw(caller, namespace),
      onChange: (changed) => {
        const ends = [recentTraffic.onSecond(changed), rights.onChange(changed), onChangeIn([caches.podAutoscalers, caches.deployments], namespace, changed)];
        return () => ends.forEach((end) => end());
      },
      settleMs: 500,
      sameAs: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    });
  }

  async series(caller: Caller, id: string, seconds: number, step: number): Promise<SeriesPoint[]> {
    requireBetween('seconds', seconds, 1, MOST_SECONDS);
    requireBetween('step', step, 1, seconds);
    const { kind, namespace, name } = serviceNamed(id);
    await requireRight(this.ports.rights, caller, { ...attributesOf(kind), verb: 'get', namespace, name });
    const source = this.catalog.source(kind, namespace, name);
    if (!source) return [];
    const names = source.kind === ServiceKind.KNATIVE ? [name] : addressesOf(this.ports.caches, namespace, source.object.spec?.template);
    const version = source.kind === ServiceKind.KNATIVE ? undefined : source.object.spec?.template?.metadata?.labels?.['version'];
    const batches = await Promise.all(names.map((service) => this.ports.signals.recent({ namespace, service }, seconds)));
    return batches.flatMap((b) => toSeries(b, step)).filter((p) => version === undefined || p.version === version || p.version === '-');
  }

  private versionsOf(source: Awaited<ReturnType<ServiceCatalog['seen']>>[number]): KnownVersion[] {
    const { caches } = this.ports;
    const { namespace = '' } = source.object.metadata ?? {};
    const serviceId = this.catalog.toService(source).id;
    if (source.kind !== ServiceKind.KNATIVE) {
      const version = source.object.spec?.template?.metadata?.labels?.['version'] ?? '-';
      return addressesOf(caches, namespace, source.object.spec?.template).map((service) => ({ namespace, service, version, serviceId, isAsleep: false }));
    }
    const { name } = toKnativeService(caches, source.object);
    const revisions = new Set((source.object.status?.traffic ?? []).flatMap((t) => t.revisionName ?? []));
    return [...revisions].map((version) => ({ namespace, service: name, version, serviceId, isAsleep: (caches.podAutoscalers.get(namespace, version)?.status?.actualScale ?? 1) === 0 }));
  }

  /** On a loopback platform the dialled address names the workload that dials it; an address of a Gateway names nobody. */
  private callerOf({ dialled }: CallerTotals): KnownCaller {
    const { caches } = this.ports;
    const labels = dialled === '' ? undefined : caches.ipAddresses.get(undefined, dialled)?.metadata?.labels;
    const [namespace, name] = [labels?.[CALLER_NAMESPACE_LABEL], labels?.[CALLER_LABEL]];
    if (!namespace || !name) return { type: 'outside' };
    const workload = caches.deployments.get(namespace, name) ?? caches.statefulSets.get(namespace, name);
    const template = workload?.spec?.template;
    const [service, revision] = [template?.metadata?.labels?.[SERVICE_LABEL], template?.metadata?.labels?.[REVISION_LABEL]];
    if (service && revision) return { type: 'version', namespace, service, version: revision };
    const [address] = addressesOf(caches, namespace, template);
    return address === undefined ? { type: 'workload', namespace, name } : { type: 'version', namespace, service: address, version: template?.metadata?.labels?.['version'] ?? '-' };
  }
}
