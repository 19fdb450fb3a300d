import { splitName } from './proxy-requests.js';

it.each([
  { text: 'web', is: { scheme: '', name: 'web', port: '' } },
  { text: 'web:80', is: { scheme: '', name: 'web', port: '80' } },
  { text: 'https:web:admin', is: { scheme: 'https', name: 'web', port: 'admin' } },
  { text: 'https:web:', is: { scheme: 'https', name: 'web', port: '' } },
  { text: ':80', is: undefined },
  { text: 'ftp:web:80', is: undefined },
  { text: 'a:b:c:d', is: undefined },
])('reads the name $text', ({ text, is }) => expect(splitName(text)).toEqual(is));
