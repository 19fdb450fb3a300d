import '@xyflow/react/dist/base.css';
import {
  Background,
  BackgroundVariant,
  Controls,
  type Edge,
  MarkerType,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../theme/words';
import { Box, type BoxNode, Leaf, type LeafNode } from './graph-nodes';
import { type GraphContent, nodeMatches, shapeOf } from './graph-shape';
import styles from './graph.module.css';
import { type Places, layOut } from './lay-out';

export type { GraphBox, GraphContent, GraphEdge, GraphNode } from './graph-shape';

interface GraphViewProps {
  label: string;
  content: GraphContent;
  /** Nodes without these words are drawn pale. */
  find?: string;
  selected?: string | undefined;
  onSelect: (id: string | undefined) => void;
  height?: string;
}

const NODE_TYPES = { leaf: Leaf, box: Box };
const MINIMAP_FROM = 40;

/** Who calls whom. The layout is made once for each shape of the graph: numbers change without anything moving. */
export function GraphView(props: GraphViewProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function usePlaces(content: GraphContent): Places | undefined {
  const shape = shapeOf(content);
  const [places, setPlaces] = useState<Places>();
  const newest = useRef(content);
  newest.current = content;
  useEffect(() => {
    let wanted = true;
    void layOut(newest.current).then((found) => wanted && setPlaces(found));
    return () => {
      wanted = false;
    };
  }, [shape]);
  return places;
}

function Flow({ label, content, find = '', selected, onSelect, height = '68vh' }: GraphViewProps) {
  const words = useWords();
  const places = usePlaces(content);
  const { fitView } = useReactFlow();
  useEffect(() => {
    if (places) requestAnimationFrame(() => void fitView({ padding: 0.12, maxZoom: 1.1 }));
  }, [places, fitView]);
  const nodes = useMemo(() => (places ? toNodes(content, places, find, selected) : []), [content, places, find, selected]);
  const edges = useMemo(() => content.edges.map((e) => toEdge(e, e.id === selected)), [content.edges, selected]);
  return (
    <div className={styles.graph} style={{ height }} role="group" aria-label={label} data-ready={places !== undefined}>
      <ReactFlow
        nodes={nodes}
        edges={places ? edges : []}
        nodeTypes={NODE_TYPES}
        nodesConnectable={false}
        nodesDraggable={false}
        edgesFocusable
        minZoom={0.15}
        maxZoom={1.6}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_event, node) => onSelect(node.id)}
        onEdgeClick={(_event, edge) => onSelect(edge.id)}
        onPaneClick={() => onSelect(undefined)}
        onSelectionChange={({ nodes: n, edges: e }) => {
          const id = n[0]?.id ?? e[0]?.id;
          if (id !== undefined && id !== selected) onSelect(id);
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1} color="var(--line-strong)" />
        <Controls showInteractive={false} aria-label={words.fitView} />
        {content.nodes.length > MINIMAP_FROM && <MiniMap pannable zoomable nodeColor="var(--line-strong)" maskColor="rgb(0 0 0 / 8%)" />}
      </ReactFlow>
    </div>
  );
}

function toNodes({ boxes, nodes }: GraphContent, places: Places, find: string, selected: string | undefined): (LeafNode | BoxNode)[] {
  const matching = new Set(nodes.filter((n) => nodeMatches(n, find)).map((n) => n.id));
  const drawnBoxes = boxes.flatMap((box): BoxNode[] => {
    const place = places.get(box.id);
    if (!place) return [];
    const dim = !nodes.some((n) => n.parent === box.id && matching.has(n.id));
    const { x, y, width, height } = place;
    return [{ id: box.id, type: 'box', position: { x, y }, width, height, data: { box, dim }, selectable: false, focusable: false }];
  });
  const drawn = nodes.flatMap((node): LeafNode[] => {
    const place = places.get(node.id);
    if (!place) return [];
    const { x, y, width, height } = place;
    const inside = node.parent === undefined || !places.has(node.parent) ? {} : { parentId: node.parent };
    const data = { node, dim: !matching.has(node.id) };
    return [
      {
        id: node.id,
        type: 'leaf',
        position: { x, y },
        width,
        height,
        data,
        selected: node.id === selected,
        ...inside,
        ariaLabel: [node.title, node.badge, ...node.lines].filter(Boolean).join(', '),
      },
    ];
  });
  return [...drawnBoxes, ...drawn];
}

function toEdge({ id, source, target, label, tone, load }: GraphContent['edges'][number], selected: boolean): Edge {
  const colour = `var(--${tone === 'good' ? 'tide' : tone})`;
  return {
    id,
    source,
    target,
    label,
    selected,
    ariaLabel: label,
    style: { stroke: colour, strokeWidth: 1.2 + 3.2 * Math.sqrt(load) + (selected ? 1.5 : 0), opacity: tone === 'quiet' ? 0.55 : 0.9 },
    markerEnd: { type: MarkerType.ArrowClosed, color: colour, width: 12, height: 12, markerUnits: 'userSpaceOnUse' },
    labelStyle: { fill: 'var(--ink-2)', fontSize: 11, fontVariantNumeric: 'tabular-nums' },
    labelBgStyle: { fill: 'var(--sunken)' },
    labelBgPadding: [4, 2],
    labelBgBorderRadius: 4,
  };
}
