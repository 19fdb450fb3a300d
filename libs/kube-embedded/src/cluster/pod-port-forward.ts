import { type Socket, connect } from 'node:net';
import type { Pod } from '@tidegate/kube';
import { badRequest } from '../api/api-error.js';
import type { StreamRequest } from '../api/api-options.js';
import { listeningSockets } from '../network/port-holder.js';
import { sessionInodes } from '../pods/listening-check.js';
import type { NodeAgent } from '../pods/node-agent.js';
import { readPodPorts, realPortOf } from '../pods/pod-ports.js';
import type { PortSession } from '../streaming/stream-session.js';
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

async function connectTo(agent: NodeAgent, pod: Pod, port: number): Promise<Socket> {
  const { uid = '', name = '' } = pod.metadata ?? {};
  const sentence = (why: string): Error => new Error(`error forwarding port ${port} to pod ${name}, uid ${uid}: ${why}`);
  const ports = readPodPorts(pod);
  const real = isPort(port) ? realPortOf(pod, ports, port) : undefined;
  if (real === undefined) throw sentence('no such port');
  // The machine's own programs are reached at every loopback address too, and are no part of the pod.
  if (![...ports.values()].includes(real) && !podListensOn(agent, uid, real)) throw sentence('nothing of the pod listens there');
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
