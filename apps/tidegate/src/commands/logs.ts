import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type CommandContext, readOptions, usage } from './run-command.js';

const FOLLOW_POLL_MS = 250;

export async function logs(context: CommandContext): Promise<number> {
  const { values, positionals } = readOptions(context.argv, { follow: { type: 'boolean', short: 'f', default: false } });
  const folder = context.paths.logs;
  const parts = existsSync(folder)
    ? readdirSync(folder)
        .filter((f) => f.endsWith('.log'))
        .map((f) => f.slice(0, -4))
    : [];
  const [part] = positionals;
  if (part === undefined && !values.follow) {
    context.out(
      parts.length === 0 ? 'There are no logs yet.' : `Parts with logs: ${parts.sort().join(', ')}. Show one with "tidegate logs PART".`,
    );
    return 0;
  }
  if (part === undefined) throw usage('--follow needs a part.');
  if (!parts.includes(part)) throw usage(`there is no log of "${part}"; there are ${parts.sort().join(', ') || 'none yet'}.`);
  const file = path.join(folder, `${part}.log`);
  let position = await print(file, 0);
  while (values.follow) {
    await wait(FOLLOW_POLL_MS);
    const { size } = statSync(file);
    // A rotated log starts again from its beginning.
    position = await print(file, size < position ? 0 : position);
  }
  return 0;
}

function print(file: string, start: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let position = start;
    const stream = createReadStream(file, { start });
    stream.on('data', (chunk) => {
      position += chunk.length;
      process.stdout.write(chunk);
    });
    stream.on('end', () => resolve(position)).on('error', reject);
  });
}
