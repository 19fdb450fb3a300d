import { parse } from 'yaml';
import { type NewRelease, plannedStrategy, principalOf, readWeights, releasables } from './planned-strategy';

const INPUT: NewRelease = {
  project: 'shop',
  service: 'web',
  type: 'Canary',
  candidate: 'v2',
  image: 'web:2',
  weights: '5, 25 50%',
  hold: '30s',
  errorRate: 0.5,
  latency: 20,
};

it('a canary with its steps', () =>
  expect(parse(plannedStrategy(INPUT, { strategy: 'web', principal: 'v1' }))).toEqual({
    apiVersion: 'delivery.tidegate.dev/v1alpha1',
    kind: 'Strategy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      service: 'web',
      type: 'Canary',
      principal: 'v1',
      candidate: 'v2',
      candidatePatch: { image: 'web:2' },
      steps: [
        { weight: 5, hold: '30s' },
        { weight: 25, hold: '30s' },
        { weight: 50, hold: '30s' },
      ],
      analysis: { tolerance: { errorRate: 0.5, latency: 20 } },
    },
  }));

it('blue-green has no steps, and a workload that is there needs no image', () => {
  const { spec } = parse(plannedStrategy({ ...INPUT, type: 'BlueGreen', image: ' ' }, { strategy: 'web', principal: '1.0' })) as {
    spec: object;
  };
  expect(spec).not.toHaveProperty('steps');
  expect(spec).not.toHaveProperty('candidatePatch');
  expect(spec).toMatchObject({ type: 'BlueGreen', principal: '1.0' });
});

it.each([
  { text: '5', is: [5] },
  { text: '5 %, 25 %', is: [5, 25] },
  { text: '0.5;99.99', is: [0.5, 99.99] },
  { text: '', is: undefined },
  { text: '0', is: undefined },
  { text: '25, 5', is: undefined },
  { text: '5, 5', is: undefined },
  { text: '100', is: undefined },
  { text: 'five', is: undefined },
  { text: Array.from({ length: 21 }, (_, i) => i + 1).join(','), is: undefined },
])('weights "$text"', ({ text, is }) => expect(readWeights(text)).toEqual(is));

describe('what can be released', () => {
  const v1 = { images: ['web:1'], version: 'v1', addresses: ['web'] };
  const run = { service: 'web', strategy: 'web-policy', phase: 'Promoted', principal: 'v1', candidate: 'v2', finished: true };

  it.each([
    { name: 'never released', runs: [], is: { serving: 'v1', image: 'web:1', strategy: 'web', hasStrategy: false, isReleasing: false } },
    { name: 'promoted', runs: [run], is: { serving: 'v2', image: '', strategy: 'web-policy', hasStrategy: true, isReleasing: false } },
    { name: 'rolled back', runs: [{ ...run, phase: 'RolledBack' }], is: { serving: 'v1', image: 'web:1', hasStrategy: true } },
    { name: 'running', runs: [{ ...run, phase: 'Progressing', finished: false }], is: { serving: 'v1', isReleasing: true } },
  ])('$name', ({ runs, is }) => expect(releasables([v1], runs)).toMatchObject([{ service: 'web', versions: ['v1'], ...is }]));

  it('a workload without a version, or without a Service, cannot', () =>
    expect(
      releasables(
        [
          { images: [], version: null, addresses: ['a'] },
          { images: [], version: 'v1', addresses: [] },
        ],
        [],
      ),
    ).toEqual([]));
});

it.each([
  { yaml: 'spec:\n  service: web\n  principal: v1\n', is: 'v1' },
  { yaml: 'spec:\n  principal: "1.0"\n', is: '1.0' },
  { yaml: 'spec:\n  a:\n    principal: v1\n', is: undefined },
])('the principal of $yaml', ({ yaml, is }) => expect(principalOf(yaml)).toBe(is));
