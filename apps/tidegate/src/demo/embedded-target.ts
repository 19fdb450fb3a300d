import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { buildImage } from '@tidegate/kube-embedded';
import { HELLO_IMAGE, helloImageFolder } from '@tidegate/sample-hello';
import { gatewayAddress } from '../commands/addresses.js';
import type { CommandContext } from '../commands/run-command.js';
import { codes } from '../errors.js';
import { socketPath } from '../instance/paths.js';
import { askStatus } from '../supervisor/control-socket.js';
import type { DemoTarget } from './demo-target.js';

/** The running instance of this machine. Throws CLI_NOT_RUNNING. */
export async function embeddedTarget({ paths }: CommandContext): Promise<DemoTarget> {
  const status = await askStatus(socketPath(paths, 'supervisor'));
  if (status?.state !== 'ready') {
    throw new TidegateError(codes.CLI_NOT_RUNNING, status ? `The platform is ${status.state}.` : `No platform runs for ${paths.data}.`, {
      remedy: 'Start it with "tidegate up --detach", or name a cluster with --kubeconfig.',
    });
  }
  const client = await connect({ kubeconfigPath: paths.adminKubeconfig });
  return {
    client,
    hello: { image: HELLO_IMAGE },
    // `tidegate up` has loaded it; without it the demo says so.
    loadBookinfo: () => Promise.resolve(() => Promise.resolve()),
    prepareNamespace: async () => {
      await buildImage({ dir: helloImageFolder, storeDir: path.join(paths.public, 'images') });
    },
    gatewayOf: async (namespace, name) => {
      const address = await gatewayAddress(client, namespace, name);
      if (address !== undefined) return address;
      throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The Gateway ${namespace}/${name} has no address.`, {
        remedy: 'Bookinfo is loaded by "tidegate up" without --empty. Else see "tidegate status" and "tidegate logs control".',
      });
    },
    logs: '"tidegate logs control"',
  };
}
