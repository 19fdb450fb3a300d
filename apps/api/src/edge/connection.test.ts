import { fromGlobalId, toGlobalId } from './global-id.js';
import { pageOf } from './connection.js';

const names = ['d', 'b', 'a', 'c', 'e'];
const page = (items: string[], first: number, after?: string) => pageOf(items, { first, after }, (n) => n, (n) => n);

it('pages by key and stays right while items come and go', () => {
  const one = page(names, 2);
  expect(one.edges.map((e) => e.node)).toEqual(['a', 'b']);
  expect(one).toMatchObject({ pageInfo: { hasNextPage: true }, totalCount: 5 });
  const two = page(['d', 'a', 'c', 'e', 'aa'], 2, one.pageInfo.endCursor ?? '');
  expect(two.edges.map((e) => e.node)).toEqual(['c', 'd']);
  expect(page(names, 5, two.pageInfo.endCursor ?? '')).toMatchObject({ edges: [{ node: 'e' }], pageInfo: { hasNextPage: false } });
  expect(page(names, 5, Buffer.from('z').toString('base64url'))).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 5 });
});

it.each([
  { name: 'no items', first: 0 },
  { name: 'too many', first: 1_001 },
  { name: 'a cursor that is none', first: 1, after: '%%%' },
  { name: 'an empty cursor', first: 1, after: '' },
])('refuses $name', ({ first, after }) => {
  expect(() => page(names, first, after)).toThrow(/first is|after is/);
});

it('names objects by ids, and takes no others', () => {
  expect(fromGlobalId(toGlobalId('Release', 'default', 'one'))).toEqual({ kind: 'Release', namespace: 'default', name: 'one' });
  expect(fromGlobalId(toGlobalId('Project', '', 'shop'))).toEqual({ kind: 'Project', namespace: '', name: 'shop' });
  for (const bad of ['', 'x', toGlobalId('Pod', '../x', 'y'), toGlobalId('Pod', 'a', '../y'), toGlobalId('Pod', 'a', 'x/y'), 'A'.repeat(2_000)]) expect(() => fromGlobalId(bad)).toThrow('not an id');
});
