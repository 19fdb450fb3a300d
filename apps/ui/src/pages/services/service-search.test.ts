import { readServiceSearch, toServiceFilter } from './service-search';

it.each([
  { name: 'nothing', search: {}, project: undefined, is: {} },
  {
    name: 'all of it',
    search: { find: 'web', state: 'ASLEEP', kind: 'KNATIVE' },
    project: 'shop',
    is: { namespace: 'shop', search: 'web', state: 'ASLEEP', kind: 'KNATIVE' },
  },
  { name: 'what no address of ours holds', search: { find: 7, state: 'x', kind: ['KNATIVE'] }, project: undefined, is: {} },
  { name: 'a text that is too long', search: { find: 'x'.repeat(300) }, project: undefined, is: { search: 'x'.repeat(100) } },
])('$name', ({ search, project, is }) => expect(toServiceFilter(readServiceSearch(search), project)).toEqual(is));
