import { belongsTo } from './belongs-to';

it.each([
  { object: 'web', is: true },
  { object: 'web-5d9f7c4b8-x2x7q', is: true },
  { object: 'web-00001', is: true },
  { object: 'web-00001-deployment-6c7-abcde', is: true },
  { object: 'web-0', is: true },
  { object: 'web-shop', is: false },
  { object: 'webs-1', is: false },
  { object: 'other', is: false },
])('$object belongs to web: $is', ({ object, is }) => expect(belongsTo(object, 'web')).toBe(is));
