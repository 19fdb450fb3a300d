import { kinds, type Service } from '@tidegate/kube';
import {
  ROLLOUT_ANNOTATION,
  ROLLOUT_DURATION_ANNOTATIONS,
  ROUTE_CONDITIONS,
  settleConditions,
  type Finding,
  type Route,
  type RouteStatus,
  type TrafficTarget,
} from '@tidegate/serving-contract';
import { parseGoDuration } from '@tidegate/serving-config';
import { httpRoutes, type HttpRoute } from '@tidegate/traffic-router';
import { needsApply } from '../drift.js';
import { asBefore, isFalse, isTrue, isUnknown } from '../findings.js';
import { firstOf } from '../key-values.js';
import { isControlledBy, notOwnedMessage } from '../ownership.js';
import type { Action, Plan } from '../plan.js';
import type { Settings } from '../settings.js';
import { desiredHttpRoutes, localRouteName, publicRouteName } from './desired-http-routes.js';
import { desiredPlaceholder } from './desired-placeholder.js';
import { clusterLocalHost, hostNameOf, hostsOf, urlOf, type Hosts } from './hosts.js';
import { ingressFinding, ingressNotConfigured } from './ingress-finding.js';
import { goalOf, isDone, nextStepAt, observeLive, readRollout, stepRollout, type Rollout } from './rollout.js';
import { resolveTraffic, type Traffic, type TrafficSources } from './traffic.js';

export interface ObservedRoute {
  route: Route;
  sources: TrafficSources;
  /** Of the Route's namespace, whosever it is. */
  service(name: string): Service | undefined;
  httpRoute(name: string): HttpRoute | undefined;
  /** With the Route's label. */
  labelled: { services: readonly Service[]; httpRoutes: readonly HttpRoute[] };
}

/** targets ─► hosts ─► placeholder Services and HTTPRoutes ─► live. While a target is not ready, everything stays as it is. */
export function planRoute(observed: ObservedRoute, settings: Settings, now: number): Plan<RouteStatus> {
  const { route } = observed;
  const before = route.status?.conditions;
  const hosts = new Map<string, Hosts>();
  const ends = (findings: Finding[], changes: Partial<RouteStatus> = {}, plan: Partial<Plan<RouteStatus>> = {}): Plan<RouteStatus> => {
    const conditions = settleConditions(ROUTE_CONDITIONS, before, [...findings, certificateFinding(hosts, settings)], now);
    return { actions: [], ...plan, status: { ...route.status, ...changes, observedGeneration: route.metadata?.generation, conditions } };
  };
  // A new generation is not live because the one before it was.
  const asItWas =
    route.status?.observedGeneration === route.metadata?.generation ? asBefore(before, 'IngressReady') : ingressNotConfigured();

  for (const tag of new Set(['', ...(route.spec.traffic ?? []).map((t) => t.tag ?? '')])) {
    const made = hostsOf(route, tag, placeholderOf(observed, tag, settings), settings);
    if (!made.ok) return ends([isFalse('AllTrafficAssigned', 'ErrorConfig', made.error), asItWas]);
    hosts.set(tag, made.value);
  }
  const url = urlAt(hosts, '', settings);
  const traffic = resolveTraffic(route, observed.sources);
  if ('status' in traffic) return ends([traffic, asItWas], { url });

  const assigned = isTrue('AllTrafficAssigned');
  const address = { url: `http://${clusterLocalHost(route.metadata?.name ?? '', route.metadata?.namespace ?? '')}` };
  const stranger = notOurs(observed, hosts);
  if (stranger) return ends([assigned, stranger], { url, address, traffic: trafficStatus(traffic, [], hosts, settings) });

  const rollout = rolloutOf(observed, traffic, settings, now);
  const desired = desiredHttpRoutes({ route, traffic, hosts, rollout, settings });
  const actions = [...placeholderActions(observed, hosts), ...routeActions(observed, desired)];
  const settled = desired.every((d) => !needsApply(observed.httpRoute(nameOf(d)), d));
  const live = settled ? ingressFinding(desired.flatMap((d) => observed.httpRoute(nameOf(d)) ?? [])) : ingressNotConfigured();
  const moving = !isDone(rollout);
  const inProgress = isUnknown('IngressReady', 'RolloutInProgress', 'A gradual rollout of the latest revision(s) is in progress.');
  const changes = { url, address, traffic: trafficStatus(traffic, rollout, hosts, settings) };
  const plan = ends([assigned, moving && live.status !== 'False' ? inProgress : live], changes, { actions });
  const next = nextStepAt(rollout);
  if (next !== undefined) plan.lookAgainInMs = Math.max(1, next - now);
  return plan;
}

function placeholderOf({ route, ...observed }: ObservedRoute, tag: string, settings: Settings): Service | undefined {
  const service = observed.service(hostNameOf(route, tag, settings.config));
  return service && isControlledBy(service, route) ? service : undefined;
}

function urlAt(hosts: ReadonlyMap<string, Hosts>, tag: string, settings: Settings): string | undefined {
  const at = hosts.get(tag);
  return at && urlOf(at, settings);
}

