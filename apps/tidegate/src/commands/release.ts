import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { connect } from '@tidegate/kube';
import { connectSignals } from '@tidegate/telemetry-sinks';
import { socketPath } from '../instance/paths.js';
import { releaseCommand } from '../release/release-command.js';
import type { CommandContext } from './run-command.js';

/** Releases of the cluster that KUBECONFIG names, else of this instance. */
export async function release(context: CommandContext): Promise<number> {
  const own = process.env['KUBECONFIG'] === undefined && existsSync(context.paths.adminKubeconfig);
  const client = await connect(own ? { kubeconfigPath: context.paths.adminKubeconfig } : {});
  const signals = own ? connectSignals({ socket: socketPath(context.paths, 'signals') }) : undefined;
  try {
    return await releaseCommand(context.argv, { client, out: context.out, by: userInfo().username, ...(signals ? { signals } : {}) });
  } finally {
    signals?.close();
  }
}
