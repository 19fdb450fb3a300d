import { expandVariables, referencedVariables } from './expand-variables.js';

// The table of k8s.io/kubernetes third_party/forked/golang/expansion/expand_test.go, in short.
const known: Record<string, string> = { VAR_A: 'A', VAR_B: 'B', VAR_REF: '$(VAR_A)', VAR_EMPTY: '' };
const rows: [string, string][] = [
  ['no variables', 'no variables'],
  ['$(VAR_A)', 'A'],
  ['___$(VAR_B)___', '___B___'],
  ['$(VAR_A)$(VAR_B)', 'AB'],
  ['$(VAR_REF)', '$(VAR_A)'],
  ['f000-$(VAR_EMPTY)', 'f000-'],
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$$(VAR_A)', '$(VAR_A)'],
  ['$$$(VAR_A)', '$A'],
  ['$$$$(VAR_A)', '$$(VAR_A)'],
  ['$VAR_A', '$VAR_A'],
  ['foo$', 'foo$'],
  ['$(VAR_A', '$(VAR_A'],
  ['$()', '$()'],
];

it.each(rows)('%s becomes %s', (text, expected) => expect(expandVariables(text, (name) => known[name])).toBe(expected));

it('names what a text refers to', () => {
  expect(referencedVariables('http://$(A_SERVICE_HOST):$(A_SERVICE_PORT)/$$(B)')).toEqual(['A_SERVICE_HOST', 'A_SERVICE_PORT']);
});
