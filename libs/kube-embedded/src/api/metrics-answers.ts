import type { KubeObject } from '@tidegate/kube';
import { columnsOf } from '../resources/columns/table-shape.js';
import { ApiError, methodNotAllowed, notFound, pathNotFound } from './api-error.js';
import { timestamp } from './object-metadata.js';
import { type Presented, presentList, presentObject, presentationOf } from './presentation.js';
import { bothFilters, fieldFilter, labelFilter } from './selectors.js';

/** CPU in cores, memory in bytes. */
export interface Usage {
  cores: number;
  memoryBytes: number;
}

/** One pod or node, as it uses the machine now. */
export interface MeasuredUsage {
  name: string;
  namespace?: string;
  labels: Readonly<Record<string, string>>;
  windowSeconds: number;
  usage: Usage;
  /** Of a pod. */
  containers: { name: string; usage: Usage }[];
}

export interface UsageSource {
  nodes(): MeasuredUsage[];
  pods(): MeasuredUsage[];
}

export const METRICS_GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';

/** What discovery lists while somebody measures. */
export const metricsResources = [
  { group: METRICS_GROUP, version: VERSION, kind: 'NodeMetrics', plural: 'nodes', namespaced: false, verbs: ['get', 'list'] },
  { group: METRICS_GROUP, version: VERSION, kind: 'PodMetrics', plural: 'pods', namespaced: true, verbs: ['get', 'list'] },
];

const quantities = ({ cores, memoryBytes }: Usage): { cpu: string; memory: string } => ({
  cpu: `${Math.round(cores * 1e9)}n`,
  memory: `${Math.round(memoryBytes / 1024)}Ki`,
});

interface MetricsObject extends KubeObject {
  usage: { cpu: string; memory: string };
  window: string;
}

function presented(kind: string, plural: string, namespaced: boolean): Presented {
  return {
    group: METRICS_GROUP,
    version: VERSION,
    kind,
    plural,
    listKind: `${kind}List`,
    namespaced,
    component: kind,
    columns: columnsOf('CPU', 'Memory', 'Window'),
    cells: (object) => {
      const { usage, window } = object as MetricsObject;
      return [object.metadata?.name, usage.cpu, usage.memory, window];
    },
  };
}

export interface MetricsRequest {
  method: string;
  version: string;
  plural: string;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
  accept: string | undefined;
  query: Readonly<Record<string, string>>;
}

/** GET metrics.k8s.io/v1beta1 nodes and pods, as `kubectl top` asks. `now` in epoch milliseconds. Throws ApiError. */
export function answerMetrics(source: UsageSource, request: MetricsRequest, now: number): { status: number; body: unknown } {
  const { plural, namespace, name, query } = request;
  const isPods = plural === 'pods';
  if (request.version !== VERSION || request.subresource !== undefined || (!isPods && plural !== 'nodes')) throw pathNotFound();
  if (request.method !== 'GET') throw methodNotAllowed();
  if (query['watch'] === 'true') throw new ApiError(405, 'MethodNotAllowed', 'measurements cannot be watched: ask again instead', {});
  const shown = presented(isPods ? 'PodMetrics' : 'NodeMetrics', plural, isPods);
  const presentation = presentationOf(request.accept, query);
  const measured = isPods ? source.pods() : source.nodes();
  const inside = measured
    .filter((m) => namespace === undefined || m.namespace === namespace)
    .map((m) => toObject(m, presentation.as === 'table', now));
  if (name === undefined) {
    const filter = bothFilters(labelFilter(query['labelSelector']), fieldFilter(query['fieldSelector'], []));
    return { status: 200, body: presentList(shown, filter ? inside.filter(filter) : inside, {}, presentation, now) };
  }
  const found = inside.find((o) => o.metadata?.name === name);
  if (!found) throw notFound(shown, isPods ? `${namespace ?? ''}/${name}` : name);
  return {
    status: 200,
    body: presentObject(shown, { ...found, apiVersion: `${METRICS_GROUP}/${VERSION}`, kind: shown.kind }, presentation, now),
  };
}

/** A row for people shows the sum of a pod; programs get its containers. */
function toObject(
  { name, namespace, labels, windowSeconds, usage, containers }: MeasuredUsage,
  asRow: boolean,
  now: number,
): KubeObject & Record<string, unknown> {
  const at = timestamp(now);
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), creationTimestamp: at, labels: { ...labels } };
  const common = { metadata, timestamp: at, window: `${windowSeconds.toFixed(3)}s` };
  if (asRow || namespace === undefined) return { ...common, usage: quantities(usage) };
  return { ...common, containers: containers.map((c) => ({ name: c.name, usage: quantities(c.usage) })) };
}
