import type { Service } from '@tidegate/kube';
import { type ServicePort, type ServicePortContext, makeTable, scopeOf } from './service-ports.js';
import type { ServiceTarget } from './service-target.js';

/** On which the shared proxy answers for every port of every Service. */
export const WAYPOINT_PORT = 15_080;

const CLUSTER_DOMAIN = 'cluster.local';

/**
 * Whether the shared proxy may answer for a Service: one without selector has no endpoints of its own, so that its clients are led to the proxy by
 * EndpointSlices of ours. Those of others are written by Kubernetes.
 */
export function hasWaypoint({ spec }: Service): boolean {
  return spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length === 0;
}

/**
 * One table for a port of a Service that is the parent of routes, and a scope for each name by which clients in the cluster call it. Who calls is
 * not known here: routes that are meant for the callers of one namespace do not count. Undefined without routes, and for ports that do not speak HTTP.
 */
export function waypointPort(service: Service, target: ServiceTarget, context: ServicePortContext): ServicePort | undefined {
  const routes = context.parents.routesFor(target);
  if (routes.length === 0 || target.protocol === 'tcp') return undefined;
  return context.cache.servicePorts.get(target, [service, ...routes], () => {
    const { resource, blocks, routeIds } = makeTable(`svc/${target.cluster}`, service, target, target.port, routes, context);
    const scopes = hostsOf(target).map((host) => scopeOf(host, resource.name, service));
    return {
      resources: [resource, ...scopes].map((r) => [`${r.type}/${r.name}`, r] as const),
      blocks,
      placed: routeIds.map((id) => ({ id, table: resource.name })),
      policed: blocks.flatMap((b) => b.targets.filter((at) => at.policy).map((at) => ({ target: at, table: resource.name }))),
    };
  });
}

/** As clients write them; without a port it is that of HTTP. */
function hostsOf({ namespace, service, port }: ServiceTarget): string[] {
  const names = [`${service}.${namespace}`, `${service}.${namespace}.svc`, `${service}.${namespace}.svc.${CLUSTER_DOMAIN}`];
  return names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
}
