import { type Pod, isNotFound, kinds } from '@tidegate/kube';
import type { NodeContext } from './node-context.js';
import type { PodRuntime } from './pod-runtime.js';
import { podStatus } from './pod-status.js';

/** Writes a pod's status when it has changed since the last time. */
export class PodStatusWriter {
  private written = '';

  /** Whether a status was written since this process started. */
  get hasWritten(): boolean {
    return this.written !== '';
  }

  /** The pod with the status as stored; transition times of the next status are counted from its conditions. */
  async write(node: NodeContext, pod: Pod, runtime: PodRuntime): Promise<Pod> {
    const status = podStatus(pod, runtime, node.hostIP, node.clock.now());
    const text = JSON.stringify(status);
    if (text === this.written) return pod;
    const { name = '', namespace, uid } = pod.metadata ?? {};
    try {
      const body = { metadata: { uid }, status };
      const answer = await node.client.patch(kinds.pods, name, namespace, { type: 'merge', body }, { subresource: 'status' });
      this.written = text;
      return answer.metadata?.uid === uid ? { ...pod, status: answer.status } : pod;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return pod;
    }
  }
}
