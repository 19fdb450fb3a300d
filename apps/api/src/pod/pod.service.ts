import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@tidegate/access';
import { type LabelSelector, type Pod as KubePod, kinds } from '@tidegate/kube';
import { SERVICE_LABEL } from '@tidegate/serving-contract';
import { audited } from '../audit/audited.js';
import { inNamespace, onChangeIn, workspaceOf } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { asCaller } from '../edge/as-caller.js';
import { type PageArgs, pageOf } from '../edge/connection.js';
import { followState } from '../edge/follow-state.js';
import { fromGlobalId } from '../edge/global-id.js';
import { InvalidInput, notFound, requireBetween, requireName } from '../edge/input.js';
import { toPermission } from '../edge/permission.js';
import { requireRight } from '../edge/visible.js';
import { ServiceCatalog, serviceNamed } from '../service/service-catalog.js';
import { ServiceKind } from '../service/service.types.js';
import { toLogLines } from './log-lines.js';
import type { ClusterEvent, EventFilterInput, LogInput, LogLines, Pod, PodConnection, PodFilterInput } from './pod.types.js';
import { terminalActions, toEvent, toPod } from './to-pod.js';


const MOST_EVENTS = 200;
const MOST_LINES = 5_000;
/** Of one answer that is no stream. */
const MOST_LOG_BYTES = 4 * 1024 * 1024;
const PODS = { group: '', resource: 'pods' };
const EVENTS = { group: '', resource: 'events' };
const sameAs = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

