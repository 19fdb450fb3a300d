import { durationMs } from '@tidegate/kernel';
import type {
  GrpcRoute,
  GrpcRouteMatch,
  GrpcRouteRule,
  HttpRoute,
  HttpRouteMatch,
  HttpRouteRule,
  TcpRoute,
  TlsRoute,
} from '@tidegate/mesh-contract';
import { keyOf, objectKey, refOf } from './object-key.js';
import { readBackendRef } from './read-backend-ref.js';
import { readFilters } from './read-filters.js';
import { quoteRegex, regexProblem } from './regex-check.js';
import type { BackendModel, MatchModel, PathCondition, RouteModel, RuleModel, RuleProblem, ValueCondition } from './rule-model.js';

/** A rule before its filters and backends are read: what differs between the kinds of routes. */
interface RuleForm {
  rule: Pick<HttpRouteRule, 'name' | 'filters' | 'backendRefs' | 'timeouts' | 'retry'>;
  matches: readonly MatchModel[];
}

export function readHttpRoute(route: HttpRoute): RouteModel {
  const rules: readonly HttpRouteRule[] = route.spec.rules ?? [{}];
  return readRoute(
    'HTTPRoute',
    route,
    rules.map((rule) => ({ rule, matches: (rule.matches ?? [{}]).map(readHttpMatch) })),
  );
}

export function readGrpcRoute(route: GrpcRoute): RouteModel {
  const rules: readonly GrpcRouteRule[] = route.spec.rules ?? [{}];
  return readRoute(
    'GRPCRoute',
    route,
    rules.map((rule) => ({ rule, matches: (rule.matches ?? [{}]).map(readGrpcMatch) })),
  );
}

/** Routes of connections: what they match is the server name alone. */
export function readStreamRoute(kind: 'TLSRoute' | 'TCPRoute', route: TlsRoute | TcpRoute): RouteModel {
  return readRoute(
    kind,
    route,
    route.spec.rules.map((rule) => ({ rule, matches: [ANYTHING] })),
  );
}

const ANYTHING: MatchModel = { paths: [], headers: [], query: [] };

function readRoute(kind: string, route: HttpRoute | GrpcRoute | TlsRoute | TcpRoute, forms: readonly RuleForm[]): RouteModel {
  const problems: RuleProblem[] = [];
  const rules: RuleModel[] = [];
  forms.forEach((form, index) => {
    const rule = readRule(form, index, problems);
    if (rule) rules.push(rule);
  });
  return {
    ref: refOf(kind, route),
    key: objectKey(route),
    id: `${kind}/${objectKey(route)}`,
    servicesNamed: servicesNamed(rules, route.metadata?.namespace ?? ''),
    createdAt: route.metadata?.creationTimestamp ?? '',
    hostnames: 'hostnames' in route.spec ? (route.spec.hostnames ?? []) : [],
    parentRefs: route.spec.parentRefs ?? [],
    rules,
    problems,
  };
}

function servicesNamed(rules: readonly RuleModel[], own: string): string[] {
  const refs = rules.flatMap((rule) => [
    ...rule.backends.map((b) => b.ref),
    ...rule.effects.mirrors.map((m) => m.ref),
    ...rule.backends.flatMap((b) => b.effects.mirrors.map((m) => m.ref)),
  ]);
  return refs.map((ref) => keyOf(ref.namespace ?? own, ref.name));
}

function readRule({ rule, matches }: RuleForm, index: number, problems: RuleProblem[]): RuleModel | undefined {
  const name = rule.name ?? `rule-${index}`;
  const badMatch = matches.map(matchProblem).find((problem) => problem !== undefined);
  if (badMatch !== undefined) {
    problems.push({ rule: name, reason: 'UnsupportedValue', message: badMatch });
    return undefined;
  }
  const { effects, redirect, problem } = readFilters(rule.filters);
  const backends = (rule.backendRefs ?? []).map((backendRef): BackendModel & { problem?: RuleProblem } => {
    const own = readFilters(backendRef.filters);
    return {
      ref: readBackendRef(backendRef),
      weight: backendRef.weight ?? 1,
      effects: own.effects,
      ...(own.redirect ? { redirect: own.redirect } : {}),
      ...(own.problem ? { problem: { rule: name, ...own.problem } } : {}),
    };
  });
  const found = [
    ...(problem ? [{ rule: name, ...problem }] : []),
    ...backends.flatMap((backend) => (backend.problem ? [backend.problem] : [])),
    ...prefixProblems(name, matches, [
      effects.rewritePath,
      redirect?.path,
      ...backends.map((b) => b.effects.rewritePath ?? b.redirect?.path),
    ]),
  ];
  if (redirect && backends.length > 0) {
    found.push({
      rule: name,
      reason: 'IncompatibleFilters',
      message: 'a rule with RequestRedirect cannot have backendRefs; remove one of them',
    });
  }
  const times = readTimes(rule, name, found);
  problems.push(...found);
  return { index, name, matches, effects, ...(redirect ? { redirect } : {}), backends, ...times, refused: found.length > 0 };
}

