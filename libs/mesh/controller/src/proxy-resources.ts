import type { ResourceType } from '@tidegate/mesh-snapshot';
import type { ProxyNode } from '@tidegate/mesh-xds-server';

/**
 * In a cluster: a Gateway's proxy takes that Gateway's listeners and tables of routes, the shared one all others. Clusters, endpoints and
 * secrets are asked for by whoever has a route to them.
 */
export function servesOnly({ cluster }: ProxyNode): (type: ResourceType, name: string) => boolean {
  return (type, name) => {
    if (type !== 'listener' && type !== 'routes' && type !== 'scope') return true;
    const isOfGateway = name.startsWith('gw/');
    return cluster.startsWith('gw/') ? isOfGateway && name.startsWith(`${cluster}/`) : !isOfGateway;
  };
}
