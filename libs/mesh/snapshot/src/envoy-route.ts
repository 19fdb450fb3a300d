import type { Cors } from '@tidegate/mesh-contract';
import { WHOLE, runtimeFraction } from './fractions.js';
import { toEnvoyHeaders } from './header-changes.js';
import { HELD_ATTEMPTS, heldCluster } from './held-clusters.js';
import { type RouteTimes, holdFilterOf, timesOf } from './hold-filter.js';
import type { Action, Line, LineEffects } from './lines.js';
import { toEnvoyPath, toEnvoyRewrite } from './path-match.js';
import { quoteRegex } from './regex-check.js';
import type { MatchModel, RetryModel, ValueCondition } from './rule-model.js';
import type { ServiceTarget } from './service-target.js';
import type { UpstreamOf } from './upstreams.js';

export type Json = Record<string, unknown>;

/** Where the routes answer: redirects name the port that the client sees. */
export interface RouteContext {
  scheme: 'http' | 'https';
  /** Port as the client dials it. */
  clientPort: number;
  /** The port that clients dial for a port as written. */
  clientPortOf(port: number): number;
  upstreamOf: UpstreamOf;
}

export const CORS_FILTER = 'envoy.filters.http.cors';
const CORS_POLICY = 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy';

export function toEnvoyRoute(line: Line, context: RouteContext): Json {
  const { action } = line;
  return { name: action.name, match: envoyMatch(line.match, line.share.to), ...envoyAction(line, action, context) };
}

function envoyMatch(match: MatchModel, upTo: number): Json {
  const { path, headers: pathHeaders } = toEnvoyPath(match.paths);
  const headers = [
    ...(match.method ? [{ name: ':method', string_match: { exact: match.method } }] : []),
    ...match.headers.map(valueMatch),
    ...pathHeaders,
  ];
  const fraction = runtimeFraction(upTo);
  return {
    ...path,
    ...(headers.length > 0 ? { headers } : {}),
    ...(match.query.length > 0 ? { query_parameters: match.query.map(valueMatch) } : {}),
    ...(fraction ? { runtime_fraction: fraction } : {}),
  };
}

function valueMatch({ name, regex, value }: ValueCondition): Json {
  return { name, string_match: regex ? { safe_regex: { regex: value } } : { exact: value } };
}

function envoyAction(line: Line, action: Action, context: RouteContext): Json {
  switch (action.type) {
    case 'respond':
      return { direct_response: { status: action.status, body: { inline_string: action.body } } };
    case 'redirect':
      return { redirect: envoyRedirect(action, line, context), ...envoyEffects(action.effects) };
    case 'forward':
      return envoyForward(line, action, context);
  }
}

function holdOf(target: ServiceTarget): Json {
  const { policy } = target;
  return policy?.isHolding ? holdFilterOf(target, policy.hold?.timeoutMs ?? 0) : {};
}

/** RFC 7239. Quoted, with the port: so an IPv6 address gets its brackets, and so a colon may stand there. */
const FORWARDED: Json = {
  header: {
    key: 'forwarded',
    value: 'for="%DOWNSTREAM_REMOTE_ADDRESS%";host="%REQ(:AUTHORITY)%";proto=%REQ(X-FORWARDED-PROTO)%',
  },
  append_action: 'APPEND_IF_EXISTS_OR_ADD',
};

function envoyEffects(effects: LineEffects, filters: Json = {}, told: readonly Json[] = []): Json {
  const perFilter = { ...(effects.cors ? { [CORS_FILTER]: corsPolicy(effects.cors) } : {}), ...filters };
  return {
    ...toEnvoyHeaders(effects.requestHeaders, 'request', told),
    ...toEnvoyHeaders(effects.responseHeaders, 'response'),
    ...(Object.keys(perFilter).length > 0 ? { typed_per_filter_config: perFilter } : {}),
  };
}

function envoyForward(line: Line, action: Extract<Action, { type: 'forward' }>, context: RouteContext): Json {
  const upstream = context.upstreamOf(action.target);
  if (!upstream) return { direct_response: { status: 503, body: { inline_string: 'the TLS policy of this backend cannot be kept\n' } } };
  const { effects, timeouts } = action;
  const mirrors = effects.mirrors.filter((mirror) => mirror.share > 0).flatMap((mirror) => mirrorPolicy(line, mirror, context));
  const { policy, cluster } = action.target;
  // Held requests go straight to a pod's address, where the name of a certificate could not be checked.
  if (policy?.isHolding && upstream.tls)
    return { direct_response: { status: 503, body: { inline_string: 'requests to a backend with a TLS policy cannot be held\n' } } };
  const own = timeouts.requestMs ?? (action.retry ? 0 : (timeouts.backendRequestMs ?? 0));
  const times = timesOf(policy, own, timeouts.backendRequestMs);
  const retry = policy?.isHolding
    ? heldRetryPolicy(action.retry, times)
    : action.retry || times.perTryMs
      ? retryPolicy(action.retry, times)
      : undefined;
  const route: Json = {
    cluster: policy?.isHolding ? heldCluster(policy) : `${cluster}${upstream.suffix}`,
    timeout: seconds(times.timeoutMs),
    ...times.action,
    ...(retry ? { retry_policy: retry } : {}),
    ...(effects.rewriteHost !== undefined ? { host_rewrite_literal: effects.rewriteHost } : {}),
    ...(effects.rewritePath ? toEnvoyRewrite(effects.rewritePath, line.match.paths) : {}),
    ...(mirrors.length > 0 ? { request_mirror_policies: mirrors } : {}),
  };
  return { route, ...envoyEffects(effects, holdOf(action.target), policy?.forwarded ? [FORWARDED] : []) };
}