function notOurs({ route, ...observed }: ObservedRoute, hosts: ReadonlyMap<string, Hosts>): Finding | undefined {
  for (const { name } of hosts.values()) {
    const service = observed.service(name);
    if (service && !isControlledBy(service, route)) {
      return isFalse('IngressReady', 'NotOwned', `There is an existing placeholder Service "${name}" that we do not own.`);
    }
    const taken = [localRouteName(name), publicRouteName(name)]
      .map((n) => observed.httpRoute(n))
      .find((r) => r && !isControlledBy(r, route));
    if (taken) return isFalse('IngressReady', 'NotOwned', notOwnedMessage('HTTPRoute', nameOf(taken)));
  }
  return undefined;
}

/** The pace of a rollout comes from how long its first percent took to become live. */
function rolloutOf(observed: ObservedRoute, traffic: Traffic, settings: Settings, now: number): Rollout {
  const goal = goalOf(traffic);
  const { route } = observed;
  const seconds = rolloutSeconds(route, settings);
  if (seconds <= 0) return goal;
  const existing = observed.httpRoute(localRouteName(route.metadata?.name ?? ''));
  const previous = readRollout(existing?.metadata?.annotations?.[ROLLOUT_ANNOTATION]);
  if (!previous) return goal;
  const routes = observed.labelled.httpRoutes.filter((r) => isControlledBy(r, route));
  const live = ingressFinding(routes).status === 'True';
  return stepRollout(goal, live ? observeLive(previous, now, seconds) : previous, now);
}

function rolloutSeconds(route: Route, settings: Settings): number {
  const asked = firstOf(route.metadata?.annotations, ROLLOUT_DURATION_ANNOTATIONS);
  const parsed = asked ? parseGoDuration(asked) : undefined;
  // Admission has refused what is no duration.
  return parsed?.ok ? Math.floor(parsed.value / 1000) : settings.config.network.rolloutDurationSeconds;
}

function placeholderActions({ route, labelled, ...observed }: ObservedRoute, hosts: ReadonlyMap<string, Hosts>): Action[] {
  const wanted = [...hosts.values()].map(({ name }) => desiredPlaceholder(route, name, observed.service(name)));
  const names = new Set(wanted.map(nameOf));
  return [
    ...wanted
      .filter((d) => needsApply(observed.service(nameOf(d)), d))
      .map((object): Action => ({ do: 'apply', kind: kinds.services, object })),
    ...labelled.services
      .filter((s) => isControlledBy(s, route) && !names.has(nameOf(s)))
      .map((s): Action => ({
        do: 'delete',
        kind: kinds.services,
        namespace: s.metadata?.namespace,
        name: nameOf(s),
        uid: s.metadata?.uid,
      })),
  ];
}

function routeActions({ route, labelled, ...observed }: ObservedRoute, desired: readonly HttpRoute[]): Action[] {
  const names = new Set(desired.map(nameOf));
  return [
    ...desired
      .filter((d) => needsApply(observed.httpRoute(nameOf(d)), d))
      .map((object): Action => ({ do: 'apply', kind: httpRoutes, object })),
    ...labelled.httpRoutes
      .filter((r) => isControlledBy(r, route) && !names.has(nameOf(r)))
      .map((r): Action => ({ do: 'delete', kind: httpRoutes, namespace: r.metadata?.namespace, name: nameOf(r), uid: r.metadata?.uid })),
  ];
}

function trafficStatus(traffic: Traffic, rollout: Rollout, hosts: ReadonlyMap<string, Hosts>, settings: Settings): TrafficTarget[] {
  return traffic.targets.flatMap((target) => {
    const { tag, configurationName, latestRevision, revisionName, percent } = target;
    const moving = latestRevision ? rollout.find((c) => c.tag === tag && c.configurationName === configurationName) : undefined;
    const shares = moving && moving.revisions.length > 1 ? moving.revisions : [{ revisionName, percent }];
    const url = tag === '' ? undefined : urlAt(hosts, tag, settings);
    return shares.map((share): TrafficTarget => ({ ...(tag === '' ? {} : { tag, url }), ...share, latestRevision }));
  });
}

/** Certificates come from elsewhere: a DomainMapping names its own. */
function certificateFinding(hosts: ReadonlyMap<string, Hosts>, settings: Settings): Finding {
  const notEnabled = (message: string): Finding => ({ type: 'CertificateProvisioned', status: 'True', reason: 'TLSNotEnabled', message });
  if (!settings.config.network.externalDomainTls) return notEnabled('external-domain-tls is not enabled');
  if ([...hosts.values()].every((h) => h.publicHost === undefined)) return notEnabled('TLS is not enabled for cluster-local');
  const message =
    'external-domain-tls is Enabled in ConfigMap config-network, and no certificate provider is installed; set it to Disabled.';
  return isFalse('CertificateProvisioned', 'CertificateProvisionFailed', message);
}

function nameOf(object: Service | HttpRoute): string {
  return object.metadata?.name ?? '';
}
