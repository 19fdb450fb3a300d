import ELK, { type ElkNode } from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { type GraphContent, NODE_WIDTH, nodeHeight } from './graph-shape';

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Places by id; those of nodes in a box are relative to it. */
export type Places = ReadonlyMap<string, Place>;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.spacing.nodeNode': '26',
  'elk.layered.spacing.nodeNodeBetweenLayers': '110',
  'elk.spacing.componentComponent': '40',
  // The order of the input decides where nothing else does, so that a graph looks the same each time.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.randomSeed': '1',
};
/** Places nodes so that edges are straight and the whole is small; its cost grows fast. */
const CAREFUL = { 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX' };
/** A quarter of the time at 300 nodes, for a taller graph. */
const QUICK = { 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.thoroughness': '1' };
const CAREFUL_UP_TO = 120;
const BOX = { 'elk.padding': '[top=44,left=12,bottom=12,right=12]', 'elk.spacing.nodeNode': '10' };

let elk: InstanceType<typeof ELK> | undefined;

/** Lays a graph out from left to right, in a worker: the page goes on meanwhile. */
export async function layOut({ boxes, nodes, edges }: GraphContent): Promise<Places> {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  const leaf = (id: string): ElkNode | undefined => {
    const node = nodes.find((n) => n.id === id);
    return node && { id, width: NODE_WIDTH, height: nodeHeight(node) };
  };
  const sorted = nodes.toSorted((a, b) => a.id.localeCompare(b.id));
  const inside = (box: string): ElkNode[] => sorted.filter((n) => n.parent === box).flatMap((n) => leaf(n.id) ?? []);
  const graph: ElkNode = {
    id: 'root',
    layoutOptions: { ...OPTIONS, ...(nodes.length > CAREFUL_UP_TO ? QUICK : CAREFUL) },
    children: [
      ...boxes.toSorted((a, b) => a.id.localeCompare(b.id)).map((b) => ({ id: b.id, layoutOptions: BOX, children: inside(b.id) })),
      ...sorted.filter((n) => n.parent === undefined).flatMap((n) => leaf(n.id) ?? []),
    ],
    edges: edges.toSorted((a, b) => a.id.localeCompare(b.id)).map((e) => ({ id: e.id, sources: [e.source], targets: [e.target] })),
  };
  const done = await elk.layout(graph);
  const places = new Map<string, Place>();
  const read = (node: ElkNode): void => {
    for (const child of node.children ?? []) {
      places.set(child.id, { x: child.x ?? 0, y: child.y ?? 0, width: child.width ?? NODE_WIDTH, height: child.height ?? 0 });
      read(child);
    }
  };
  read(done);
  return places;
}
