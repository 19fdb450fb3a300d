import { setTimeout as wait } from 'node:timers/promises';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';
import { socketPath } from '../instance/paths.js';
import { askStop } from '../supervisor/control-socket.js';
import { runningSupervisor } from '../supervisor/lock.js';
import { type CommandContext, readOptions } from './run-command.js';

const STOP_LIMIT_MS = 60_000;

export async function down(context: CommandContext): Promise<number> {
  readOptions(context.argv, {});
  const { paths } = context;
  const pid = runningSupervisor(paths);
  if (pid === undefined) {
    context.out(`Tidegate does not run for ${paths.data}.`);
    return 0;
  }
  await askStop(socketPath(paths, 'supervisor')).catch(() => process.kill(pid, 'SIGTERM'));
  const deadline = Date.now() + STOP_LIMIT_MS;
  while (runningSupervisor(paths) !== undefined) {
    if (Date.now() > deadline) {
      throw new TidegateError(codes.CLI_START_FAILED, `Tidegate (process ${pid}) has not stopped after a minute.`, {
        remedy: `End it with: kill -9 ${pid}; the next "up" cleans up.`,
      });
    }
    await wait(50);
  }
  context.out(`Stopped. The data stays in ${paths.data}.`);
  return 0;
}
