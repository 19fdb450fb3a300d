import { andPaths, pathHolds, toEnvoyPath, toEnvoyRewrite } from './path-match.js';
import type { PathCondition } from './rule-model.js';

const exact = (value: string): PathCondition => ({ type: 'exact', value });
const prefix = (value: string): PathCondition => ({ type: 'prefix', value });
const regex = (value: string): PathCondition => ({ type: 'regex', value });

describe('andPaths', () => {
  it.each([
    { name: 'nested prefixes', a: [prefix('/a')], b: [prefix('/a/b')], is: [prefix('/a/b')] },
    { name: 'prefixes side by side', a: [prefix('/a')], b: [prefix('/b')], is: undefined },
    { name: 'prefixes that share letters only', a: [prefix('/ab')], b: [prefix('/a')], is: undefined },
    { name: 'an exact path inside a prefix', a: [prefix('/a')], b: [exact('/a/x')], is: [exact('/a/x')] },
    { name: 'an exact path outside a prefix', a: [prefix('/a')], b: [exact('/ax')], is: undefined },
    { name: 'an exact path and a regular expression', a: [exact('/a/1')], b: [regex('/a/[0-9]')], is: [exact('/a/1')] },
    { name: 'a prefix and a regular expression', a: [regex('/.*x')], b: [prefix('/a')], is: [prefix('/a'), regex('/.*x')] },
    { name: 'nothing and a prefix', a: [], b: [prefix('/a')], is: [prefix('/a')] },
  ])('$name', ({ a, b, is }) => {
    expect(andPaths(a, b)).toEqual(is);
    expect(andPaths(b, a)).toEqual(is);
  });
});

describe('toEnvoyPath', () => {
  it('keeps a second condition on the header :path', () => {
    const { path, headers } = toEnvoyPath([prefix('/a'), regex('/.*x')]);
    expect(path).toEqual({ path_separated_prefix: '/a' });
    expect(headers).toEqual([{ name: ':path', string_match: { safe_regex: { regex: '(?:/.*x)(?:\\?.*)?' } } }]);
  });
});

/** The table of HTTPPathModifier in the Gateway API, run on the words that Envoy gets. */
describe('toEnvoyRewrite', () => {
  it.each([
    { path: '/foo/bar', match: '/foo', to: '/xyz', is: '/xyz/bar' },
    { path: '/foo/bar', match: '/foo', to: '/xyz/', is: '/xyz/bar' },
    { path: '/foo', match: '/foo', to: '/xyz', is: '/xyz' },
    { path: '/foo/', match: '/foo', to: '/xyz', is: '/xyz/' },
    { path: '/foo/bar', match: '/foo', to: '/', is: '/bar' },
    { path: '/foo/', match: '/foo', to: '/', is: '/' },
    { path: '/foo', match: '/foo', to: '/', is: '/' },
    { path: '/foo/bar', match: '', to: '/xyz', is: '/xyz/foo/bar' },
    { path: '/foo/bar', match: '/foo', to: '/foo', is: '/foo/bar' },
  ])('$path with $match -> $to is $is', ({ path, match, to, is }) => {
    const paths = match === '' ? [] : [prefix(match)];
    expect(rewritten(path, match, toEnvoyRewrite({ rewrite: { type: 'prefix', value: to }, prefix: match }, paths))).toBe(is);
  });
  it('replaces the outer prefix although an inner route narrowed the match', () => {
    const words = toEnvoyRewrite({ rewrite: { type: 'prefix', value: '/x' }, prefix: '/a' }, [prefix('/a/b')]);
    expect(rewritten('/a/b/c', '/a/b', words)).toBe('/x/b/c');
  });
});

function rewritten(path: string, matched: string, words: Record<string, unknown>): string {
  if (typeof words['prefix_rewrite'] === 'string') return words['prefix_rewrite'] + path.slice(matched.length);
  const rewrite = words['regex_rewrite'] as { pattern: { regex: string }; substitution: string } | undefined;
  return rewrite ? path.replace(new RegExp(rewrite.pattern.regex), rewrite.substitution) : path;
}

describe('pathHolds', () => {
  it.each([
    { condition: prefix('/a'), path: '/a', is: true },
    { condition: prefix('/a'), path: '/ab', is: false },
    { condition: regex('/(?i:A)'), path: '/a', is: true },
  ])('$condition.value on $path', ({ condition, path, is }) => {
    expect(pathHolds(condition, path)).toBe(is);
  });
});
