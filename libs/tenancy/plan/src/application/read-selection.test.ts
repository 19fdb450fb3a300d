import { readSelection } from './read-selection.js';

it('reads groups as sigs.k8s.io/application does, each kind once', () => {
  const componentKinds = [{ group: 'core', kind: 'Service' }, { group: 'v1', kind: 'Service' }, { group: 'apps/v1', kind: 'Deployment' }, { group: 'v1beta1', kind: 'Pod' }, { kind: 'Secret' }];
  expect(readSelection({ componentKinds, addOwnerRef: true, selector: { matchLabels: { app: 'shop' } } })).toEqual({
    kinds: [{ group: '', kind: 'Service' }, { group: 'apps', kind: 'Deployment' }, { group: '', kind: 'Pod' }, { group: '', kind: 'Secret' }],
    selector: { matchLabels: { app: 'shop' }, matchExpressions: [] },
    owns: true,
    problems: [],
  });
});

it.each<[string, object | string | null | undefined, string[]]>([
  ['nothing', undefined, []],
  ['another type', 'spec', []],
  ['kinds that are no list', { componentKinds: {} }, ['spec.componentKinds is no list.']],
  ['kinds without a kind', { componentKinds: [{ group: 'apps' }, { kind: '' }] }, ['2 of spec.componentKinds have no kind.']],
  ['too many kinds', { componentKinds: Array.from({ length: 51 }, (_, n) => ({ group: 'x', kind: `K${n}` })) }, ['spec.componentKinds names 51 kinds; the first 50 are looked at.']],
  ['a selector of another type', { selector: 'app=shop' }, ['spec.selector is no object: nothing is selected.']],
  ['labels that are no texts', { selector: { matchLabels: { app: 1 } } }, ['spec.selector has a matchLabels that is no map of texts: nothing is selected.']],
  ['expressions of another type', { selector: { matchExpressions: ['a'] } }, ['spec.selector has matchExpressions that are no list of objects: nothing is selected.']],
  ['an expression without key', { selector: { matchExpressions: [{ operator: 'Exists' }] } }, ['spec.selector has a matchExpression without key: nothing is selected.']],
  ['In without values', { selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }, ['spec.selector has no values for a In: nothing is selected.']],
  ['Exists with values', { selector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] } }, ['spec.selector has values for a Exists, which takes none: nothing is selected.']],
])('survives %s, and says what it could not read', (_, spec, problems) => {
  const read = readSelection(spec);
  expect(read.problems).toEqual(problems);
  expect(read.selector).toBeUndefined();
  expect(read.kinds.length).toBeLessThanOrEqual(50);
});
