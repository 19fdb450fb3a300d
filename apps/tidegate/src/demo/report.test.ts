import { demoSucceeded, type ReleaseOutcome, reportLines } from './report.js';
import { Tally } from './tally.js';

function outcome(change: Partial<ReleaseOutcome> = {}, lost = 0): ReleaseOutcome {
  const tally = new Tally('v2');
  for (let user = 0; user < 10; user++) tally.add({ user, version: user < 3 ? 'v2' : 'v1', outcome: 'good' });
  for (let i = 0; i < lost; i++) tally.add({ user: 0, version: undefined, outcome: 'lost', cause: '503 UC' });
  return {
    title: 'good',
    candidate: 'v2',
    wanted: 'Promoted',
    phase: 'Promoted',
    seconds: 61.24,
    why: 'v2 is equivalent.',
    tally,
    ...change,
  };
}

describe('demoSucceeded', () => {
  it.each([
    { name: 'all as wanted', outcomes: [outcome()], count: 1, succeeded: true },
    { name: 'a lost request', outcomes: [outcome({}, 1)], count: 1, succeeded: false },
    { name: 'rolled back instead of promoted', outcomes: [outcome({ phase: 'RolledBack' })], count: 1, succeeded: false },
    { name: 'a release is missing', outcomes: [outcome()], count: 2, succeeded: false },
    { name: 'no traffic at all', outcomes: [outcome({ tally: new Tally('v2') })], count: 1, succeeded: false },
  ])('$name', ({ outcomes, count, succeeded }) => expect(demoSucceeded(outcomes, count)).toBe(succeeded));
});

it('prints the table with every figure and the causes of lost requests', () => {
  const text = reportLines([outcome({}, 2)]).join('\n');
  expect(text).toMatch(/good +Promoted +61\.2 +12 +0 +2 +30\.0 %/);
  expect(text).toContain('good: 2 lost, 503 UC');
});
