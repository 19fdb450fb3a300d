import { conditionOf, readinessOf, settleConditions, type Finding } from './condition-set.js';

const SET = { dependents: ['A', 'B'] };
const AT_1 = '1970-01-01T00:00:01Z';
const AT_9 = '1970-01-01T00:00:09Z';
const ok = (type: string): Finding => ({ type, status: 'True' });

it.each<{ name: string; found: Finding[]; ready: object }>([
  { name: 'all True', found: [ok('A'), ok('B')], ready: { status: 'True' } },
  { name: 'a reason of a True one is not told', found: [{ ...ok('A'), reason: 'TLSNotEnabled' }, ok('B')], ready: { status: 'True' } },
  { name: 'nothing found', found: [], ready: { status: 'Unknown' } },
  {
    name: 'Unknown with its words',
    found: [ok('A'), { type: 'B', status: 'Unknown', reason: 'Deploying', message: 'm' }],
    ready: { status: 'Unknown', reason: 'Deploying', message: 'm' },
  },
  {
    name: 'the first of two Unknown ones that says why',
    found: [
      { type: 'A', status: 'Unknown' },
      { type: 'B', status: 'Unknown', reason: 'RevisionMissing', message: 'm' },
    ],
    ready: { status: 'Unknown', reason: 'RevisionMissing', message: 'm' },
  },
  {
    name: 'False before Unknown',
    found: [
      { type: 'A', status: 'Unknown', reason: 'X' },
      { type: 'B', status: 'False', reason: 'Y', message: 'n' },
    ],
    ready: { status: 'False', reason: 'Y', message: 'n' },
  },
  {
    name: 'the first of two False ones',
    found: [
      { type: 'B', status: 'False', reason: 'Y' },
      { type: 'A', status: 'False', reason: 'X' },
    ],
    ready: { status: 'False', reason: 'X' },
  },
  {
    name: 'others do not count',
    found: [ok('A'), ok('B'), { type: 'Active', status: 'False', reason: 'NoTraffic' }],
    ready: { status: 'True' },
  },
])('Ready: $name', ({ found, ready }) => {
  const settled = settleConditions(SET, undefined, found, 1000);
  expect(conditionOf(settled, 'Ready')).toEqual({ type: 'Ready', lastTransitionTime: AT_1, ...ready });
});

it('sorts by type, and marks what does not count as Info', () => {
  const settled = settleConditions(SET, undefined, [ok('B'), { type: 'Active', status: 'True' }], 1000);
  expect(settled.map((c) => [c.type, c.severity])).toEqual([
    ['A', undefined],
    ['Active', 'Info'],
    ['B', undefined],
    ['Ready', undefined],
  ]);
});

it('keeps the time while only the words change', () => {
  const first = settleConditions(SET, undefined, [ok('A'), { type: 'B', status: 'Unknown', reason: 'X' }], 1000);
  const second = settleConditions(SET, first, [ok('A'), { type: 'B', status: 'Unknown', reason: 'Y' }], 9000);
  expect(conditionOf(second, 'B')).toEqual({ type: 'B', status: 'Unknown', reason: 'Y', lastTransitionTime: AT_1 });
  const third = settleConditions(SET, second, [ok('A'), ok('B')], 9000);
  expect(third.map((c) => [c.type, c.lastTransitionTime])).toEqual([
    ['A', AT_1],
    ['B', AT_9],
    ['Ready', AT_9],
  ]);
});

it('takes Ready itself where nothing depends', () => {
  expect(settleConditions({ dependents: [] }, undefined, [{ type: 'Ready', status: 'False', reason: 'RevisionFailed' }], 1000)).toEqual([
    { type: 'Ready', status: 'False', reason: 'RevisionFailed', lastTransitionTime: AT_1 },
  ]);
});

it.each([
  { name: 'no status', object: { metadata: { generation: 1 } }, readiness: 'Unknown' },
  {
    name: 'an older generation',
    object: { metadata: { generation: 2 }, status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' as const }] } },
    readiness: 'Unknown',
  },
  {
    name: 'this generation',
    object: { metadata: { generation: 2 }, status: { observedGeneration: 2, conditions: [{ type: 'Ready', status: 'False' as const }] } },
    readiness: 'False',
  },
])('readiness with $name', ({ object, readiness }) => {
  expect(readinessOf(object)).toBe(readiness);
});