/** mirror/namespace/service/version/rule, so that the metrics service's numbers name the version; further ports of a Service add their number. */
export function mirrorCluster(target: ServiceTarget, rule: string): string {
  const name = `mirror/${target.namespace}/${target.serviceLabel}/${target.versionLabel}/${rule}`;
  return target.isFirstPort ? name : `${name}/${target.port}`;
}

/** Envoy tests mirrors with the same random number that chose the route, so the copied part is a part of the line's own share. */
function mirrorPolicy(line: Line, mirror: LineEffects['mirrors'][number], context: RouteContext): Json[] {
  const upstream = context.upstreamOf(mirror.target);
  if (!upstream) return [];
  const { from, to } = line.share;
  const fraction = runtimeFraction(mirror.share >= 1 ? WHOLE : from + Math.round((to - from) * mirror.share));
  const copied = {
    cluster: `${mirrorCluster(mirror.target, mirror.rule)}${upstream.suffix}`,
    ...(fraction ? { runtime_fraction: fraction } : {}),
    disable_shadow_host_suffix_append: true,
  };
  return [copied];
}

/** For every route that says nothing else. Connections that were refused are tried again elsewhere: nothing of the request had been sent. */
export const DEFAULT_RETRY: Json = retryPolicy(undefined, { perTryMs: undefined });

function retryPolicy(retry: RetryModel | undefined, { perTryMs }: Pick<RouteTimes, 'perTryMs'>): Json {
  const perTry = perTryMs ? { per_try_timeout: seconds(perTryMs) } : {};
  const elsewhere = {
    retry_host_predicate: [
      {
        name: 'envoy.retry_host_predicates.previous_hosts',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate' },
      },
    ],
    // A node that is gone has the fewest requests, so that its endpoints are chosen first: with few attempts it would be chosen again.
    host_selection_retry_max_attempts: 20,
  };
  if (!retry) return { retry_on: 'connect-failure,refused-stream', num_retries: 2, ...perTry, ...elsewhere };
  const base = retry.backoffMs;
  return {
    retry_on: ['connect-failure', 'refused-stream', 'reset', ...(retry.codes.length > 0 ? ['retriable-status-codes'] : [])].join(','),
    num_retries: retry.attempts,
    ...(retry.codes.length > 0 ? { retriable_status_codes: [...retry.codes] } : {}),
    ...(base ? { retry_back_off: { base_interval: seconds(base), max_interval: seconds(base * 10) } } : {}),
    ...perTry,
    ...elsewhere,
  };
}

/** To the other address that the activator has named, and again to both, which may be the same: a program that is starting may accept late. */
function heldRetryPolicy(retry: RetryModel | undefined, { perTryMs, perTryIdleMs }: RouteTimes): Json {
  return {
    ...retryPolicy(retry, { perTryMs }),
    num_retries: Math.min(retry?.attempts ?? HELD_ATTEMPTS, HELD_ATTEMPTS - 1),
    ...(perTryIdleMs ? { per_try_idle_timeout: seconds(perTryIdleMs) } : {}),
    retry_host_predicate: [],
  };
}

const REDIRECT_CODES: Record<number, string> = {
  301: 'MOVED_PERMANENTLY',
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
};
const WELL_KNOWN: Record<string, number> = { http: 80, https: 443 };

function envoyRedirect(action: Extract<Action, { type: 'redirect' }>, line: Line, context: RouteContext): Json {
  const { redirect } = action;
  const scheme = redirect.scheme ?? context.scheme;
  const port = redirect.port ?? (redirect.scheme ? context.clientPortOf(WELL_KNOWN[redirect.scheme] ?? 80) : context.clientPort);
  // The client's Host carries a port when it dialled an unusual one; then the redirect's port has to be said even if it is the usual one.
  const hostHasPort = redirect.hostname === undefined && context.clientPort !== WELL_KNOWN[context.scheme];
  const sayPort = port !== WELL_KNOWN[scheme] || hostHasPort;
  return {
    ...(redirect.scheme ? { scheme_redirect: redirect.scheme } : {}),
    ...(redirect.hostname ? { host_redirect: redirect.hostname } : {}),
    ...(sayPort ? { port_redirect: port } : {}),
    ...(action.path ? redirectPath(action.path, line) : {}),
    response_code: REDIRECT_CODES[redirect.statusCode] ?? 'FOUND',
  };
}

function redirectPath(path: NonNullable<LineEffects['rewritePath']>, line: Line): Json {
  return path.rewrite.type === 'full' ? { path_redirect: path.rewrite.value } : toEnvoyRewrite(path, line.match.paths);
}

function corsPolicy(cors: Cors): Json {
  const list = (values: readonly string[] | undefined) => values?.join(',');
  // With credentials browsers take * for a plain name; Envoy then answers with what they asked for.
  const methods = cors.allowMethods?.includes('*') ? '*' : list(cors.allowMethods);
  return {
    '@type': CORS_POLICY,
    allow_origin_string_match: (cors.allowOrigins ?? []).map(originMatch),
    ...(methods ? { allow_methods: methods } : {}),
    ...(cors.allowHeaders?.length ? { allow_headers: list(cors.allowHeaders) } : {}),
    ...(cors.exposeHeaders?.length ? { expose_headers: list(cors.exposeHeaders) } : {}),
    max_age: String(cors.maxAge ?? 5),
    allow_credentials: cors.allowCredentials ?? false,
    forward_not_matching_preflights: false,
  };
}

function originMatch(origin: string): Json {
  if (origin === '*') return { safe_regex: { regex: '.*' } };
  if (!origin.includes('*')) return { exact: origin };
  return { safe_regex: { regex: origin.split('*').map(quoteRegex).join('.*') } };
}

function seconds(ms: number): string {
  return `${ms / 1000}s`;
}
