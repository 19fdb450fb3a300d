import { WHOLE, nest } from './fractions.js';
import { type Action, type Line, type LineEffects, mergeEffects } from './lines.js';
import { type BoundRewrite, andPaths, pathHolds, trimSlashes } from './path-match.js';
import { regexAccepts } from './regex-check.js';
import type { MatchModel, PathCondition, Timeouts, ValueCondition } from './rule-model.js';

/**
 * A Gateway's route that forwards to a Service with routes of its own: both apply. Matches are ANDed as seen after the outer
 * rewrite, shares nest, filters run one after the other, and what no inner line takes is 404, as for callers inside the cluster.
 * Inner backends are endpoints: they are not expanded again.
 */
export function expandLine(outer: Line, inner: readonly Line[]): Line[] {
  const { action } = outer;
  if (action.type !== 'forward') return [outer];
  const lines = inner.flatMap((line): Line[] => {
    const match = andMatch(outer.match, action.effects, line.match);
    if (!match) return [];
    return [{ match, share: nest(line.share, outer.share), action: innerAction(action, line.action, match) }];
  });
  if (inner.some((line) => matchesAll(line.match) && line.share.to === WHOLE)) return lines;
  const { namespace, service } = action.target;
  const nothing: Action = {
    type: 'respond',
    name: `${namespace}/${service}/-/unmatched`,
    status: 404,
    body: 'no route of this service matches\n',
  };
  return [...lines, { match: outer.match, share: outer.share, action: nothing }];
}

export function matchesAll(match: MatchModel): boolean {
  return match.paths.length === 0 && match.method === undefined && match.headers.length === 0 && match.query.length === 0;
}

type Forward = Extract<Action, { type: 'forward' }>;

function innerAction(outer: Forward, inner: Action, match: MatchModel): Action {
  if (inner.type === 'respond') return inner;
  const effects = mergeEffects(outer.effects, inner.effects);
  const rewritePath = composeRewrites(outer.effects.rewritePath, inner.effects.rewritePath, match);
  const merged: LineEffects = { ...effects, ...(rewritePath ? { rewritePath } : {}) };
  if (inner.type === 'redirect') {
    const path = composeRewrites(outer.effects.rewritePath, inner.path, match);
    return { ...inner, effects: merged, ...(path ? { path } : {}) };
  }
  const retry = inner.retry ?? outer.retry;
  return { ...inner, effects: merged, timeouts: shorter(outer.timeouts, inner.timeouts), ...(retry ? { retry } : {}) };
}

function shorter(a: Timeouts, b: Timeouts): Timeouts {
  return { requestMs: least(a.requestMs, b.requestMs), backendRequestMs: least(a.backendRequestMs, b.backendRequestMs) };
}

/** 0 and undefined are no limit. */
function least(a: number | undefined, b: number | undefined): number | undefined {
  return a && b ? Math.min(a, b) : a || b || (a ?? b);
}

function andMatch(outer: MatchModel, effects: LineEffects, inner: MatchModel): MatchModel | undefined {
  if (outer.method && inner.method && outer.method !== inner.method) return undefined;
  const innerPaths = beforeRewrite(effects.rewritePath, inner.paths);
  const paths = innerPaths && andPaths(outer.paths, innerPaths);
  const headers = beforeHeaderChanges(effects, inner.headers);
  if (!paths || !headers) return undefined;
  const method = outer.method ?? inner.method;
  return { paths, ...(method ? { method } : {}), headers: [...outer.headers, ...headers], query: [...outer.query, ...inner.query] };
}

/** Conditions on headers that the outer filters decide are decided here. */
function beforeHeaderChanges(effects: LineEffects, conditions: readonly ValueCondition[]): ValueCondition[] | undefined {
  const open: ValueCondition[] = [];
  for (const condition of conditions) {
    const value = effects.requestHeaders.set.get(condition.name);
    if (value === undefined && !effects.requestHeaders.remove.has(condition.name)) open.push(condition);
    else if (value === undefined || !valueHolds(condition, value)) return undefined;
  }
  return open;
}

function valueHolds(condition: ValueCondition, value: string): boolean {
  return condition.regex ? regexAccepts(condition.value, value) : condition.value === value;
}

/** The conditions that the path must meet before the outer rewrite, for the inner ones to hold after it. */
function beforeRewrite(bound: BoundRewrite | undefined, paths: readonly PathCondition[]): PathCondition[] | undefined {
  if (!bound) return [...paths];
  if (bound.rewrite.type === 'full') {
    const { value } = bound.rewrite;
    return paths.every((condition) => pathHolds(condition, value)) ? [] : undefined;
  }
  const replacement = trimSlashes(bound.rewrite.value);
  const before: PathCondition[] = [];
  for (const condition of paths) {
    // A regular expression cannot be turned back; it is kept on the path as the client sent it.
    if (condition.type === 'regex') before.push(condition);
    else if (condition.value === replacement || condition.value.startsWith(`${replacement}/`)) {
      const value = bound.prefix + condition.value.slice(replacement.length);
      if (value !== '') before.push({ type: condition.type, value });
    } else if (condition.type === 'exact' || !pathHolds(condition, replacement || '/')) return undefined;
  }
  return before;
}

/** One rewrite that does both. */
function composeRewrites(outer: BoundRewrite | undefined, inner: BoundRewrite | undefined, match: MatchModel): BoundRewrite | undefined {
  if (!outer || !inner || inner.rewrite.type === 'full') return inner ?? outer;
  const innerTo = trimSlashes(inner.rewrite.value);
  if (outer.rewrite.type === 'full') {
    const value = innerTo + outer.rewrite.value.slice(inner.prefix.length) || '/';
    return { rewrite: { type: 'full', value }, prefix: outer.prefix };
  }
  const outerTo = trimSlashes(outer.rewrite.value);
  if (inner.prefix.startsWith(outerTo)) {
    const prefix = outer.prefix + inner.prefix.slice(outerTo.length);
    return { rewrite: { type: 'prefix', value: innerTo || '/' }, prefix };
  }
  const value = innerTo + outerTo.slice(inner.prefix.length) || '/';
  return { rewrite: { type: 'prefix', value }, prefix: match.paths.length > 0 ? outer.prefix : '' };
}
