import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { StatusWord } from '../status/status-word';
import type { GraphBox, GraphNode } from './graph-shape';
import styles from './graph.module.css';

export type LeafNode = Node<{ node: GraphNode; dim: boolean }, 'leaf'>;
export type BoxNode = Node<{ box: GraphBox; dim: boolean }, 'box'>;

export const Leaf = memo(function Leaf({ data: { node, dim }, selected }: NodeProps<LeafNode>) {
  return (
    <div className={styles.leaf} data-tone={node.tone} data-pale={node.pale} data-dim={dim} data-selected={selected}>
      <Handle type="target" position={Position.Left} className={styles.handle} />
      <div className={styles.title}>
        <span>{node.title}</span>
        {node.badge && <StatusWord tone={node.tone}>{node.badge}</StatusWord>}
      </div>
      {node.lines.map((line) => (
        <div key={line} className={styles.text}>
          {line}
        </div>
      ))}
      <Handle type="source" position={Position.Right} className={styles.handle} />
    </div>
  );
});

export const Box = memo(function Box({ data: { box, dim } }: NodeProps<BoxNode>) {
  return (
    <div className={styles.box} data-dim={dim}>
      <div className={styles.boxTitle}>{box.title}</div>
      {box.below && <div className={styles.text}>{box.below}</div>}
    </div>
  );
});
