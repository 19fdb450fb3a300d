import { returnPath } from './return-path';

it.each([
  { wanted: '/projects/a?x=1', is: '/projects/a?x=1' },
  { wanted: '//evil.example/a', is: '/' },
  { wanted: '/\\evil.example', is: '/' },
  { wanted: 'https://evil.example', is: '/' },
  { wanted: '/sign-in?next=/', is: '/' },
  { wanted: '/sign-ins', is: '/sign-ins' },
  { wanted: 5, is: '/' },
  { wanted: `/${'x'.repeat(600)}`, is: '/' },
])('$wanted', ({ wanted, is }) => expect(returnPath(wanted)).toBe(is));
