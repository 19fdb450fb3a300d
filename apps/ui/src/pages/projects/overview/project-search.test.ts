import { projectMatches, readProjectSearch } from './project-search';

const shop = { name: 'shop', displayName: 'The Shop', workspace: 'retail', isSystem: false };

it.each([
  { name: 'all', row: shop, search: {}, is: true },
  { name: 'a word of its name', row: shop, search: { find: 'THE' }, is: true },
  { name: 'its workspace', row: shop, search: { find: 'retail' }, is: true },
  { name: 'another word', row: shop, search: { find: 'bank' }, is: false },
  { name: "the cluster's own", row: { ...shop, isSystem: true }, search: {}, is: false },
  { name: "the cluster's own, asked for", row: { ...shop, isSystem: true }, search: { system: true }, is: true },
  { name: "the cluster's own, by name", row: { ...shop, isSystem: true }, search: { find: 'shop' }, is: true },
])('$name: $is', ({ row, search, is }) => expect(projectMatches(row, readProjectSearch(search))).toBe(is));