function readTimes(rule: RuleForm['rule'], name: string, found: RuleProblem[]): Pick<RuleModel, 'timeouts' | 'retry'> {
  const read = (field: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    try {
      return durationMs(text);
    } catch {
      found.push({ rule: name, reason: 'UnsupportedValue', message: `${field} "${text}" is not a duration; write it as 30s or 250ms` });
      return undefined;
    }
  };
  const requestMs = read('timeouts.request', rule.timeouts?.request);
  const backendRequestMs = read('timeouts.backendRequest', rule.timeouts?.backendRequest);
  if (requestMs && backendRequestMs && backendRequestMs > requestMs) {
    const message = 'timeouts.backendRequest is longer than timeouts.request; shorten it';
    found.push({ rule: name, reason: 'UnsupportedValue', message });
  }
  if (!rule.retry) return { timeouts: { requestMs, backendRequestMs } };
  const backoffMs = read('retry.backoff', rule.retry.backoff);
  return {
    timeouts: { requestMs, backendRequestMs },
    retry: { codes: rule.retry.codes ?? [], attempts: rule.retry.attempts ?? 1, backoffMs },
  };
}

function prefixProblems(rule: string, matches: readonly MatchModel[], rewrites: readonly ({ type: string } | undefined)[]): RuleProblem[] {
  if (!rewrites.some((rewrite) => rewrite?.type === 'prefix')) return [];
  const other = matches.some((match) => match.paths.some((path) => path.type !== 'prefix'));
  if (!other) return [];
  const message = 'ReplacePrefixMatch needs matches of type PathPrefix; use ReplaceFullPath or change the match';
  return [{ rule, reason: 'UnsupportedValue', message }];
}

function readHttpMatch(match: HttpRouteMatch): MatchModel {
  const { type = 'PathPrefix', value = '/' } = match.path ?? {};
  return {
    paths: readPath(type, value),
    ...(match.method ? { method: match.method } : {}),
    headers: firstOfName((match.headers ?? []).map((h) => ({ ...toCondition(h), name: h.name.toLowerCase() }))),
    query: firstOfName((match.queryParams ?? []).map(toCondition)),
  };
}

function readPath(type: 'Exact' | 'PathPrefix' | 'RegularExpression', value: string): PathCondition[] {
  if (type === 'Exact') return [{ type: 'exact', value }];
  if (type === 'RegularExpression') return [{ type: 'regex', value }];
  const trimmed = value.replace(/\/+$/, '');
  return trimmed === '' ? [] : [{ type: 'prefix', value: trimmed }];
}

/** gRPC travels as POST /package.Service/Method. */
function readGrpcMatch(match: GrpcRouteMatch): MatchModel {
  const { type = 'Exact', service, method } = match.method ?? {};
  const headers = firstOfName((match.headers ?? []).map((h) => ({ ...toCondition(h), name: h.name.toLowerCase() })));
  return { paths: grpcPath(type === 'RegularExpression', service || undefined, method || undefined), headers, query: [] };
}

function grpcPath(regex: boolean, service: string | undefined, method: string | undefined): PathCondition[] {
  if (service === undefined && method === undefined) return [];
  if (!regex && service !== undefined) {
    return method === undefined ? [{ type: 'prefix', value: `/${service}` }] : [{ type: 'exact', value: `/${service}/${method}` }];
  }
  const part = (text: string | undefined) => (text === undefined ? '[^/]+' : regex ? `(?:${text})` : quoteRegex(text));
  return [{ type: 'regex', value: `/${part(service)}/${part(method)}` }];
}

function toCondition(given: { type?: string; name: string; value: string }): ValueCondition {
  return { name: given.name, regex: given.type === 'RegularExpression', value: given.value };
}

function firstOfName(conditions: readonly ValueCondition[]): ValueCondition[] {
  return conditions.filter((c, i) => conditions.findIndex((other) => other.name === c.name) === i);
}

function matchProblem(match: MatchModel): string | undefined {
  for (const path of match.paths) {
    if (path.type === 'regex') {
      const problem = regexProblem(path.value);
      if (problem) return `path "${path.value}" is not a usable regular expression: ${problem}`;
    } else if (!/^\/[^?#]*$/.test(path.value) || path.value.includes('//')) {
      return `path "${path.value}" must start with /, and contain neither //, ? nor #`;
    }
  }
  for (const given of [...match.headers, ...match.query]) {
    const problem = given.regex ? regexProblem(given.value) : undefined;
    if (problem) return `"${given.value}" for ${given.name} is not a usable regular expression: ${problem}`;
  }
  return undefined;
}
