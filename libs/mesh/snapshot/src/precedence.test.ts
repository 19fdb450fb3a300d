import { type Precedence, comparePrecedence } from './precedence.js';
import type { MatchModel } from './rule-model.js';

const match = (given: Partial<MatchModel> = {}): MatchModel => ({ paths: [], headers: [], query: [], ...given });
const at = (given: Partial<Precedence> = {}): Precedence => ({
  match: match(),
  createdAt: '2026-01-01',
  key: 'a/a',
  rule: 0,
  index: 0,
  ...given,
});
const header = (name: string) => ({ name, regex: false, value: 'x' });

describe('comparePrecedence', () => {
  it.each([
    {
      name: 'an exact path before a longer prefix',
      first: at({ match: match({ paths: [{ type: 'exact', value: '/a' }] }) }),
      then: at({ match: match({ paths: [{ type: 'prefix', value: '/abcdef' }] }) }),
    },
    {
      name: 'the longer prefix',
      first: at({ match: match({ paths: [{ type: 'prefix', value: '/ab' }] }) }),
      then: at({ match: match({ paths: [{ type: 'prefix', value: '/a' }] }) }),
    },
    {
      name: 'a prefix before a regular expression',
      first: at({ match: match({ paths: [{ type: 'prefix', value: '/a' }] }) }),
      then: at({ match: match({ paths: [{ type: 'regex', value: '/abc.*' }] }) }),
    },
    {
      name: 'any path before none',
      first: at({ match: match({ paths: [{ type: 'regex', value: '/.*' }] }) }),
      then: at({ match: match({ method: 'GET', headers: [header('a')] }) }),
    },
    {
      name: 'a method before headers',
      first: at({ match: match({ method: 'GET' }) }),
      then: at({ match: match({ headers: [header('a'), header('b')] }) }),
    },
    {
      name: 'more headers',
      first: at({ match: match({ headers: [header('a'), header('b')] }) }),
      then: at({ match: match({ headers: [header('a')], query: [header('q'), header('r')] }) }),
    },
    { name: 'more query parameters', first: at({ match: match({ query: [header('q')] }) }), then: at() },
    { name: 'the older route', first: at({ createdAt: '2025-12-31', key: 'z/z' }), then: at() },
    { name: 'namespace/name', first: at({ key: 'a/a', rule: 5 }), then: at({ key: 'a/b' }) },
    { name: 'the earlier rule', first: at({ rule: 0, index: 9 }), then: at({ rule: 1 }) },
    { name: 'the earlier match', first: at({ index: 0 }), then: at({ index: 1 }) },
  ])('puts first: $name', ({ first, then }) => {
    expect(comparePrecedence(first, then)).toBeLessThan(0);
    expect(comparePrecedence(then, first)).toBeGreaterThan(0);
  });
});
