import { quoteRegex, regexAccepts } from './regex-check.js';
import type { PathCondition, PathRewrite } from './rule-model.js';

/** True, false, or not decidable while planning. */
export function pathHolds(condition: PathCondition, path: string): boolean {
  switch (condition.type) {
    case 'exact':
      return path === condition.value;
    case 'prefix':
      return path === condition.value || path.startsWith(`${condition.value}/`);
    case 'regex':
      return regexAccepts(condition.value, path);
  }
}

/** All of both; undefined when no path can satisfy them together. Exact conditions and nested prefixes are simplified. */
export function andPaths(a: readonly PathCondition[], b: readonly PathCondition[]): PathCondition[] | undefined {
  const all = [...a, ...b];
  const exact = all.find((c) => c.type === 'exact');
  if (exact) return all.every((c) => pathHolds(c, exact.value)) ? [exact] : undefined;
  let longest: PathCondition | undefined;
  for (const prefix of all.filter((c) => c.type === 'prefix')) {
    if (!longest || pathHolds(longest, prefix.value)) longest = prefix;
    else if (!pathHolds(prefix, longest.value)) return undefined;
  }
  return [...(longest ? [longest] : []), ...all.filter((c) => c.type === 'regex')];
}

/** Conditions for Envoy: one as the route's path, what is left over as conditions on the header :path (which has the query). */
export function toEnvoyPath(paths: readonly PathCondition[]): { path: Record<string, unknown>; headers: Record<string, unknown>[] } {
  const [first, ...rest] = paths;
  if (!first) return { path: { prefix: '/' }, headers: [] };
  const headers = rest.map((condition) => ({
    name: ':path',
    string_match: { safe_regex: { regex: `${pathRegex(condition)}(?:\\?.*)?` } },
  }));
  return { path: onePath(first), headers };
}

function onePath(condition: PathCondition): Record<string, unknown> {
  switch (condition.type) {
    case 'exact':
      return { path: condition.value };
    case 'prefix':
      // Envoy takes a separated prefix from two characters on; readers never hand out a shorter one than "/x".
      return { path_separated_prefix: condition.value };
    case 'regex':
      return { safe_regex: { regex: condition.value } };
  }
}

function pathRegex(condition: PathCondition): string {
  switch (condition.type) {
    case 'exact':
      return quoteRegex(condition.value);
    case 'prefix':
      return `${quoteRegex(condition.value)}(?:/[^?]*)?`;
    case 'regex':
      return `(?:${condition.value})`;
  }
}

/** A rewrite of the path together with the prefix that it replaces ('' is every path). */
export interface BoundRewrite {
  rewrite: PathRewrite;
  prefix: string;
}

/** The rewrite in Envoy's words: /foo -> /bar keeps the rest, and never makes // or an empty path. */
export function toEnvoyRewrite({ rewrite, prefix }: BoundRewrite, paths: readonly PathCondition[]): Record<string, unknown> {
  if (rewrite.type === 'full') return { regex_rewrite: { pattern: { regex: '^/.*$' }, substitution: quoteSubstitution(rewrite.value) } };
  const replacement = trimSlashes(rewrite.value);
  if (replacement === prefix) return {};
  if (prefix === '') return { regex_rewrite: { pattern: { regex: '^/' }, substitution: quoteSubstitution(`${replacement}/`) } };
  if (replacement === '') return { regex_rewrite: { pattern: { regex: `^${quoteRegex(prefix)}/*` }, substitution: '/' } };
  // prefix_rewrite replaces what the route matched, which is longer when an inner route narrowed it.
  if (paths[0]?.type === 'prefix' && paths[0].value === prefix) return { prefix_rewrite: replacement };
  return { regex_rewrite: { pattern: { regex: `^${quoteRegex(prefix)}` }, substitution: quoteSubstitution(replacement) } };
}

export function trimSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}

function quoteSubstitution(text: string): string {
  return text.replaceAll('\\', '\\\\');
}

/** The prefix that a rewrite replaces under these conditions. */
export function prefixOf(paths: readonly PathCondition[]): string {
  const found = paths.find((c) => c.type === 'prefix');
  return found ? found.value : '';
}
