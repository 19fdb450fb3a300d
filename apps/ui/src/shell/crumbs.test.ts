import { crumbsOf } from './crumbs';

it.each([
  { at: '/releases', is: [['releases', undefined]] },
  {
    at: '/projects/shop/releases/web-1',
    is: [
      ['projects', '/projects'],
      ['=shop', '/projects/shop'],
      ['releases', '/projects/shop/releases'],
      ['=web-1', undefined],
    ],
  },
  {
    at: '/projects/releases/releases',
    is: [
      ['projects', '/projects'],
      ['=releases', '/projects/releases'],
      ['releases', undefined],
    ],
  },
  {
    at: '/projects/shop/services/knative/services',
    is: [
      ['projects', '/projects'],
      ['=shop', '/projects/shop'],
      ['services', '/projects/shop/services'],
      ['=services', undefined],
    ],
  },
  {
    at: '/services/new',
    is: [
      ['services', '/services'],
      ['newService', undefined],
    ],
  },
  { at: '/platform/accounts', is: [['accounts', undefined]] },
  { at: '/no%20such', is: [['=no such', undefined]] },
  { at: '/100%', is: [['=100%', undefined]] },
  { at: '/', is: [] },
])('$at', ({ at, is }) => {
  const crumbs = crumbsOf(at).map(({ text, to }) => ['place' in text ? text.place : `=${text.name}`, to]);
  expect(crumbs).toEqual(is);
});
