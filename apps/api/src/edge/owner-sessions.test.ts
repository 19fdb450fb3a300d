import { OwnerSessions } from './owner-sessions.js';
import { originIsForeign } from './origin.js';

const cookieOf = (setCookie: string): string => setCookie.split(';')[0] as string;

describe('sessions', () => {
  let now = 1_000_000;
  const sessions = new OwnerSessions(
    'right',
    () => now,
    () => 7300,
  );
  it('takes the token as bearer and refuses another', () => {
    expect(sessions.isSignedIn({ authorization: 'Bearer right' })).toBe(true);
    expect(sessions.isSignedIn({ authorization: 'Bearer wrong' })).toBe(false);
    expect(sessions.isSignedIn({})).toBe(false);
  });
  it('keeps a cookie until it expires', () => {
    const cookie = cookieOf(sessions.open());
    expect(sessions.isSignedIn({ cookie: `a=b; ${cookie}` })).toBe(true);
    now += 12 * 3600 * 1000;
    expect(sessions.isSignedIn({ cookie })).toBe(false);
  });
  it('refuses a cookie whose time was changed', () => {
    const cookie = cookieOf(sessions.open()).replace(/=\d/, '=9');
    expect(sessions.isSignedIn({ cookie })).toBe(false);
  });
});

it('knows a session after a restart, but not with another token or on another port', () => {
  const open = (token: string, port: number): OwnerSessions =>
    new OwnerSessions(
      token,
      () => 0,
      () => port,
    );
  const cookie = cookieOf(open('a', 1).open());
  expect([open('a', 1), open('b', 1), open('a', 2)].map((s) => s.isSignedIn({ cookie }))).toEqual([true, false, false]);
});

describe('origin', () => {
  it('a host of the settings is an own one', () => {
    const hosts = ['tidegate.example'];
    expect(originIsForeign({ host: 'tidegate.example', origin: 'https://tidegate.example' }, 8080, hosts)).toBe(false);
    expect(originIsForeign({ host: 'tidegate.example', origin: 'https://evil.example' }, 8080, hosts)).toBe(true);
  });
  it.each([
    { name: 'own page', headers: { host: '127.0.0.1:7300', origin: 'http://127.0.0.1:7300' }, foreign: false },
    { name: 'program without origin', headers: { host: 'localhost:7300' }, foreign: false },
    { name: 'page of another site', headers: { host: '127.0.0.1:7300', origin: 'https://evil.example' }, foreign: true },
    { name: 'another local port', headers: { host: '127.0.0.1:7300', origin: 'http://127.0.0.1:8000' }, foreign: true },
    { name: 'name bound to the loopback', headers: { host: 'evil.example:7300' }, foreign: true },
    { name: 'no host', headers: {}, foreign: true },
  ])('$name', ({ headers, foreign }) => expect(originIsForeign(headers, 7300)).toBe(foreign));
});
