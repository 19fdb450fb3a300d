import { readReleaseSearch, releaseMatches } from './release-filter';

const row = { name: 'reviews-1', namespace: 'shop', service: 'reviews', principal: 'v1', candidate: 'v2', why: 'Slower', finished: true };

it.each([
  { name: 'all', search: {}, found: true },
  { name: 'words in any order and case', search: { find: 'V2 Shop' }, found: true },
  { name: 'a word that is not there', search: { find: 'v2 other' }, found: false },
  { name: 'finished ones', search: { show: 'finished' as const }, found: true },
  { name: 'those of another service', search: { service: 'ratings' }, found: false },
  { name: 'running ones', search: { show: 'running' as const, find: 'v2' }, found: false },
])('$name: $found', ({ search, found }) => expect(releaseMatches(row, search)).toBe(found));

it.each([
  { name: 'what is known', search: { show: 'running', service: 'web', find: 'a' }, is: { show: 'running', service: 'web', find: 'a' } },
  { name: 'what is not', search: { show: 'x', find: 5 }, is: {} },
  { name: 'too much', search: { find: 'x'.repeat(999) }, is: { find: 'x'.repeat(200) } },
])('reads $name', ({ search, is }) => expect(readReleaseSearch(search)).toEqual(is));
