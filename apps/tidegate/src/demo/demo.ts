import { TidegateError } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { gatewayAddress } from '../commands/addresses.js';
import { type CommandContext, readOptions, usage } from '../commands/run-command.js';
import { codes } from '../errors.js';
import { socketPath } from '../instance/paths.js';
import { askStatus } from '../supervisor/control-socket.js';
import { SCENARIOS, runReleaseDemo } from './release-demo.js';
import { demoSucceeded, reportLines } from './report.js';

/** Exit status 0 only when every release ended as it should and no request was lost. */
export async function demo(context: CommandContext): Promise<number> {
  const { positionals } = readOptions(context.argv, {});
  if (positionals[0] !== 'release' || positionals.length !== 1) throw usage('there is one demo: "tidegate demo release".');
  const status = await askStatus(socketPath(context.paths, 'supervisor'));
  if (status?.state !== 'ready') {
    throw new TidegateError(
      codes.CLI_NOT_RUNNING,
      status ? `The platform is ${status.state}.` : `No platform runs for ${context.paths.data}.`,
      { remedy: 'Start it with "tidegate up --detach".' },
    );
  }
  const client = await connect({ kubeconfigPath: context.paths.adminKubeconfig });
  const gateway = await gatewayAddress(client, 'bookinfo', 'bookinfo');
  if (gateway === undefined)
    throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, "The sample's Gateway has no address.", {
      remedy: 'The sample is loaded by "tidegate up" without --empty.',
    });
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error('interrupted')));
  const outcomes = await runReleaseDemo({ client, gateway, say: context.out, signal: interrupted.signal });
  context.out('');
  for (const line of reportLines(outcomes)) context.out(line);
  const good = demoSucceeded(outcomes, SCENARIOS.length);
  context.out('');
  context.out(good ? 'Every release ended as it should, and no request was lost.' : 'Not as it should be: see above.');
  return good ? 0 : 1;
}
