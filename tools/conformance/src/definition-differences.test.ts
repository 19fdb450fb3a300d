import { type Definition, definitionDifferences } from './definition-differences.js';

const definition = (properties: object, versions: { name: string; served: boolean }[] = []): Definition => ({
  metadata: { name: 'things.example.com' },
  spec: {
    names: { kind: 'Thing' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, ...{ schema: { openAPIV3Schema: { type: 'object', properties } } } }, ...versions],
  },
});

it.each([
  {
    name: 'order, descriptions and escaped slashes do not count',
    theirs: { a: { enum: ['x', 'y'], pattern: 'a/b', description: 'theirs' } },
    ours: { a: { pattern: 'a\\/b', enum: ['y', 'x'] } },
    is: [],
  },
  {
    name: 'rules in CEL do not count',
    theirs: { a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'true' }] } },
    ours: { a: { type: 'string' } },
    is: [],
  },
  { name: 'a bound', theirs: { a: { maxLength: 3 } }, ours: { a: { maxLength: 4 } }, is: ['things.example.com.v1.a.maxLength'] },
  { name: 'a field called description', theirs: { description: { maxLength: 3 } }, ours: {}, is: ['things.example.com.v1.description'] },
])('$name', ({ theirs, ours, is }) => {
  expect(definitionDifferences([definition(theirs)], [definition(ours)]).map((d) => d.path)).toEqual(is);
});

it('a version that is not served any more is not missed', () => {
  const old = definition({}, [{ name: 'v1alpha1', served: false }]);
  const still = definition({}, [{ name: 'v1beta1', served: true }]);
  expect(definitionDifferences([old], [definition({})])).toEqual([]);
  expect(definitionDifferences([still], [definition({})]).map((d) => d.path)).toEqual(['things.example.com.v1beta1']);
});

it('a kind that is missing', () => {
  expect(definitionDifferences([definition({})], []).map((d) => d.path)).toEqual(['things.example.com']);
});
