import { type CommandContext, readOptions, usage } from '../commands/run-command.js';
import { textTable } from '../demo/text-table.js';
import { contextNamed, contextsFile, readContexts, withoutContext, writeContexts } from './contexts.js';

const HELP = `tidegate context list             where you are signed in; * is the one in use
tidegate context use NAME         the one that commands speak to
tidegate context remove NAME      forgets it; "tidegate logout" also revokes its token`;

/** Nothing of it speaks to a platform. */
export async function contextCommand({ argv, out }: CommandContext): Promise<number> {
  const { positionals } = readOptions(argv, { help: { type: 'boolean' } });
  const [word = 'help', name, ...more] = positionals;
  const file = contextsFile(process.env);
  if (word === 'help') out(HELP);
  else if (word === 'list' && name === undefined) list(file, out);
  else if (word === 'use' && name !== undefined && more.length === 0) {
    const all = readContexts(file);
    writeContexts(file, { ...all, current: contextNamed(all, name).name });
    out(`Commands speak to ${contextNamed(all, name).url} now, as ${contextNamed(all, name).account}.`);
  } else if (word === 'remove' && name !== undefined && more.length === 0) {
    const all = readContexts(file);
    contextNamed(all, name);
    writeContexts(file, withoutContext(all, name));
    out(`${name} is forgotten. Its token is still good until it expires.`);
  } else throw usage(`Write it as one of:\n${HELP}`);
  return 0;
}

function list(file: string, out: (line: string) => void): void {
  const { current, contexts } = readContexts(file);
  if (contexts.length === 0) return out('You are not signed in anywhere. "tidegate login URL" does that; without it commands speak to the instance on this machine, as its owner.');
  const rows = contexts.map((c) => [c.name === current ? '*' : '', c.name, c.account, c.url]);
  for (const line of textTable([['', 'NAME', 'ACCOUNT', 'URL'], ...rows], 4)) out(line);
}
