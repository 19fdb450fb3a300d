import { waitFor } from '@tidegate/testing';
import { normalized } from './normalize.js';
import { rawCall, type Endpoint, type RawCall } from './raw-call.js';
import { widgetsAreServed, type Scenario } from './scenarios.js';

/** One text per compared call: `METHOD path` and the normalised answer. */
export async function runScenario(endpoint: Endpoint, scenario: Scenario): Promise<Record<string, unknown>[]> {
  for (const call of scenario.setup ?? []) {
    const { status, body } = await rawCall(endpoint, call);
    if (status > 299) throw new Error(`setup of "${scenario.name}" failed with ${status}: ${JSON.stringify(body)}`);
  }
  if (scenario.name === 'custom resources') {
    await waitFor('custom resources are served', async () => (await rawCall(endpoint, widgetsAreServed)).status === 200);
  }
  const answers: Record<string, unknown>[] = [];
  for (const call of scenario.calls) answers.push({ call: labelOf(call), answer: normalized(await rawCall(endpoint, call), call.ignore) });
  return answers;
}

function labelOf({ method = 'GET', path, body, as, accept, contentType }: RawCall): string {
  const extras = [as && `as ${as}`, accept, contentType].filter(Boolean).join(' ');
  const text = body === undefined ? '' : ` ${typeof body === 'string' ? body : JSON.stringify(body)}`;
  return `${method} ${path}${extras ? ` (${extras})` : ''}${text}`;
}
