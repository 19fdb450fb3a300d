import type { TrafficMapSubscription } from '../../api/generated/documents';

export type MapNode = TrafficMapSubscription['topology']['nodes'][number];
export type MapEdge = TrafficMapSubscription['topology']['edges'][number];

/** An edge without requests stays for this long, so that the picture does not jump with every pause. */
const KEPT_MS = 60_000;
const MOST_KEPT = 2_000;

export interface KeptEdge extends MapEdge {
  seenAt: number;
}

/** Edges that are there, and those that were there a moment ago as quiet ones. */
export function keepEdges(kept: readonly KeptEdge[], edges: readonly MapEdge[], nodes: readonly MapNode[], now: number): KeptEdge[] {
  const here = new Set(edges.map((e) => e.id));
  const ends = new Set(nodes.map((n) => n.id));
  const quiet = kept
    .filter((e) => !here.has(e.id) && now - e.seenAt < KEPT_MS && ends.has(e.from) && ends.has(e.to))
    .map((e) => ({ ...e, rps: 0, errors: 0, p95Ms: null }));
  return [...edges.map((e) => ({ ...e, seenAt: now })), ...quiet].slice(0, MOST_KEPT);
}

/** Nodes that nobody calls and that call nobody are left out when asked. */
export function withTraffic(nodes: readonly MapNode[], edges: readonly MapEdge[]): MapNode[] {
  const used = new Set(edges.flatMap((e) => [e.from, e.to]));
  return nodes.filter((n) => used.has(n.id) || n.held > 0);
}

/** From this share on, failures are drawn as trouble. */
const BAD_SHARE = 0.05;
const WORTH_A_LOOK = 0.005;

export type EdgeTone = 'good' | 'bad' | 'wait' | 'quiet';

export function toneOfEdge({ rps, errors }: Pick<MapEdge, 'rps' | 'errors'>): EdgeTone {
  if (rps === 0) return 'quiet';
  if (errors >= BAD_SHARE) return 'bad';
  return errors >= WORTH_A_LOOK ? 'wait' : 'good';
}

export type NodeTone = 'good' | 'bad' | 'wait' | 'sleep' | 'quiet';

/** Waiting requests come first: a node that is held wakes up. */
export function toneOfNode({ held, isAsleep, rps, success }: Pick<MapNode, 'held' | 'isAsleep' | 'rps' | 'success'>): NodeTone {
  if (held > 0) return 'wait';
  if (isAsleep) return 'sleep';
  if (rps === 0) return 'quiet';
  return success !== null && 1 - success >= BAD_SHARE ? 'bad' : 'good';
}

/** Services with more than one version are boxes around them. */
export function boxesOf(nodes: readonly MapNode[]): Map<string, MapNode[]> {
  const versions = nodes.filter((n) => n.kind === 'VERSION');
  const groups = Map.groupBy(versions, (n) => `service:${n.namespace ?? ''}/${n.name}`);
  return new Map([...groups].filter(([, mine]) => mine.length > 1));
}
