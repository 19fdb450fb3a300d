import type { CallerTotals, TrafficWindow } from '@tidegate/signals';
import { quantileMs } from '../release/to-signal-second.js';
import { type Topology, type TopologyEdge, type TopologyNode, TopologyNodeKind } from './topology.types.js';

const MOST_NODES = 500;
const OUTSIDE_ID = 'outside';
/** Callers are counted in spans of this many seconds, so a window is taken to its next whole span. */
const SPAN_SECONDS = 10;

export interface KnownVersion {
  namespace: string;
  service: string;
  version: string;
  serviceId: string | null;
  isAsleep: boolean;
}

/** What the caller of an address is, as far as the person may see it. */
export type KnownCaller = { type: 'version'; namespace: string; service: string; version: string } | { type: 'workload'; namespace: string; name: string } | { type: 'outside' };

export interface TopologyInput {
  window: TrafficWindow;
  /** Versions that there are, with or without traffic. */
  versions: readonly KnownVersion[];
  isVisible: (namespace: string) => boolean;
  callerOf: (totals: CallerTotals) => KnownCaller;
}

/** Of requests that no rule sent to a version: the Service has no Strategy. */
const NO_VERSION = '-';

const idOf = (namespace: string, service: string, version: string): string => `${namespace}/${service}/${version}`;

/** The map: every visible version, whoever calls it, and one node for all that comes from elsewhere. */
export function drawTopology({ window, versions, isVisible, callerOf }: TopologyInput): Topology {
  const nodes = new Map<string, TopologyNode>();
  const named = versionNames(versions);
  for (const v of versions) if (isVisible(v.namespace)) nodes.set(idOf(v.namespace, v.service, v.version), versionNode(v));
  for (const { namespace, service, versions: totals } of window.services) {
    if (!isVisible(namespace)) continue;
    for (const [version, mine] of Map.groupBy(totals, (t) => named(namespace, service, t.version))) {
      const id = idOf(namespace, service, version);
      const node = nodes.get(id) ?? versionNode({ namespace, service, version, serviceId: null, isAsleep: false });
      const requests = sumOf(mine, (t) => t.requests);
      const success = requests === 0 ? null : 1 - sumOf(mine, (t) => t.failed) / requests;
      nodes.set(id, { ...node, rps: requests / Math.max(1, window.seconds), success, held: node.isAsleep ? sumOf(mine, (t) => t.open) : 0 });
    }
  }
  const callers = window.callers.map((totals) => ({ ...totals, version: named(totals.namespace, totals.service, totals.version) }));
  const edges = drawEdges({ ...window, callers }, nodes, { isVisible, callerOf });
  const used = new Set(edges.flatMap((e) => [e.from, e.to]));
  const busyFirst = [...nodes.values()].sort((a, b) => Number(used.has(b.id)) - Number(used.has(a.id)) || b.rps - a.rps || (a.id < b.id ? -1 : 1)).slice(0, MOST_NODES);
  const shown = new Set(busyFirst.map((n) => n.id));
  return { seconds: window.seconds, nodes: busyFirst, edges: edges.filter((e) => shown.has(e.from) && shown.has(e.to)) };
}

function sumOf<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
}

/** Where a Service has one version alone, requests to no version in particular went to that one. */
function versionNames(versions: readonly KnownVersion[]): (namespace: string, service: string, version: string) => string {
  const byService = Map.groupBy(versions, (v) => `${v.namespace}/${v.service}`);
  return (namespace, service, version) => {
    const known = byService.get(`${namespace}/${service}`) ?? [];
    return version === NO_VERSION && known.length === 1 ? (known[0]?.version ?? version) : version;
  };
}

function drawEdges(window: TrafficWindow, nodes: Map<string, TopologyNode>, { isVisible, callerOf }: Pick<TopologyInput, 'isVisible' | 'callerOf'>): TopologyEdge[] {
  const sums = new Map<string, { from: string; to: string; requests: number; failed: number; latency: number[] }>();
  for (const totals of window.callers) {
    if (!isVisible(totals.namespace)) continue;
    const to = idOf(totals.namespace, totals.service, totals.version);
    if (!nodes.has(to)) continue;
    const from = callerNode(nodes, callerOf(totals), isVisible);
    const id = `${from} ${to}`;
    const sum = sums.get(id) ?? { from, to, requests: 0, failed: 0, latency: [] };
    const latency = totals.latency.map((n, i) => n + (sum.latency[i] ?? 0));
    sums.set(id, { ...sum, requests: sum.requests + totals.requests, failed: sum.failed + totals.failed, latency });
  }
  const seconds = Math.max(1, Math.ceil(window.seconds / SPAN_SECONDS) * SPAN_SECONDS);
  return [...sums].map(([id, { from, to, requests, failed, latency }]) => ({ id, from, to, rps: requests / seconds, errors: requests === 0 ? 0 : failed / requests, p95Ms: quantileMs(latency, 0.95) }));
}

/** The id of the caller's node, which is added when it is not there. */
function callerNode(nodes: Map<string, TopologyNode>, caller: KnownCaller, isVisible: (namespace: string) => boolean): string {
  if (caller.type === 'outside' || !isVisible(caller.namespace)) {
    nodes.set(OUTSIDE_ID, { ...emptyNode(OUTSIDE_ID, TopologyNodeKind.OUTSIDE), namespace: null, name: 'outside' });
    return OUTSIDE_ID;
  }
  const id = caller.type === 'version' ? idOf(caller.namespace, caller.service, caller.version) : `${caller.namespace}/${caller.name}`;
  if (nodes.has(id)) return id;
  const node =
    caller.type === 'version'
      ? versionNode({ ...caller, serviceId: null, isAsleep: false })
      : { ...emptyNode(id, TopologyNodeKind.WORKLOAD), namespace: caller.namespace, name: caller.name };
  nodes.set(id, node);
  return id;
}

const emptyNode = (id: string, kind: TopologyNodeKind) => ({ id, kind, version: null, serviceId: null, isAsleep: false, held: 0, rps: 0, success: null });

const versionNode = ({ namespace, service, version, serviceId, isAsleep }: KnownVersion): TopologyNode => ({
  ...emptyNode(idOf(namespace, service, version), TopologyNodeKind.VERSION),
  namespace,
  name: service,
  version,
  serviceId,
  isAsleep,
});
