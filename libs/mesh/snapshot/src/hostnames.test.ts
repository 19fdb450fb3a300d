import { hostCovers, hostsAtListener, intersectHosts, mostSpecificCover } from './hostnames.js';

describe('intersectHosts', () => {
  it.each([
    { listener: '*', route: 'a.example.com', is: 'a.example.com' },
    { listener: '*', route: '*.example.com', is: '*.example.com' },
    { listener: 'a.example.com', route: 'a.example.com', is: 'a.example.com' },
    { listener: 'a.example.com', route: '*.example.com', is: 'a.example.com' },
    { listener: '*.example.com', route: 'deep.a.example.com', is: 'deep.a.example.com' },
    { listener: '*.example.com', route: 'example.com', is: undefined },
    { listener: '*.example.com', route: '*.a.example.com', is: '*.a.example.com' },
    { listener: '*.a.example.com', route: '*.example.com', is: '*.a.example.com' },
    { listener: '*.example.com', route: 'badexample.com', is: undefined },
    { listener: 'a.example.com', route: 'b.example.com', is: undefined },
  ])('$listener and $route have $is in common', ({ listener, route, is }) => {
    expect(intersectHosts(listener, route)).toBe(is);
  });
});

describe('hostsAtListener', () => {
  it('takes the host of the listener when the route names none', () => {
    expect(hostsAtListener('*.example.com', [])).toEqual(['*.example.com']);
  });
  it('keeps what is in common, once', () => {
    expect(hostsAtListener('a.example.com', ['*.example.com', 'a.example.com', 'b.other.com'])).toEqual(['a.example.com']);
  });
});

describe('mostSpecificCover', () => {
  const listeners = ['*', '*.example.com', '*.foo.example.com', 'abc.foo.example.com'];
  it.each([
    { host: 'bar.com', is: '*' },
    { host: 'bar.example.com', is: '*.example.com' },
    { host: 'bar.foo.example.com', is: '*.foo.example.com' },
    { host: 'abc.foo.example.com', is: 'abc.foo.example.com' },
  ])('$host belongs to $is', ({ host, is }) => {
    expect(mostSpecificCover(listeners, host)).toBe(is);
    expect(hostCovers(is, host)).toBe(true);
  });
});
