/** What `-test.v` of a Go program says of its tests; those inside of others are counted with these. */
export interface GoTests {
  passed: string[];
  failed: string[];
  skipped: string[];
}

/** From the whole output. Names in the order in which the tests ended. */
export function readGoTests(output: string): GoTests {
  const tests: GoTests = { passed: [], failed: [], skipped: [] };
  const by = { PASS: tests.passed, FAIL: tests.failed, SKIP: tests.skipped };
  for (const [, result, name] of output.matchAll(/^--- (PASS|FAIL|SKIP): ([^\s/]+) \(/gm)) {
    if (name !== undefined && (result === 'PASS' || result === 'FAIL' || result === 'SKIP')) by[result].push(name);
  }
  return tests;
}

/** A table in Markdown, and the names of what did not pass. */
export function goTestsText(suite: string, { passed, failed, skipped }: GoTests): string {
  return [
    '| suite | passed | failed | skipped |',
    '| --- | --- | --- | --- |',
    `| ${suite} | ${passed.length} | ${failed.length} | ${skipped.length} |`,
    ...(failed.length > 0 ? ['', `Failed: ${failed.join(', ')}`] : []),
    ...(skipped.length > 0 ? ['', `Skipped: ${skipped.join(', ')}`] : []),
  ].join('\n');
}
