import type { Service } from '@tidegate/kube';
import { specHash } from '../drift.js';
import { WHOLE, type PreviewPlan, type TrafficPlan, type TrafficPort } from '../traffic-plan.js';
import { APPLIED_ANNOTATION, type TrafficObject, type TrafficRouter } from '../traffic-router.js';
import type { BackendRef, HttpBackendRef, HttpRoute, HttpRouteFilter, HttpRouteRule, HttpRouteSpec } from './http-route.js';
import { routeLiveness } from './liveness.js';
import { previewRouteName, routeName, versionServiceName, versionSlug } from './object-names.js';
import { cookieMatch, toRouteMatch } from './route-matches.js';

const SERVICE_LABEL = 'tidegate.dev/service';
const VERSION_LABEL = 'tidegate.dev/version';
const VERSION_POD_LABEL = 'version';

/**
 * Standard Gateway API objects only: one Service per version, and per port one HTTPRoute whose parent is the user's
 * Service (GAMMA). Rules, most specific first:
 *
 *   preview            the header with the secret
 *   matched-<i>        the Strategy's match rules
 *   sticky-<version>   the cohort's cookie or header
 *   weighted           everything else; the only rule that a comparison may use
 */
export const gatewayApiRouter: TrafficRouter = {
  name: 'gateway-api',
  capabilities: { smallestWeight: 1, mirror: true, cookieMatch: true, cohorts: true, protocols: ['http', 'grpc'] },
  objects: (plan) => [
    ...plan.versions.map((version) => versionService(plan, version)),
    ...plan.ports.flatMap((port) => portRoutes(plan, port)),
  ],
  refusal: portRefusal,
  liveness: routeLiveness,
};

function portRefusal(port: TrafficPort): string | undefined {
  const protocol = port.protocol ?? 'TCP';
  const named = `port ${port.name ?? port.port}`;
  if (protocol !== 'TCP') return `${named} is ${protocol}: only HTTP and gRPC requests can be split between versions`;
  const app = (port.appProtocol ?? '').toLowerCase();
  if (app === '' || HTTP_PROTOCOLS.has(app))
    return opaqueName(port) ? `${named} carries ${port.name?.split('-')[0]}, which is not HTTP or gRPC` : undefined;
  return `${named} says appProtocol ${port.appProtocol}: only HTTP and gRPC requests can be split between versions`;
}

const HTTP_PROTOCOLS = new Set(['http', 'http2', 'grpc', 'grpc-web', 'kubernetes.io/h2c', 'kubernetes.io/ws']);
/** Prefixes of port names that say "not HTTP" by the convention of meshes (`mysql`, `tcp-db`). A port without a hint is taken as HTTP. */
const OPAQUE_NAMES = new Set(['tcp', 'udp', 'tls', 'mongo', 'mysql', 'redis', 'postgres', 'amqp', 'kafka']);

function opaqueName(port: TrafficPort): boolean {
  return port.appProtocol === undefined && OPAQUE_NAMES.has(port.name?.split('-')[0] ?? '');
}

function versionService(plan: TrafficPlan, version: string): TrafficObject {
  const object: Service = {
    metadata: {
      name: versionServiceName(plan.service, version),
      namespace: plan.namespace,
      labels: { ...plan.labels, [SERVICE_LABEL]: plan.service, [VERSION_LABEL]: version },
      ownerReferences: [plan.owner],
    },
    spec: { selector: { ...plan.selector, [VERSION_POD_LABEL]: version }, ports: plan.ports.map(servicePort) },
  };
  return { kind: 'Service', object };
}

function servicePort(port: TrafficPort): NonNullable<NonNullable<Service['spec']>['ports']>[number] {
  return {
    port: port.port,
    protocol: port.protocol ?? 'TCP',
    ...(port.name === undefined ? {} : { name: port.name }),
    ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
    ...(port.targetPort === undefined ? {} : { targetPort: port.targetPort }),
  };
}

function portRoutes(plan: TrafficPlan, port: TrafficPort): TrafficObject[] {
  const { preview } = plan;
  const spec: HttpRouteSpec = {
    parentRefs: [{ group: '', kind: 'Service', name: plan.service, port: port.port }],
    rules: [
      ...(preview ? [previewRule(plan, preview, port)] : []),
      ...matchedRules(plan, port),
      ...stickyRules(plan, port),
      weightedRule(plan, port),
    ],
  };
  const routes = [route(plan, routeName(plan.service, port.port), spec)];
  // A host name of its own belongs to one port: the first.
  if (preview?.host && port === plan.ports[0]) routes.push(previewHostRoute(plan, preview, preview.host, port));
  return routes;
}

