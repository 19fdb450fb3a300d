import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Instance } from '../journeys/instance.js';
import { goSuites, runGoSuite, whatIsMissing } from './go-suites.js';

const reports = mkdtempSync(path.join(tmpdir(), 'tidegate-operators-'));
afterAll(() => rmSync(reports, { recursive: true, force: true }));

const rows: string[] = [];
afterAll(() => {
  if (rows.length > 0) console.log(['| suite | passed | failed | skipped |', '|---|---|---|---|', ...rows].join('\n'));
});

for (const source of new Set(goSuites.map((suite) => suite.source))) {
  const missing = whatIsMissing(source);
  (missing === undefined ? describe : describe.skip)(missing === undefined ? source : `${source} (${missing})`, () => {
    // As envtest does: each suite has an API server of its own.
    it.each(goSuites.filter((suite) => suite.source === source))('$package', async (suite) => {
      const instance = new Instance();
      try {
        expect((await instance.run('up', '--api-only', '--detach')).code).toBe(0);
        const result = await runGoSuite(suite, await instance.kubeconfig(), path.join(reports, `${rows.length}.json`));
        rows.push(`| ${suite.source} ${suite.package} | ${result.passed} | ${result.failed.length} | ${result.skipped} |`);
        expect(result.failed).toEqual([]);
        if (result.passed === 0) throw new Error(`no test ran:\n${result.output}`);
      } finally {
        await instance.end();
      }
    });
  });
}
