import type { Pod } from '@tidegate/kube';
import { ApiError, badRequest } from '../api/api-error.js';
import type { ContainerProcess } from '../pods/container-process.js';
import type { NodeAgent } from '../pods/node-agent.js';
import type { WantedStreams } from '../streaming/stream-session.js';
import { chooseContainer } from './choose-container.js';

/** The container that a stream request means, as it runs now. Throws in a kubelet's words. */
export function runningContainer(agent: NodeAgent, pod: Pod, parameters: URLSearchParams): ContainerProcess {
  const name = chooseContainer(pod, parameters.get('container') ?? undefined);
  requireNode(pod);
  const running = agent.process(pod.metadata?.uid ?? '', name);
  if (!running) throw new ApiError(500, '', `container not found ("${name}")`);
  return running;
}

/** A pod that no node has taken up yet has nothing to connect to. */
export function requireNode(pod: Pod): void {
  if (!pod.spec?.nodeName) throw badRequest(`pod ${pod.metadata?.name} does not have a host assigned`);
}

/** The streams that a request names. Throws 400 when it names none, as a kubelet does. */
export function wantedStreams(parameters: URLSearchParams): WantedStreams {
  const is = (name: string): boolean => parameters.get(name) === 'true' || parameters.get(name) === '1';
  const tty = is('tty');
  const wanted = { stdin: is('stdin'), stdout: is('stdout'), stderr: is('stderr') && !tty, tty };
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  return wanted;
}