function previewHostRoute(
  plan: TrafficPlan,
  preview: PreviewPlan,
  host: NonNullable<PreviewPlan['host']>,
  port: TrafficPort,
): TrafficObject {
  const spec: HttpRouteSpec = {
    parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: host.gateway.name, namespace: host.gateway.namespace }],
    hostnames: [host.hostname],
    rules: [previewRule(plan, preview, port)],
  };
  return route(plan, previewRouteName(plan.service, port.port), spec);
}

function route(plan: TrafficPlan, name: string, spec: HttpRouteSpec): TrafficObject {
  const object: HttpRoute = {
    metadata: {
      name,
      namespace: plan.namespace,
      labels: { ...plan.labels, [SERVICE_LABEL]: plan.service },
      annotations: { [APPLIED_ANNOTATION]: specHash(spec) },
      ownerReferences: [plan.owner],
    },
    spec,
  };
  return { kind: 'HTTPRoute', object };
}

function previewRule(plan: TrafficPlan, preview: PreviewPlan, port: TrafficPort): HttpRouteRule {
  return {
    name: 'preview',
    matches: [{ headers: [{ type: 'Exact', name: preview.header, value: preview.secret }] }],
    backendRefs: [{ ...backend(plan, preview.version, port), weight: 1 }],
  };
}

function matchedRules(plan: TrafficPlan, port: TrafficPort): HttpRouteRule[] {
  return plan.matched.map(({ match, version }, i) => ({
    name: `matched-${i}`,
    matches: [toRouteMatch(match)],
    backendRefs: [{ ...backend(plan, version, port), weight: 1 }],
  }));
}

function stickyRules(plan: TrafficPlan, port: TrafficPort): HttpRouteRule[] {
  const { cohorts } = plan;
  if (!cohorts) return [];
  return cohorts.tokens.map(({ version, token }) => ({
    name: `sticky-${versionSlug(version)}`,
    matches: [
      'cookie' in cohorts.by
        ? cookieMatch(cohorts.by.cookie, token)
        : { headers: [{ type: 'Exact', name: cohorts.by.header, value: token }] },
    ],
    backendRefs: [{ ...backend(plan, version, port), weight: 1 }],
  }));
}

function weightedRule(plan: TrafficPlan, port: TrafficPort): HttpRouteRule {
  const { mirror } = plan;
  return {
    name: 'weighted',
    backendRefs: plan.weights.map(({ version, weight }) => weightedBackend(plan, version, weight, port)),
    ...(mirror ? { filters: [mirrorFilter(backend(plan, mirror.version, port), mirror.weight)] } : {}),
  };
}

function weightedBackend(plan: TrafficPlan, version: string, weight: number, port: TrafficPort): HttpBackendRef {
  const filter = cohortFilter(plan, version);
  return { ...backend(plan, version, port), weight, ...(filter ? { filters: [filter] } : {}) };
}

function cohortFilter(plan: TrafficPlan, version: string): HttpRouteFilter | undefined {
  const token = plan.cohorts?.tokens.find((t) => t.version === version)?.token;
  if (!plan.cohorts || token === undefined) return undefined;
  const { by } = plan.cohorts;
  const header =
    'cookie' in by
      ? { name: 'Set-Cookie', value: `${by.cookie}=${token}; Path=/; Max-Age=${by.maxAgeSeconds}; HttpOnly; SameSite=Lax` }
      : { name: by.header, value: token };
  return { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [header] } };
}

function mirrorFilter(backendRef: BackendRef, weight: number): HttpRouteFilter {
  const whole = weight % (WHOLE / 100) === 0;
  return {
    type: 'RequestMirror',
    requestMirror: {
      backendRef,
      ...(whole ? { percent: weight / (WHOLE / 100) } : { fraction: { numerator: weight, denominator: WHOLE } }),
    },
  };
}

function backend(plan: TrafficPlan, version: string, port: TrafficPort): BackendRef {
  return { group: '', kind: 'Service', name: versionServiceName(plan.service, version), port: port.port };
}
