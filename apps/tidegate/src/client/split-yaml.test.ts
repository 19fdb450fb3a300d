import { MOST_BYTES, MOST_OBJECTS, splitYaml } from './split-yaml.js';

const object = (name: string, filler = ''): string => `kind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  x: "${filler}"\n`;
const names = (calls: string[]): string[][] => calls.map((c) => [...c.matchAll(/name: (\S+)/g)].map((m) => m[1] ?? ''));

it('keeps order and comments, and drops documents without an object', () => {
  const [only] = splitYaml(`---\n# first\n${object('a')}---\n# nothing\n---\n${object('b')}---\n`, 'f');
  expect(names([only ?? ''])).toEqual([['a', 'b']]);
  expect(only).toContain('# first');
});

it('makes calls of as many objects as the API takes', () => {
  const all = Array.from({ length: MOST_OBJECTS * 2 + 1 }, (_, i) => object(`n${i}`));
  expect(names(splitYaml(all.join('---\n'), 'f')).map((n) => n.length)).toEqual([MOST_OBJECTS, MOST_OBJECTS, 1]);
});

it('makes calls of as many bytes as the API takes', () => {
  const large = 'x'.repeat(MOST_BYTES / 3);
  expect(names(splitYaml(['a', 'b', 'c', 'd'].map((n) => object(n, large)).join('---\n'), 'f'))).toEqual([['a', 'b'], ['c', 'd']]);
});

it.each(['', '\n', '# only a comment\n', '---\n---\n'])('finds nothing in %j', (text) => expect(splitYaml(text, 'f')).toEqual([]));

it('says what is wrong', () => {
  expect(() => splitYaml('a: [1', 'web.yaml')).toThrow(/web\.yaml is not YAML/);
  expect(() => splitYaml(object('a', 'x'.repeat(MOST_BYTES)), 'web.yaml')).toThrow(/larger than 200 KiB/);
});
