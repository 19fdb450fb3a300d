import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Context, contextNamed, contextsFile, readContexts, withContext, withoutContext, writeContexts } from './contexts.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-contexts-'));
const file = path.join(folder, 'deep', 'contexts.yaml');
afterAll(() => rmSync(folder, { recursive: true }));
const of = (name: string): Context => ({ name, url: 'https://tidegate.example', account: 'ada', token: 'tgp_secret' });

it('keeps contexts in a file that nobody else reads, and none in no file', () => {
  expect(readContexts(file)).toEqual({ contexts: [] });
  const two = withContext(withContext({ contexts: [] }, of('b')), of('a'));
  expect(two).toEqual({ current: 'a', contexts: [of('a'), of('b')] });
  writeContexts(file, two);
  expect(readContexts(file)).toEqual(two);
  expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
  writeContexts(file, withoutContext(withoutContext(two, 'b'), 'a'));
  expect(() => statSync(file)).toThrow(/ENOENT/);
});

it('puts a context in the place of one of the same name', () => {
  const newer = { ...of('a'), token: 'tgp_other' };
  expect(withContext(withContext({ contexts: [] }, of('a')), newer).contexts).toEqual([newer]);
});

it('stays where it is when another one goes', () => {
  const two = withContext(withContext({ contexts: [] }, of('b')), of('a'));
  expect(withoutContext(two, 'b').current).toBe('a');
  expect(withoutContext(two, 'a').current).toBeUndefined();
});

it.each(['not: [yaml', 'contexts: none', '42'])('never writes over what it cannot read: %s', (text) => {
  const broken = path.join(folder, 'broken.yaml');
  writeFileSync(broken, text);
  expect(() => readContexts(broken)).toThrow(/is not a list of contexts/);
  expect(readFileSync(broken, 'utf8')).toBe(text);
});

it('says which contexts there are', () => {
  expect(() => contextNamed(withContext({ contexts: [] }, of('a')), 'b')).toThrow('There is no context b.');
});

it.each([
  [{ TIDEGATE_CONFIG: '/x/y.yaml', HOME: '/h' }, '/x/y.yaml'],
  [{ XDG_CONFIG_HOME: '/c', HOME: '/h' }, '/c/tidegate/contexts.yaml'],
  [{ HOME: '/h' }, '/h/.config/tidegate/contexts.yaml'],
])('is found by the environment: %j', (env, expected) => expect(contextsFile(env)).toBe(expected));
