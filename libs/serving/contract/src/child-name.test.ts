import { childName, deploymentNameFor, revisionNameFor } from './child-name.js';

it.each([
  { name: 'short ones are joined', parent: 'asdf', suffix: '-00001', child: 'asdf-00001' },
  { name: 'exactly 63', parent: 'h'.repeat(32), suffix: `-${'k'.repeat(30)}`, child: `${'h'.repeat(32)}-${'k'.repeat(30)}` },
  {
    name: 'a long parent is cut and hashed',
    parent: 'x'.repeat(58),
    suffix: '-00001',
    child: `${'x'.repeat(25)}e7a07c25a31348c37fba19f4e1d9825b-00001`,
  },
  {
    name: 'a suffix of 31 takes its place in the hash',
    parent: 'h'.repeat(33),
    suffix: `-${'k'.repeat(30)}`,
    child: `${'h'.repeat(31)}10236d0a6ee5e76a50328fe838d8797f`,
  },
  {
    name: 'a very long suffix is cut at the end',
    parent: 'hello',
    suffix: '-'.repeat(10) + 'b'.repeat(60),
    child: `hello4da1f46755df1bec24b8cb5da9286197${'-'.repeat(10)}${'b'.repeat(16)}`,
  },
  {
    name: 'long on both sides',
    parent: 'abc-'.repeat(20),
    suffix: `-${'d'.repeat(31)}`,
    child: 'abc-abc-abc-abc-abc-abc-abc-abc988b0fbec85c7ae45ad432846a2c006d',
  },
  {
    name: 'a cut that would end with dashes ends before them',
    parent: 'svc',
    suffix: `-${'e'.repeat(26)}${'-'.repeat(8)}${'g'.repeat(30)}`,
    child: `svc7b90fef8f8895403e3c319a0fc3e37d7-${'e'.repeat(26)}`,
  },
])('childName: $name', ({ parent, suffix, child }) => {
  expect(childName(parent, suffix)).toBe(child);
  expect(child.length).toBeLessThanOrEqual(63);
});

it('names what belongs to a configuration and a revision', () => {
  expect(revisionNameFor('hello', 1)).toBe('hello-00001');
  expect(revisionNameFor('hello', 123456)).toBe('hello-123456');
  expect(deploymentNameFor('a'.repeat(63))).toBe('aaaaaaaaaaaaaaaaaaaab06521f39153d618550606be297466d5-deployment');
});
