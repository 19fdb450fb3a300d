import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { usage } from '../commands/run-command.js';

const isTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks on the terminal, beside the output: what a command prints can go into a file. */
export async function ask(question: string, { isSecret = false }: { isSecret?: boolean } = {}): Promise<string> {
  let isShown = true;
  const output = new Writable({
    write(chunk, encoding, done) {
      if (isShown) process.stderr.write(chunk as Buffer, encoding);
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('close', () => reject(usage('Nothing was typed.')));
      lines.question(question, resolve);
      isShown = !isSecret;
    });
  } finally {
    lines.close();
    if (isSecret) process.stderr.write('\n');
  }
}

/** A password or token: from standard input when told so, else typed unseen. */
export async function secretOf(question: string, option: string, fromStdin: boolean): Promise<string> {
  if (fromStdin) return ((await text(process.stdin)).split('\n')[0] ?? '').replace(/\r$/, '');
  if (!isTerminal()) throw usage(`There is no terminal to ask on. Give it on standard input, with ${option}.`);
  return ask(question, { isSecret: true });
}

export const newSecret = async (question: string): Promise<string> => {
  const first = await ask(question, { isSecret: true });
  if ((await ask('Once more: ', { isSecret: true })) === first) return first;
  throw usage('The two are not equal. Nothing was changed.');
};

/** Throws CLI_USAGE unless somebody says that he means it. */
export async function mustMean(what: string, name: string, isSaid: boolean): Promise<void> {
  if (isSaid) return;
  if (!isTerminal()) throw usage(`${what} Add --yes.`);
  if ((await ask(`${what}\nType ${name} to go on: `)) !== name) throw usage('Nothing was changed.');
}

export { isTerminal };
