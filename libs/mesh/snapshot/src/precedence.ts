import { compareText } from './object-key.js';
import type { MatchModel } from './rule-model.js';

/** What decides between two matches of one host: see HTTPRouteRule.matches of the Gateway API. */
export interface Precedence {
  match: MatchModel;
  createdAt: string;
  /** namespace/name of the route. */
  key: string;
  rule: number;
  index: number;
}

const PATH_RANK = { exact: 0, prefix: 1, regex: 2, any: 3 } as const;

/**
 * Negative when `a` goes first: exact path, longest prefix, regular expression (the longer first), with method, most headers,
 * most query parameters, oldest route, namespace/name, then the order of the rules.
 */
export function comparePrecedence(a: Precedence, b: Precedence): number {
  const pathA = a.match.paths[0];
  const pathB = b.match.paths[0];
  return (
    PATH_RANK[pathA?.type ?? 'any'] - PATH_RANK[pathB?.type ?? 'any'] ||
    (pathB?.value.length ?? 0) - (pathA?.value.length ?? 0) ||
    Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
    b.match.headers.length - a.match.headers.length ||
    b.match.query.length - a.match.query.length ||
    compareText(a.createdAt, b.createdAt) ||
    compareText(a.key, b.key) ||
    a.rule - b.rule ||
    a.index - b.index
  );
}
