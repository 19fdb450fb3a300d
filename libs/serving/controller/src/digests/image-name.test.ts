import { readImageName } from './image-name.js';
import { loginsIn } from './pull-secrets.js';

it.each([
  { image: 'nginx', registry: 'index.docker.io', repository: 'library/nginx', tag: 'latest' },
  { image: 'shop/reviews:1.2', registry: 'index.docker.io', repository: 'shop/reviews', tag: '1.2' },
  { image: 'index.docker.io/shop/reviews:1', registry: 'index.docker.io', repository: 'shop/reviews', tag: '1' },
  { image: 'example.com:5000/a/b/c:x', registry: 'example.com:5000', repository: 'a/b/c', tag: 'x' },
  { image: 'localhost/a', registry: 'localhost', repository: 'a', tag: 'latest' },
])('reads $image', ({ image, ...expected }) => {
  expect(readImageName(image)).toEqual(expected);
});

it.each([
  '',
  'Upper/Case',
  'example.com/../v2/x',
  'example.com/a:b:c',
  'example.com/a?x=y',
  'user@example.com/a',
  'a//b',
  'exa mple.com/a',
  `a:${'t'.repeat(129)}`,
])('refuses "%s"', (image) => {
  expect(() => readImageName(image)).toThrow('could not parse reference');
});

it('reads both forms of a pull secret, and none of what is not one', () => {
  const secret = (json: unknown): string => Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)).toString('base64');
  const auth = Buffer.from('u:p:q').toString('base64');
  expect(
    loginsIn(
      secret({ auths: { 'https://example.com/v2/': { auth }, 'other.io': { username: 'a', password: 'b' }, 'bad.io': { auth: '' } } }),
    ),
  ).toEqual([
    ['example.com', { username: 'u', password: 'p:q' }],
    ['other.io', { username: 'a', password: 'b' }],
  ]);
  expect(loginsIn(secret('{'))).toEqual([]);
  expect(loginsIn(undefined)).toEqual([]);
});
