import type { Tone } from '../status/status-word';

export interface GraphNode {
  id: string;
  /** A box around nodes. Boxes do not nest. */
  parent?: string | undefined;
  title: string;
  lines: readonly string[];
  tone: Tone;
  /** The state in a word, when there is more to say than "it works". */
  badge?: string | undefined;
  /** Drawn pale: it sleeps. */
  pale?: boolean | undefined;
}

export interface GraphBox {
  id: string;
  title: string;
  below?: string | undefined;
}

export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  label: string;
  tone: 'good' | 'bad' | 'wait' | 'quiet';
  /** Share of the busiest edge, 0 to 1: drawn as thickness. */
  load: number;
}

export interface GraphContent {
  boxes: readonly GraphBox[];
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
}

/** A name of the graph's shape alone: while it stays the same, nothing moves, whatever the numbers do. */
export function shapeOf({ boxes, nodes, edges }: GraphContent): string {
  const sizes = nodes.map((n) => `${n.id}<${n.parent ?? ''}:${n.lines.length}`);
  return [boxes.map((b) => b.id).toSorted(), sizes.toSorted(), edges.map((e) => `${e.source}>${e.target}`).toSorted()].join('|');
}

export const NODE_WIDTH = 190;
const NODE_HEAD = 34;
const NODE_LINE = 17;
export const nodeHeight = (node: Pick<GraphNode, 'lines'>): number => NODE_HEAD + NODE_LINE * node.lines.length;

/** Words in a title, a line, or a badge; an empty text finds all. */
export function nodeMatches(node: GraphNode, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return wanted === '' || [node.title, node.parent ?? '', node.badge ?? '', ...node.lines].some((t) => t.toLowerCase().includes(wanted));
}
