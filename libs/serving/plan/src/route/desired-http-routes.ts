import {
  GATEWAY_NAME,
  REVISION_SERVICE_PORT,
  ROLLOUT_ANNOTATION,
  ROUTE_LABEL,
  SERVING_NAMESPACE,
  VISIBILITY_LABEL,
  childName,
  routes,
  type Route,
} from '@tidegate/serving-contract';
import type { HttpBackendRef, HttpRoute, HttpRouteRule } from '@tidegate/traffic-router';
import { withAppliedHash } from '../drift.js';
import { without } from '../key-values.js';
import { controllerReference } from '../ownership.js';
import type { Settings } from '../settings.js';
import type { Hosts } from './hosts.js';
import type { Rollout } from './rollout.js';
import type { RevisionTarget, Traffic } from './traffic.js';

const PLACEHOLDER_PORT = 80;
const TAG_HEADER = 'Knative-Serving-Tag';
const DEFAULT_ROUTE_HEADER = 'Knative-Serving-Default-Route';

export interface RoutedTraffic {
  route: Route;
  traffic: Traffic;
  hosts: ReadonlyMap<string, Hosts>;
  rollout: Rollout;
  settings: Settings;
}

/**
 * For the Route and each of its tags: one HTTPRoute inside the cluster, attached to the placeholder Service, and, unless it is local, one at the
 * Gateway. The state of the rollout is kept on the first.
 */
export function desiredHttpRoutes(routed: RoutedTraffic): HttpRoute[] {
  const { route, traffic, hosts, settings } = routed;
  const made: HttpRoute[] = [];
  for (const tag of [...traffic.hosts.keys()].sort()) {
    const at = hosts.get(tag);
    if (!at) continue;
    const rules = rulesOf(routed, tag);
    const local = { group: '', kind: 'Service', name: at.name, port: PLACEHOLDER_PORT };
    const kept: Record<string, string> = tag === '' ? { [ROLLOUT_ANNOTATION]: JSON.stringify(routed.rollout) } : {};
    made.push(httpRoute(route, localRouteName(at.name), { parentRefs: [local], rules }, kept));
    if (at.publicHost !== undefined) {
      const parentRefs = [{ name: GATEWAY_NAME, namespace: SERVING_NAMESPACE }];
      made.push(httpRoute(route, publicRouteName(at.name), { parentRefs, hostnames: [at.publicHost], rules }));
    }
    if (tag === '' && settings.config.features.tagHeaderBasedRouting === 'Enabled') made.push(...tagHeaderRoutes(routed, at));
  }
  return made;
}

export const localRouteName = (host: string): string => childName(host, '-local');
export const publicRouteName = (host: string): string => childName(host, '-public');

/** Requests that name a tag in a header, at the Route's own hosts. One object for each tag: rules of one object are few. */
function tagHeaderRoutes(routed: RoutedTraffic, at: Hosts): HttpRoute[] {
  return [...routed.traffic.hosts.keys()].filter(Boolean).flatMap((tag) => {
    const matches = [{ headers: [{ name: TAG_HEADER, value: tag }] }];
    const rules = [{ ...ruleOf(routed, tag), name: 'tag', matches }];
    const local = { group: '', kind: 'Service', name: at.name, port: PLACEHOLDER_PORT };
    const name = childName(at.name, `-tag-${tag}`);
    const made = [httpRoute(routed.route, localRouteName(name), { parentRefs: [local], rules })];
    if (at.publicHost === undefined) return made;
    const parentRefs = [{ name: GATEWAY_NAME, namespace: SERVING_NAMESPACE }];
    return [...made, httpRoute(routed.route, publicRouteName(name), { parentRefs, hostnames: [at.publicHost], rules })];
  });
}

function rulesOf(routed: RoutedTraffic, tag: string): HttpRouteRule[] {
  const rule = ruleOf(routed, tag);
  if (routed.settings.config.features.tagHeaderBasedRouting !== 'Enabled') return [rule];
  const header = tag === '' ? { name: DEFAULT_ROUTE_HEADER, value: 'true' } : { name: TAG_HEADER, value: tag };
  return [{ ...rule, filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [header] } }] }];
}

function ruleOf({ traffic, rollout, settings }: RoutedTraffic, tag: string): HttpRouteRule {
  const targets = (traffic.hosts.get(tag) ?? []).filter((t) => t.percent > 0);
  // Each Revision has its own limits (its TrafficPolicy); the rule's is the longest that any may have, for gateways that know no policy.
  const longest = Math.max(settings.config.defaults.maxRevisionTimeoutSeconds, ...targets.map((t) => t.revision.spec.timeoutSeconds ?? 0));
  return {
    name: 'revisions',
    backendRefs: targets.flatMap((target) => backendsOf(target, tag, rollout)),
    ...(longest > 0 ? { timeouts: { request: `${longest}s` } } : {}),
  };
}

function backendsOf(target: RevisionTarget, tag: string, rollout: Rollout): HttpBackendRef[] {
  const { namespace = '' } = target.revision.metadata ?? {};
  const moving = target.latestRevision
    ? rollout.find((c) => c.tag === tag && c.configurationName === target.configurationName && c.revisions.length > 1)
    : undefined;
  const shares = moving?.revisions ?? [{ revisionName: target.revisionName, percent: target.percent }];
  return shares.map(({ revisionName, percent }) => ({
    name: revisionName,
    port: REVISION_SERVICE_PORT,
    weight: percent,
    filters: [
      {
        type: 'RequestHeaderModifier',
        requestHeaderModifier: {
          set: [
            { name: 'Knative-Serving-Revision', value: revisionName },
            { name: 'Knative-Serving-Namespace', value: namespace },
          ],
        },
      },
    ],
  }));
}

function httpRoute(route: Route, name: string, spec: HttpRoute['spec'], annotations?: Record<string, string>): HttpRoute {
  const { name: of = '', namespace, labels } = route.metadata ?? {};
  return withAppliedHash({
    metadata: {
      name,
      namespace,
      labels: { ...without(labels, (key) => key === VISIBILITY_LABEL), [ROUTE_LABEL]: of },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerReference(routes, route)],
    },
    spec,
  });
}
