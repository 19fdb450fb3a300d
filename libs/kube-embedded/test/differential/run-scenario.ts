import { waitFor } from '@tidegate/testing';
import { normalized } from './normalize.js';
import { rawCall, type Endpoint, type RawAnswer, type RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

/** One text per compared call: `METHOD path` and the normalised answer. */
export async function runScenario(endpoint: Endpoint, scenario: Scenario): Promise<Record<string, unknown>[]> {
  for (const call of scenario.setup ?? []) {
    const { status, body } = await settled(endpoint, call);
    if (status > 299 && status !== call.expects) throw new Error(`setup of "${scenario.name}" failed with ${status}: ${JSON.stringify(body)}`);
  }
  const answers: Record<string, unknown>[] = [];
  for (const call of scenario.calls) answers.push({ call: labelOf(call), answer: normalized(await settled(endpoint, call), call.ignore) });
  for (const call of scenario.after ?? []) await settled(endpoint, call);
  return answers;
}

async function settled(endpoint: Endpoint, call: RawCall): Promise<RawAnswer> {
  const { until } = call;
  if (!until) return rawCall(endpoint, call);
  let last: RawAnswer | undefined;
  await waitFor(`${call.path} is as expected`, async () => until((last = await rawCall(endpoint, call))));
  if (!last) throw new Error('nothing was asked');
  return last;
}

function labelOf({ method = 'GET', path, body, as, accept, contentType }: RawCall): string {
  const extras = [as && `as ${as}`, accept, contentType].filter(Boolean).join(' ');
  const text = body === undefined ? '' : ` ${typeof body === 'string' ? body : JSON.stringify(body)}`;
  return `${method} ${path}${extras ? ` (${extras})` : ''}${text}`;
}
