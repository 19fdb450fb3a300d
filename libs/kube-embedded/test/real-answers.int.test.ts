import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { golden, waitFor } from '@tidegate/testing';
import { endpointOf, rawCall, type Endpoint } from './differential/raw-call.js';
import { runScenario } from './differential/run-scenario.js';
import { afterAllScenarios, beforeAllScenarios, scenarios } from './differential/scenarios.js';

const kubeconfig = process.env['TIDEGATE_TEST_KUBECONFIG'];
const recorded = (name: string): string =>
  join(import.meta.dirname, '..', 'testdata', 'kubernetes-answers', `${name.replace(/[ ,]+/g, '-')}.json`);

/** The recorded answers are those of a real API server: run with UPDATE_GOLDEN=1 against a newer Kubernetes to record again. */
(kubeconfig ? describe : describe.skip)('answers of a real Kubernetes API', () => {
  let endpoint: Endpoint;
  beforeAll(async () => {
    endpoint = endpointOf(await readFile(kubeconfig ?? '', 'utf8'));
    for (const call of beforeAllScenarios) await rawCall(endpoint, call);
    await waitFor(
      'the namespace is furnished',
      async () => (await rawCall(endpoint, { path: '/api/v1/namespaces/diff/serviceaccounts/default' })).status === 200,
    );
  });
  afterAll(async () => {
    for (const call of afterAllScenarios) await rawCall(endpoint, call);
  });

  it.each(scenarios)('$name', async (scenario) => {
    const actual = `${JSON.stringify(await runScenario(endpoint, scenario), undefined, 1)}\n`;
    expect(actual).toBe(golden(recorded(scenario.name), actual));
  });
});
