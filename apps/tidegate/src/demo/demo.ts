import { type CommandContext, readOptions, usage } from '../commands/run-command.js';
import { clusterTarget } from './cluster/cluster-target.js';
import type { DemoTarget } from './demo-target.js';
import { embeddedTarget } from './embedded-target.js';
import { SCENARIOS, runReleaseDemo } from './release-demo.js';
import { demoSucceeded, reportLines } from './report.js';
import { STEP_COUNT, runServingDemo } from './serving/serving-demo.js';
import { coldLines, servingSucceeded, stepLines } from './serving/serving-report.js';

interface DemoRun {
  target: DemoTarget;
  say(line: string): void;
  signal: AbortSignal;
}

/** Each answers whether everything went as it should. */
const demos: Record<string, (run: DemoRun) => Promise<boolean>> = { release: releaseDemo, serving: servingDemo };

const OPTIONS = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  gateway: { type: 'string' },
  'copy-pull-secrets': { type: 'boolean' },
} as const;

/** Exit status 0 only when everything went as it should and no request was lost. */
export async function demo(context: CommandContext): Promise<number> {
  const { positionals, values } = readOptions(context.argv, OPTIONS);
  const run = demos[positionals[0] ?? ''];
  if (!run || positionals.length !== 1) throw usage('there are two demos: "tidegate demo release" and "tidegate demo serving".');
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error('interrupted')));
  const { signal } = interrupted;
  const target = await targetOf(context, values, signal);
  return (await run({ target, say: context.out, signal })) ? 0 : 1;
}

/** A cluster is never taken by accident: only when it is named. */
function targetOf(
  context: CommandContext,
  values: ReturnType<typeof readOptions<typeof OPTIONS>>['values'],
  signal: AbortSignal,
): Promise<DemoTarget> {
  const { kubeconfig, context: named, gateway, 'copy-pull-secrets': copyPullSecrets = false } = values;
  if (gateway !== undefined && !/^http:\/\/[^/?#]+$/.test(gateway)) throw usage('--gateway is an address such as http://localhost:8080.');
  if (kubeconfig === undefined && named === undefined) {
    if (gateway !== undefined || copyPullSecrets) throw usage('--gateway and --copy-pull-secrets go with --kubeconfig or --context.');
    return embeddedTarget(context);
  }
  return clusterTarget({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(named === undefined ? {} : { context: named }),
    ...(gateway === undefined ? {} : { gateway }),
    copyPullSecrets,
    signal,
  });
}

async function releaseDemo({ target, say, signal }: DemoRun): Promise<boolean> {
  const remove = await target.loadBookinfo(say);
  try {
    const gateway = await target.gatewayOf('bookinfo', 'bookinfo');
    const outcomes = await runReleaseDemo({ client: target.client, gateway, logs: target.logs, say, signal });
    const good = demoSucceeded(outcomes, SCENARIOS.length);
    const sentence = good ? 'Every release ended as it should, and no request was lost.' : 'Not as it should be: see above.';
    for (const line of ['', ...reportLines(outcomes), '', sentence]) say(line);
    return good;
  } finally {
    await remove();
  }
}

async function servingDemo({ target, say, signal }: DemoRun): Promise<boolean> {
  const gateway = await target.gatewayOf('knative-serving', 'knative-serving');
  const { steps, cold } = await runServingDemo({ target, gateway, say, signal });
  const good = servingSucceeded(steps, STEP_COUNT);
  const sentence = good ? 'From zero to many and back, and no request was lost.' : 'Not as it should be: see above.';
  for (const line of ['', ...stepLines(steps), '', ...coldLines(cold), '', sentence]) say(line);
  return good;
}
