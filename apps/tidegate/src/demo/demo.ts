import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { type KubeClient, connect } from '@tidegate/kube';
import { buildImage } from '@tidegate/kube-embedded';
import { helloImageFolder } from '@tidegate/sample-hello';
import { gatewayAddress } from '../commands/addresses.js';
import { type CommandContext, readOptions, usage } from '../commands/run-command.js';
import { codes } from '../errors.js';
import { socketPath } from '../instance/paths.js';
import { askStatus } from '../supervisor/control-socket.js';
import { SCENARIOS, runReleaseDemo } from './release-demo.js';
import { demoSucceeded, reportLines } from './report.js';
import { STEP_COUNT, runServingDemo } from './serving/serving-demo.js';
import { coldLines, servingSucceeded, stepLines } from './serving/serving-report.js';

interface DemoRun {
  /** Where images of process pods lie. */
  imageStore: string;
  client: KubeClient;
  say(line: string): void;
  signal: AbortSignal;
}

/** Each answers whether everything went as it should. */
const demos: Record<string, (run: DemoRun) => Promise<boolean>> = { release: releaseDemo, serving: servingDemo };

/** Exit status 0 only when everything went as it should and no request was lost. */
export async function demo(context: CommandContext): Promise<number> {
  const { positionals } = readOptions(context.argv, {});
  const run = demos[positionals[0] ?? ''];
  if (!run || positionals.length !== 1) throw usage('there are two demos: "tidegate demo release" and "tidegate demo serving".');
  const status = await askStatus(socketPath(context.paths, 'supervisor'));
  if (status?.state !== 'ready') {
    throw new TidegateError(
      codes.CLI_NOT_RUNNING,
      status ? `The platform is ${status.state}.` : `No platform runs for ${context.paths.data}.`,
      { remedy: 'Start it with "tidegate up --detach".' },
    );
  }
  const client = await connect({ kubeconfigPath: context.paths.adminKubeconfig });
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error('interrupted')));
  return (await run({ client, imageStore: path.join(context.paths.public, 'images'), say: context.out, signal: interrupted.signal }))
    ? 0
    : 1;
}

async function releaseDemo(run: DemoRun): Promise<boolean> {
  const gateway = await gatewayOf(run.client, 'bookinfo', 'bookinfo', 'The sample is loaded by "tidegate up" without --empty.');
  const outcomes = await runReleaseDemo({ ...run, gateway });
  const good = demoSucceeded(outcomes, SCENARIOS.length);
  const sentence = good ? 'Every release ended as it should, and no request was lost.' : 'Not as it should be: see above.';
  for (const line of ['', ...reportLines(outcomes), '', sentence]) run.say(line);
  return good;
}

async function servingDemo(run: DemoRun): Promise<boolean> {
  const gateway = await gatewayOf(run.client, 'knative-serving', 'knative-serving', 'See "tidegate status" and "tidegate logs control".');
  await buildImage({ dir: helloImageFolder, storeDir: run.imageStore });
  const { steps, cold } = await runServingDemo({ ...run, gateway });
  const good = servingSucceeded(steps, STEP_COUNT);
  const sentence = good ? 'From zero to many and back, and no request was lost.' : 'Not as it should be: see above.';
  for (const line of ['', ...stepLines(steps), '', ...coldLines(cold), '', sentence]) run.say(line);
  return good;
}

async function gatewayOf(client: KubeClient, namespace: string, name: string, remedy: string): Promise<string> {
  const address = await gatewayAddress(client, namespace, name);
  if (address === undefined)
    throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The Gateway ${namespace}/${name} has no address.`, { remedy });
  return address;
}
