import type { Service } from '@tidegate/kube';
import { GATEWAY_CLASS, type GatewayView, type ListenerSetView } from './gateway-kind.js';

/** Distinct ports that one instance maps; each costs a listener in Envoy. */
export const MAX_MAPPED_PORTS = 500;

/** Every port that some Service, Gateway or accepted ListenerSet is dialled at, ascending. Headless and external Services are dialled at their pods, UDP is not carried. */
export function wantedPorts(services: Service[], gateways: GatewayView[], listenerSets: ListenerSetView[]): number[] {
  const ports = new Set<number>();
  for (const { spec, metadata } of services) {
    // The API listens by itself.
    if (metadata?.namespace === 'default' && metadata.name === 'kubernetes') continue;
    if (spec?.type === 'ExternalName' || spec?.clusterIP === 'None') continue;
    for (const port of spec?.ports ?? []) if ((port.protocol ?? 'TCP') === 'TCP') ports.add(port.port);
  }
  const ours = new Set<string>();
  for (const { spec, metadata } of gateways) {
    if (spec?.gatewayClassName !== GATEWAY_CLASS) continue;
    ours.add(`${metadata?.namespace}/${metadata?.name}`);
    for (const listener of spec.listeners ?? []) ports.add(listener.port);
  }
  for (const { spec, metadata, status } of listenerSets) {
    const { namespace = metadata?.namespace, name } = spec?.parentRef ?? {};
    // The mesh says which the Gateway takes; of others nobody may have a port opened.
    const isAccepted = status?.conditions?.some((c) => c.type === 'Accepted' && c.status === 'True') ?? false;
    if (!isAccepted || !ours.has(`${namespace}/${name}`)) continue;
    for (const listener of spec?.listeners ?? []) ports.add(listener.port);
  }
  return [...ports].sort((a, b) => a - b).slice(0, MAX_MAPPED_PORTS);
}

/** ConfigMap data to a map; what is no port is left out. */
export function parseMapping(data: Record<string, string> | undefined): Map<number, number> {
  const mapping = new Map<number, number>();
  for (const [port, bound] of Object.entries(data ?? {})) {
    if (isPort(Number(port)) && isPort(Number(bound))) mapping.set(Number(port), Number(bound));
  }
  return mapping;
}

export function formatMapping(mapping: ReadonlyMap<number, number>): Record<string, string> {
  return Object.fromEntries([...mapping].sort(([a], [b]) => a - b).map(([port, bound]) => [String(port), String(bound)]));
}

function isPort(n: number): boolean {
  return Number.isInteger(n) && n > 0 && n < 65_536;
}

export interface PortSource {
  /** Lowest port that may be bound as it is. */
  firstAllowed: number;
  /** The instance's own ports for what cannot be bound as it is. */
  blockFirst: number;
  blockSize: number;
  /** The port is free, and ours from now on. */
  take(port: number): Promise<boolean>;
}

/** The same number when it may be bound and is free, else the first free one of the block. Undefined when the block is full. */
export async function chooseBoundPort(port: number, taken: ReadonlySet<number>, source: PortSource): Promise<number | undefined> {
  if (port >= source.firstAllowed && !taken.has(port) && (await source.take(port))) return port;
  for (let i = 0; i < source.blockSize; i++) {
    const candidate = source.blockFirst + i;
    if (!taken.has(candidate) && (await source.take(candidate))) return candidate;
  }
  return undefined;
}