@Injectable()
export class PodService {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
  ) {}

  async list(caller: Caller, { namespace, service }: PodFilterInput, page: PageArgs): Promise<PodConnection> {
    requireName('filter.namespace', namespace);
    await requireRight(this.ports.rights, caller, { ...PODS, verb: 'list', namespace });
    const belongs = service === undefined || service === null ? undefined : this.belongsTo(service, namespace);
    const pods = inNamespace(this.ports.caches.pods, namespace).filter((pod) => belongs?.(pod) ?? true);
    const { edges, ...rest } = pageOf(pods, page, (pod) => pod.metadata?.name ?? '', (pod) => pod);
    return { ...rest, edges: await Promise.all(edges.map(async ({ cursor, node }) => ({ cursor, node: await this.withRights(caller, node) }))) };
  }

  async get(caller: Caller, id: string): Promise<Pod | null> {
    const { kind, namespace, name } = fromGlobalId(id);
    if (kind !== 'Pod') throw new InvalidInput('id', 'id is not the id of a pod.');
    await requireRight(this.ports.rights, caller, { ...PODS, verb: 'get', namespace, name });
    const pod = this.ports.caches.pods.get(namespace, name);
    return pod ? this.withRights(caller, pod) : null;
  }

  watch(caller: Caller, filter: PodFilterInput, page: PageArgs): AsyncIterableIterator<PodConnection> {
    return followState({ now: () => this.list(caller, filter, page), onChange: (changed) => this.onChange([this.ports.caches.pods], filter.namespace, changed), sameAs });
  }

  async events(caller: Caller, { namespace, objectKind, objectName }: EventFilterInput, first: number): Promise<ClusterEvent[]> {
    requireName('filter.namespace', namespace);
    requireBetween('first', first, 1, MOST_EVENTS);
    await requireRight(this.ports.rights, caller, { ...EVENTS, verb: 'list', namespace });
    return inNamespace(this.ports.caches.events, namespace)
      .filter(({ involvedObject: o }) => (!objectKind || o.kind === objectKind) && (!objectName || o.name === objectName))
      .map(toEvent)
      .sort((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, first);
  }

  watchEvents(caller: Caller, filter: EventFilterInput, first: number): AsyncIterableIterator<ClusterEvent[]> {
    return followState({ now: () => this.events(caller, filter, first), onChange: (changed) => this.onChange([this.ports.caches.events], filter.namespace, changed), sameAs });
  }

  /** What was written so far. */
  async logs(caller: Caller, input: LogInput): Promise<LogLines> {
    const lines: LogLines['lines'] = [];
    let bytes = 0;
    for await (const batch of toLogLines(await this.openLog(caller, input, false))) {
      for (const line of batch.lines) {
        bytes += line.text.length;
        if (bytes > MOST_LOG_BYTES) return { lines };
        lines.push(line);
      }
    }
    return { lines };
  }

  /** Read as the caller, no faster than it is taken, and ended when the right is lost. */
  async watchLogs(caller: Caller, input: LogInput): Promise<AsyncIterableIterator<LogLines>> {
    const stop = new AbortController();
    const lines = toLogLines(await this.openLog(caller, input, true, stop.signal));
    let lost: unknown;
    const end = this.ports.rights.onChange(() => {
      this.requireLogs(caller, input).catch((error: unknown) => {
        lost = error;
        stop.abort();
      });
    });
    const finish = async (): Promise<IteratorResult<LogLines>> => {
      end();
      stop.abort();
      await lines.return(undefined).catch(() => undefined);
      return { done: true, value: undefined };
    };
    const stream: AsyncIterableIterator<LogLines> = {
      [Symbol.asyncIterator]: () => stream,
      next: async () => {
        try {
          const result = await lines.next();
          if (result.done) end();
          return result;
        } catch (error) {
          end();
          if (lost !== undefined) throw lost;
          if (stop.signal.aborted) return { done: true, value: undefined };
          throw error;
        }
      },
      return: finish,
      throw: finish,
    };
    return stream;
  }

  delete(caller: Caller, id: string): Promise<boolean> {
    const { kind, namespace, name } = fromGlobalId(id);
    if (kind !== 'Pod') throw new InvalidInput('id', 'id is not the id of a pod.');
    const { people, rights, own, caches } = this.ports;
    const object = { ...PODS, namespace, name };
    return audited(people.audit, { caller, action: 'pod.delete', object, workspace: workspaceOf(caches, namespace) }, async () => {
      await requireRight(rights, caller, { ...object, verb: 'delete' });
      const person = asCaller(own, caller);
      if (!(await person.get(kinds.pods, name, namespace))) throw notFound('pod', name, namespace);
      await person.delete(kinds.pods, name, namespace);
      return true;
    });
  }

  private async withRights(caller: Caller, pod: KubePod): Promise<Pod> {
    return toPod(pod, await Promise.all(terminalActions(pod).map((action) => toPermission(this.ports.rights, caller, action))));
  }

  private requireLogs(caller: Caller, { namespace, pod }: LogInput): Promise<void> {
    return requireRight(this.ports.rights, caller, { ...PODS, subresource: 'log', verb: 'get', namespace, name: pod });
  }

  private async openLog(caller: Caller, input: LogInput, follow: boolean, signal?: AbortSignal): Promise<AsyncIterable<string>> {
    const { namespace, pod, container, tail, previous } = input;
    requireName('input.namespace', namespace);
    requireName('input.pod', pod);
    if (container) requireName('input.container', container);
    requireBetween('input.tail', tail, 0, MOST_LINES);
    await this.requireLogs(caller, input);
    const query = { timestamps: 'true', tailLines: String(tail), ...(follow ? { follow: 'true' } : {}), ...(previous ? { previous: 'true' } : {}), ...(container ? { container } : {}) };
    return asCaller(this.ports.own, caller).transport.text({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`, query, ...(signal ? { signal } : {}) });
  }

  private belongsTo(service: string, namespace: string): (pod: KubePod) => boolean {
    const named = serviceNamed(service, 'filter.service');
    if (named.namespace !== namespace) throw new InvalidInput('filter.service', 'The service is in another project.');
    const source = this.catalog.source(named.kind, namespace, named.name);
    if (!source) return () => false;
    if (source.kind === ServiceKind.KNATIVE) return (pod) => pod.metadata?.labels?.[SERVICE_LABEL] === named.name;
    const selector = source.object.spec?.selector;
    return (pod) => selector !== undefined && selects(selector, pod.metadata?.labels ?? {});
  }

  private onChange(caches: Parameters<typeof onChangeIn>[0], namespace: string, changed: () => void): () => void {
    const ends = [onChangeIn(caches, namespace, changed), this.ports.rights.onChange(changed)];
    return () => ends.forEach((end) => end());
  }
}

/** Both halves of a selector, by Kubernetes' rules. */
export function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const pairs = Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  const expressions = (matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    if (operator === 'In') return value !== undefined && values.includes(value);
    return operator === 'NotIn' && (value === undefined || !values.includes(value));
  });
  return pairs && expressions;
}
