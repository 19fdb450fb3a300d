import type { KubeObject } from '@tidegate/kube';
import { covers, driftOf, otherManagers, specHash } from './drift.js';
import { APPLIED_ANNOTATION } from './traffic-router.js';

it.each([
  ['defaults of the server', { a: 1, b: 2 }, { a: 1 }, true],
  ['a missing field', { b: 2 }, { a: 1 }, false],
  ['an undefined wish', { b: 2 }, { a: undefined }, true],
  ['a longer list', [1, 2], [1], false],
  ['defaults inside a list', [{ a: 1, d: 0 }], [{ a: 1 }], true],
  ['another order', [2, 1], [1, 2], false],
])('covers: %s', (_, observed, desired, expected) => {
  expect(covers(observed, desired)).toBe(expected);
});

const spec = { rules: [{ name: 'weighted', backendRefs: [{ name: 'a', weight: 1 }] }] };
const desired = { metadata: { annotations: { [APPLIED_ANNOTATION]: specHash(spec) } }, spec };

it.each([
  ['missing', undefined, 'missing'],
  [
    'as written, with defaults',
    { ...desired, spec: { rules: [{ ...spec.rules[0], matches: [{ path: { type: 'PathPrefix', value: '/' } }] }] } },
    'same',
  ],
  ['a weight edited', { ...desired, spec: { rules: [{ name: 'weighted', backendRefs: [{ name: 'a', weight: 9 }] }] } }, 'edited'],
  [
    'a match added by hand',
    { ...desired, spec: { rules: [{ ...spec.rules[0], matches: [{ headers: [{ name: 'x', value: 'y' }] }] }] } },
    'edited',
  ],
  ['an older plan of ours', { metadata: { annotations: { [APPLIED_ANNOTATION]: 'older' } }, spec: { rules: [] } }, 'stale'],
  ['never ours', { spec: { rules: [] } }, 'stale'],
])('drift: %s', (_, observed: (KubeObject & { spec?: unknown }) | undefined, expected: string) => {
  expect(driftOf(observed, desired)).toBe(expected);
});

it('hashes the same content in any order of keys alike', () => {
  expect(specHash({ a: 1, b: [{ c: 1, d: 2 }] })).toBe(specHash({ b: [{ d: 2, c: 1 }], a: 1 }));
  expect(specHash({ a: 1 })).not.toBe(specHash({ a: 2 }));
});

it('names other writers of the spec, and not those of status', () => {
  const managedFields = [
    { manager: 'tidegate-delivery', fieldsV1: { 'f:spec': {} } },
    { manager: 'kubectl-edit', fieldsV1: { 'f:spec': {} } },
    { manager: 'tidegate-mesh', subresource: 'status', fieldsV1: { 'f:status': {} } },
  ];
  expect(otherManagers({ metadata: { managedFields } }, 'tidegate-delivery')).toEqual(['kubectl-edit']);
});
