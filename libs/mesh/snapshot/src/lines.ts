import { type HeaderChanges, mergeHeaderChanges } from './header-changes.js';
import { type Interval, WHOLE, intervalsOf } from './fractions.js';
import { type BoundRewrite, prefixOf } from './path-match.js';
import type { Precedence } from './precedence.js';
import type { ResolvedBackend, ResolvedEffects, ResolvedRoute, ResolvedRule } from './resolve-backends.js';
import type { MatchModel, RedirectModel, RetryModel, Timeouts } from './rule-model.js';
import type { ObjectRef } from './snapshot.js';
import type { ServiceTarget } from './service-target.js';

/**
 * One future Envoy route: requests that match, of those whose random number lies in `share`, meet `action`.
 * Lines are tried in order, so only the upper bound of the share is written down.
 */
export interface Line {
  match: MatchModel;
  share: Interval;
  action: Action;
}

export type Action =
  | {
      type: 'forward';
      name: string;
      target: ServiceTarget;
      effects: LineEffects;
      timeouts: Timeouts;
      retry?: RetryModel;
    }
  | { type: 'redirect'; name: string; redirect: Omit<RedirectModel, 'path'>; path?: BoundRewrite; effects: LineEffects }
  | { type: 'respond'; name: string; status: number; body: string };

export interface LineEffects {
  requestHeaders: HeaderChanges;
  responseHeaders: HeaderChanges;
  rewriteHost?: string;
  rewritePath?: BoundRewrite;
  /** With the rule that mirrors, for the name of the mirror's cluster. */
  mirrors: readonly { target: ServiceTarget; share: number; rule: string }[];
  cors?: ResolvedEffects['cors'];
}

/** The lines of one match of one rule, which stay together when matches of many routes are ordered. */
export interface Entry {
  order: Precedence;
  lines: readonly Line[];
}

/** All matches of a route, each with one line for each backend. */
export function entriesOf(route: ResolvedRoute): Entry[] {
  const { model } = route;
  return route.rules.flatMap((rule) =>
    rule.matches.map((match, index) => ({
      order: { match, createdAt: model.createdAt, key: model.key, rule: rule.index, index },
      lines: linesOf(model.ref, rule, match),
    })),
  );
}

function linesOf(ref: ObjectRef, rule: ResolvedRule, match: MatchModel): Line[] {
  const whole = { from: 0, to: WHOLE };
  const nowhere = `${ref.namespace}/-/-/${rule.name}`;
  if (rule.refused) {
    return [{ match, share: whole, action: refusal(ref, nowhere, 'this route has a filter that cannot be applied') }];
  }
  if (rule.redirect) {
    const effects = toLineEffects(rule.effects, rule, match);
    return [{ match, share: whole, action: redirectAction(nowhere, rule.redirect, effects, match) }];
  }
  const shares = intervalsOf(rule.backends.map((b) => b.weight));
  const lines = rule.backends.flatMap((backend, i): Line[] => {
    const share = shares[i];
    if (!share || share.from === share.to) return [];
    return [{ match, share, action: backendAction(ref, rule, backend, match) }];
  });
  if (lines.length > 0) return lines;
  return [{ match, share: whole, action: refusal(ref, nowhere, 'this route has no backend') }];
}

/** Callers of gRPC have to see UNAVAILABLE, which Envoy makes from 503. */
function refusal({ kind }: ObjectRef, name: string, why: string): Action {
  return { type: 'respond', name, status: kind === 'GRPCRoute' ? 503 : 500, body: `${why}\n` };
}

function backendAction(ref: ObjectRef, rule: ResolvedRule, backend: ResolvedBackend, match: MatchModel): Action {
  const { target } = backend;
  if (!target)
    return refusal(ref, `${ref.namespace}/${backend.name}/-/${rule.name}`, 'the backend of this route does not exist or may not be used');
  const name = routeName(target, rule.name);
  const effects = mergeEffects(toLineEffects(rule.effects, rule, match), toLineEffects(backend.effects, rule, match));
  if (backend.redirect) return redirectAction(name, backend.redirect, effects, match);
  return { type: 'forward', name, target, effects, timeouts: rule.timeouts, ...(rule.retry ? { retry: rule.retry } : {}) };
}

export function routeName(target: ServiceTarget, rule: string): string {
  return `${target.namespace}/${target.serviceLabel}/${target.versionLabel}/${rule}`;
}

function redirectAction(name: string, { path, ...redirect }: RedirectModel, effects: LineEffects, match: MatchModel): Action {
  return { type: 'redirect', name, redirect, effects, ...(path ? { path: { rewrite: path, prefix: prefixOf(match.paths) } } : {}) };
}

function toLineEffects(effects: ResolvedEffects, rule: ResolvedRule, match: MatchModel): LineEffects {
  return {
    requestHeaders: effects.requestHeaders,
    responseHeaders: effects.responseHeaders,
    ...(effects.rewriteHost !== undefined ? { rewriteHost: effects.rewriteHost } : {}),
    ...(effects.rewritePath ? { rewritePath: { rewrite: effects.rewritePath, prefix: prefixOf(match.paths) } } : {}),
    mirrors: effects.mirrors.map((mirror) => ({ ...mirror, rule: rule.name })),
    ...(effects.cors ? { cors: effects.cors } : {}),
  };
}

/** Requests meet the outer effects first; answers meet the inner ones first. */
export function mergeEffects(outer: LineEffects, inner: LineEffects): LineEffects {
  return {
    ...outer,
    ...inner,
    requestHeaders: mergeHeaderChanges(outer.requestHeaders, inner.requestHeaders),
    responseHeaders: mergeHeaderChanges(inner.responseHeaders, outer.responseHeaders),
    mirrors: [...outer.mirrors, ...inner.mirrors],
  };
}
