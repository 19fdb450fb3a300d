import { existsSync } from 'node:fs';
import { TidegateError } from '@tidegate/kernel';
import { ownKubeconfig } from '../client/whoami-command.js';
import { codes } from '../errors.js';
import { type CommandContext, readOptions } from './run-command.js';

export async function kubeconfig(context: CommandContext): Promise<number> {
  if (context.argv.includes('--own')) return ownKubeconfig(context);
  readOptions(context.argv, {});
  if (!existsSync(context.paths.adminKubeconfig)) {
    throw new TidegateError(codes.CLI_NOT_RUNNING, `No platform was started yet in ${context.paths.data}.`, {
      remedy: 'Start one with "tidegate up".',
    });
  }
  context.out(context.paths.adminKubeconfig);
  return 0;
}
