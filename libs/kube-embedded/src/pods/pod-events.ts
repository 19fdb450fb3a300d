import type { Pod } from '@tidegate/kube';
import type { NodeContext } from './node-context.js';

/** An Event about a pod, as a kubelet records it. */
export function recordPodEvent(node: NodeContext, pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
  node.events.record({ apiVersion: 'v1', kind: 'Pod', ...pod }, { type, reason, message });
}
