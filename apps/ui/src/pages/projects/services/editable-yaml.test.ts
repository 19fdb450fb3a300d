import { editableYaml, specYaml } from './editable-yaml';

const WHOLE = `apiVersion: v1
kind: Thing
metadata:
  name: a
  uid: 1-2
  resourceVersion: "7"
  generation: 2
  creationTimestamp: 2026-01-01T00:00:00Z
  labels:
    uid: stays
spec:
  uid: stays too
  text: |
    status: stays, since it is indented
status:
  ready: true
  conditions:
    - type: Ready
`;

it('leaves the status and the bookkeeping out, and nothing else', () =>
  expect(editableYaml(WHOLE)).toBe(`apiVersion: v1
kind: Thing
metadata:
  name: a
  labels:
    uid: stays
spec:
  uid: stays too
  text: |
    status: stays, since it is indented
`));

it('a second time changes nothing', () => expect(editableYaml(editableYaml(WHOLE))).toBe(editableYaml(WHOLE)));

it('what stands behind the status stays', () => expect(editableYaml('kind: A\nstatus:\n  a: 1\ndata:\n  b: c\n')).toBe('kind: A\ndata:\n  b: c\n'));

it('the spec alone ends where the next part begins', () => {
  expect(specYaml(WHOLE)).toBe('spec:\n  uid: stays too\n  text: |\n    status: stays, since it is indented\n');
  expect(specYaml('kind: A\nspec:\n  a: 1\n')).toBe('spec:\n  a: 1\n');
  expect(specYaml('kind: A\n')).toBe('');
});
