// Leaves a project's counts beside it, so that one closing line can add them up (also when Nx answers from its cache).
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export default class CountReporter {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
  }
  onRunComplete(_contexts, results) {
    const folder = path.join(this.rootDir, 'test-output');
    mkdirSync(folder, { recursive: true });
    const skipped = results.testResults.flatMap((file) =>
      file.testResults
        .filter((t) => t.status === 'pending' || t.status === 'skipped')
        .map((t) => `${path.relative(this.rootDir, file.testFilePath)}: ${t.fullName}`),
    );
    const counts = {
      passed: results.numPassedTests,
      // A file that does not even load has no tests to count.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
      skippedTests: skipped,
    };
    writeFileSync(path.join(folder, 'counts.json'), `${JSON.stringify(counts, null, 2)}\n`);
  }
}
