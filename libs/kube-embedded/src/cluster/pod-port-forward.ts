import { type Socket, connect } from 'node:net';
import type { Pod } from '@tidegate/kube';
import { ApiError, badRequest } from '../api/api-error.js';
import type { StreamRequest } from '../api/api-options.js';
import { listeningSockets } from '../network/port-holder.js';
import { sessionInodes } from '../pods/listening-check.js';
import type { NodeAgent } from '../pods/node-agent.js';
import { readPodPorts, realPortOf } from '../pods/pod-ports.js';
import type { PortSession } from '../streaming/stream-session.js';
import { type Place, podPortNumber } from './proxy-places.js';
import { requireNode } from './running-container.js';

const CONNECT_MS = 10_000;
const MOST_PORTS = 64;

/** POST and GET pods/portforward. */
export function portForwardSession(agent: NodeAgent, { object, parameters }: StreamRequest): PortSession {
  const pod: Pod = object;
  requireNode(pod);
  if (!pod.status?.podIP) throw badRequest(`pod ${pod.metadata?.name} has no address yet`);
  const ports = parameters.getAll('ports').flatMap((text) => text.split(',').map(Number));
  if (ports.length > MOST_PORTS || !ports.every(isPort))
    throw badRequest(`ports has to name up to ${MOST_PORTS} ports between 1 and 65535`);
  return { kind: 'ports', ports, connect: (port) => connectTo(agent, pod, port) };
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

/** Where a port of a pod's manifest, or another of its programs, really listens; else why it cannot be reached. */
export function reachablePort(agent: NodeAgent, pod: Pod, port: number): { real: number } | { problem: string } {
  const ports = readPodPorts(pod);
  const real = isPort(port) ? realPortOf(pod, ports, port) : undefined;
  if (real === undefined) return { problem: 'no such port' };
  // The machine's own programs are reached at every loopback address too, and are no part of the pod.
  const isOwn = [...ports.values()].includes(real) || podListensOn(agent, pod.metadata?.uid ?? '', real);
  return isOwn ? { real } : { problem: 'nothing of the pod listens there' };
}

/** Where a proxied request to a pod goes. Throws 400 and 503. */
export function podPlace(agent: NodeAgent, pod: Pod, port: string): Place {
  requireNode(pod);
  const host = pod.status?.podIP;
  if (!host) throw badRequest(`pod ${pod.metadata?.name} has no address yet`);
  const asked = podPortNumber(pod, port);
  const found = reachablePort(agent, pod, asked);
  if ('problem' in found) throw new ApiError(503, 'ServiceUnavailable', `error trying to reach service: port ${asked} of pod ${pod.metadata?.name}: ${found.problem}`);
  return { host, port: found.real };
}

async function connectTo(agent: NodeAgent, pod: Pod, port: number): Promise<Socket> {
  const { uid = '', name = '' } = pod.metadata ?? {};
  const sentence = (why: string): Error => new Error(`error forwarding port ${port} to pod ${name}, uid ${uid}: ${why}`);
  const found = reachablePort(agent, pod, port);
  if ('problem' in found) throw sentence(found.problem);
  const { real } = found;
  const host = pod.status?.podIP ?? '';
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: real, allowHalfOpen: true, timeout: CONNECT_MS });
    socket.once('connect', () => {
      socket.setTimeout(0);
      resolve(socket.off('error', failed));
    });
    const failed = (error: Error): void => reject(sentence(error.message));
    socket.once('error', failed);
    socket.once('timeout', () => socket.destroy(new Error(`no answer from ${host}:${real} within ${CONNECT_MS / 1000} s`)));
  });
}

function podListensOn(agent: NodeAgent, uid: string, port: number): boolean {
  const own = new Set(agent.sessions(uid).flatMap((session) => [...sessionInodes(session)]));
  const [first] = agent.sessions(uid);
  return listeningSockets(first).some((s) => s.port === port && own.has(s.inode));
}
