import type { TrafficMatch, ValueMatch } from '../traffic-plan.js';
import type { HttpRouteMatch, NamedMatch } from './http-route.js';

/** Cookies have no match of their own in the Gateway API: they become a regular expression over the Cookie header. */
export function toRouteMatch(match: TrafficMatch): HttpRouteMatch {
  const headers = [...(match.headers ?? []).map(toNamedMatch), ...(match.cookies ?? []).map(toCookieMatch)];
  return {
    ...(match.path ? { path: toPathMatch(match.path) } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(match.query && match.query.length > 0 ? { queryParams: match.query.map(toNamedMatch) } : {}),
  };
}

export function cookieMatch(name: string, value: string): HttpRouteMatch {
  return { headers: [toCookieMatch({ name, type: 'Exact', value })] };
}

function toNamedMatch(match: { name: string } & ValueMatch): NamedMatch {
  if (match.type === 'Exact') return { type: 'Exact', name: match.name, value: match.value };
  return { type: 'RegularExpression', name: match.name, value: `^(?:${valuePattern(match)})$` };
}

/** Anchored at both ends, so that it means the same where an implementation searches and where it matches in full. */
function toCookieMatch(match: { name: string } & ValueMatch): NamedMatch {
  const value =
    match.type === 'Regex' ? match.value : match.type === 'Exact' ? escapePattern(match.value) : `${escapePattern(match.value)}[^;]*`;
  return { type: 'RegularExpression', name: 'cookie', value: `^(?:.*;\\s*)?${escapePattern(match.name)}=(?:${value})(?:\\s*;.*)?$` };
}

function toPathMatch(match: ValueMatch): NonNullable<HttpRouteMatch['path']> {
  const types = { Exact: 'Exact', Prefix: 'PathPrefix', Regex: 'RegularExpression' } as const;
  return { type: types[match.type], value: match.value };
}

function valuePattern(match: ValueMatch): string {
  return match.type === 'Prefix' ? `${escapePattern(match.value)}.*` : match.value;
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
