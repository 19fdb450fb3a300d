import { goTestsText, readGoTests } from './go-tests.js';

const output = `=== RUN   TestOne
    service.go:1: --- PASS: not a line of its own
--- PASS: TestOne (1.06s)
--- FAIL: TestTwo (0.00s)
    --- PASS: TestTwo/env (2.07s)
    --- FAIL: TestTwo/envFrom (2.07s)
--- SKIP: TestThree (0.00s)
PASS
`;

it('counts tests, not what is inside of them or only quoted', () => {
  expect(readGoTests(output)).toEqual({ passed: ['TestOne'], failed: ['TestTwo'], skipped: ['TestThree'] });
});

it('names what did not pass', () => {
  const text = goTestsText('api', readGoTests(output));
  expect(text).toContain('| api | 1 | 1 | 1 |');
  expect(text).toContain('Failed: TestTwo');
  expect(text).toContain('Skipped: TestThree');
});
