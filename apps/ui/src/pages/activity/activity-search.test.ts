import { readActivitySearch, readChange, toFilter } from './activity-search';

it.each([
  { name: 'nothing', search: {}, is: {} },
  {
    name: 'all',
    search: { account: ' jo ', action: 'release.', project: 'shop', outcome: 'DENIED' },
    is: { account: 'jo', action: 'release.', project: 'shop', outcome: 'DENIED' },
  },
  { name: 'what makes no sense', search: { account: 5, action: ' ', outcome: 'X' }, is: {} },
])('reads $name', ({ search, is }) => expect(readActivitySearch(search)).toEqual(is));

it('asks for what is given alone', () => {
  expect(toFilter({ project: 'shop' })).toEqual({ namespace: 'shop' });
  expect(toFilter({ account: 'jo', action: 'a.', outcome: 'FAILED' })).toEqual({ account: 'jo', action: 'a.', outcome: 'FAILED' });
});

it.each([
  {
    name: 'a patch',
    patch: '[{"op":"replace","path":"/a","value":{"b":1}},{"op":"remove","path":"/c"}]',
    is: [
      ['replace', '/a', '{"b":1}'],
      ['remove', '/c', ''],
    ],
  },
  { name: 'no JSON', patch: 'x', is: [['', '', 'x']] },
  { name: 'no list', patch: '{}', is: [['', '', '{}']] },
])('shows $name', ({ patch, is }) => expect(readChange(patch).map((c) => [c.what, c.path, c.value])).toEqual(is));
