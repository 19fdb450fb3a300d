import { openConnection } from '../client/connection.js';
import { type CommandContext, readOptions, usage } from '../commands/run-command.js';
import { clusterTarget } from './cluster/cluster-target.js';
import { type AsMember, asMember } from './as-member.js';
import type { DemoTarget } from './demo-target.js';
import { embeddedTarget } from './embedded-target.js';
import { SCENARIOS, requireSample, runReleaseDemo } from './release-demo.js';
import { demoSucceeded, reportLines } from './report.js';
import { STEP_COUNT, runServingDemo } from './serving/serving-demo.js';
import { STEPS } from './tenancy/steps.js';
import { runTenancyDemo } from './tenancy/tenancy-demo.js';
import { tenancyLines, tenancySucceeded } from './tenancy/tenancy-report.js';
import { coldLines, servingSucceeded, stepLines } from './serving/serving-report.js';

interface DemoRun {
  target: DemoTarget;
  say(line: string): void;
  signal: AbortSignal;
}

/** Each answers whether everything went as it should. */
const demos: Record<string, (run: DemoRun) => Promise<boolean>> = { release: releaseDemo, serving: servingDemo };

const ALIVE_MS = 60_000;
const OPTIONS = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  gateway: { type: 'string' },
  'copy-pull-secrets': { type: 'boolean' },
} as const;

/** Exit status 0 only when everything went as it should and no request was lost. */
export async function demo(context: CommandContext): Promise<number> {
  const { positionals, values } = readOptions(context.argv, OPTIONS);
  const [name = ''] = positionals;
  if (positionals.length !== 1 || (name !== 'tenancy' && !Object.hasOwn(demos, name))) throw usage(`there are the demos ${[...Object.keys(demos), 'tenancy'].join(', ')}.`);
  const interrupted = new AbortController();
  for (const signalName of ['SIGINT', 'SIGTERM'] as const) process.once(signalName, () => interrupted.abort(new Error('interrupted')));
  const { signal } = interrupted;
  // Waiting between two tries must not look like having nothing left to do.
  const alive = setInterval(() => undefined, ALIVE_MS);
  try {
    return await runNamed(name, context, values, signal);
  } finally {
    clearInterval(alive);
  }
}

async function runNamed(name: string, context: CommandContext, values: Values, signal: AbortSignal): Promise<number> {
  if (name === 'tenancy') return (await tenancyDemo(context, values, signal)) ? 0 : 1;
  const target = await targetOf(context, values, signal);
  return (await demos[name]?.({ target, say: context.out, signal })) ? 0 : 1;
}

type Values = ReturnType<typeof readOptions<typeof OPTIONS>>['values'];

/** A cluster is never taken by accident: only when it is named. */
function targetOf(
  context: CommandContext,
  values: Values,
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
  let member: AsMember | undefined;
  try {
    const gateway = await target.gatewayOf('bookinfo', 'bookinfo');
    await requireSample(target.client);
    member = await asMember({ admin: target.client, workspace: 'demo-release', project: 'bookinfo', signal });
    say('As a member of the workspace demo-release, with no rights outside of it.');
    const outcomes = await runReleaseDemo({ client: member.client, gateway, logs: target.logs, say, signal });
    const good = demoSucceeded(outcomes, SCENARIOS.length);
    const sentence = good ? 'Every release ended as it should, and no request was lost.' : 'Not as it should be: see above.';
    for (const line of ['', ...reportLines(outcomes), '', sentence]) say(line);
    return good;
  } finally {
    await member?.end();
    await remove();
  }
}

async function servingDemo({ target, say, signal }: DemoRun): Promise<boolean> {
  const gateway = await target.gatewayOf('knative-serving', 'knative-serving');
  const member = await asMember({ admin: target.client, workspace: 'demo-serving', signal });
  say('As a member of the workspace demo-serving, with no rights outside of it.');
  const { steps, cold } = await runServingDemo({ target, member, gateway, say, signal }).finally(() => member.end());
  const good = servingSucceeded(steps, STEP_COUNT);
  const sentence = good ? 'From zero to many and back, and no request was lost.' : 'Not as it should be: see above.';
  for (const line of ['', ...stepLines(steps), '', ...coldLines(cold), '', sentence]) say(line);
  return good;
}

/** Where somebody signed in as an administrator, or the instance on this machine. */
async function tenancyDemo(context: CommandContext, values: Values, signal: AbortSignal): Promise<boolean> {
  if (values.kubeconfig !== undefined || values.gateway !== undefined) throw usage('The demo of workspaces goes through the API: sign in with "tidegate login URL", and give --context.');
  const api = openConnection(context, values.context);
  try {
    const { steps, isKubectl } = await runTenancyDemo({ api, say: context.out, signal });
    const good = tenancySucceeded(steps, STEPS.length);
    const sentence = good ? `${steps.length} steps: GraphQL and ${isKubectl ? 'kubectl' : 'the Kubernetes API'} agreed in all of them.` : 'Not as it should be: see above.';
    for (const line of ['', ...tenancyLines(steps), '', sentence]) context.out(line);
    return good;
  } finally {
    await api.close();
  }
}
