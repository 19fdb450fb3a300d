import type { Service } from '@tidegate/kube';
import { isAnswered } from './answered-service.js';
import { answeredListener } from './listeners.js';
import { type ServicePort, type ServicePortContext, makeTable, scopeOf } from './service-ports.js';
import type { ServiceTarget } from './service-target.js';

const CLUSTER_DOMAIN = 'cluster.local';

/**
 * Whether the shared proxy may answer for a Service: one without selector has no endpoints of its own, so that its clients are led to the proxy by
 * EndpointSlices of ours. Those of others are written by Kubernetes.
 */
export function hasWaypoint(service: Service): boolean {
  const { spec } = service;
  return spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length === 0 && !isAnswered(service);
}

/** One table and one listener for a port of a Service that the shared proxy answers for though it has a selector. Without routes it passes all on. */
export function answeredPort(service: Service, target: ServiceTarget, ownPort: number, context: ServicePortContext): ServicePort {
  const routes = context.parents.routesFor(target);
  return context.cache.servicePorts.get(target, [service, ownPort, ...routes], () => {
    const { resource, blocks, routeIds } = makeTable(`svc/${target.cluster}`, service, target, target.port, routes, context);
    return {
      resources: [resource, answeredListener(ownPort, resource.name, service)].map((r) => [`${r.type}/${r.name}`, r] as const),
      blocks,
      placed: routeIds.map((id) => ({ id, table: resource.name })),
      policed: blocks.flatMap((b) => b.targets.filter((at) => at.policy).map((at) => ({ target: at, table: resource.name }))),
    };
  });
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
