import type { ClusterNode, Service } from '@tidegate/kube';

export interface Candidate {
  host: string;
  port: number;
}

/** Of a few nodes: all of them answer for a node port. */
const MOST_NODES = 3;

/**
 * Where a Gateway's first port may be reached from outside of the cluster, the likeliest first: what its status says (a load balancer's address, or the
 * Service's for whoever routes there), then the port of the nodes.
 */
export function gatewayCandidates(
  addresses: readonly string[],
  port: number,
  service: Service | undefined,
  nodes: readonly ClusterNode[],
): Candidate[] {
  const told = addresses.map((host) => ({ host, port }));
  const nodePort = service?.spec?.ports?.find((p) => p.port === port)?.nodePort;
  if (nodePort === undefined) return told;
  const hosts = nodes.flatMap((node) => {
    const of = (type: string) => node.status?.addresses?.find((address) => address.type === type)?.address;
    const host = of('ExternalIP') ?? of('InternalIP');
    return host === undefined ? [] : [host];
  });
  return [...told, ...hosts.slice(0, MOST_NODES).map((host) => ({ host, port: nodePort }))];
}

export const urlOf = ({ host, port }: Candidate): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
