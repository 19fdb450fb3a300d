import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { type CommandContext, usage } from '../commands/run-command.js';
import { textTable } from '../demo/text-table.js';
import { type Connection, openConnection } from './connection.js';

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>>['values'];

/** What a verb leaves: printed as a table or sentences, or whole with `-o json` and `-o yaml`. */
export interface Outcome {
  value: unknown;
  /** The first row is the head. */
  rows?: readonly (readonly string[])[];
  text?: readonly string[];
  status?: number;
}

export interface Call<O extends Options> {
  api: Connection;
  words: readonly string[];
  values: Values<O>;
  context: CommandContext;
}

interface VerbOf<O extends Options> {
  /** As the help shows it: `NAME --role ROLE`. */
  takes: string;
  does: string;
  /** Least and most words behind the verb. */
  words: readonly [number, number];
  options: O;
  run(call: Call<O>): Promise<Outcome>;
}

export interface Verb {
  takes: string;
  does: string;
  execute(argv: readonly string[], context: CommandContext, command: string): Promise<number>;
}

const EVERY_VERB = { context: { type: 'string' }, output: { type: 'string', short: 'o' } } as const;
const FORMATS = ['table', 'json', 'yaml'];

export function verb<const O extends Options>(of: VerbOf<O>): Verb {
  return {
    takes: of.takes,
    does: of.does,
    async execute(argv, context, command) {
      const { values, positionals } = parsed(argv, { ...of.options, ...EVERY_VERB }, command);
      const [least, most] = of.words;
      if (positionals.length < least || positionals.length > most) throw usage(`Write it as: tidegate ${command} ${of.takes}`);
      const format = values['output'] ?? 'table';
      if (typeof format !== 'string' || !FORMATS.includes(format)) throw usage(`-o is one of ${FORMATS.join(', ')}.`);
      const named = values['context'];
      const api = openConnection(context, typeof named === 'string' ? named : undefined);
      try {
        const outcome = await of.run({ api, words: positionals, values: values as Values<O>, context });
        for (const line of printed(outcome, format)) context.out(line);
        return outcome.status ?? 0;
      } finally {
        await api.close();
      }
    },
  };
}

function parsed(argv: readonly string[], options: Options, command: string) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(`tidegate ${command}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function printed({ value, rows, text }: Outcome, format: string): string[] {
  if (format === 'json') return [JSON.stringify(value, null, 2)];
  if (format === 'yaml') return [stringify(value, { lineWidth: 0 }).trimEnd()];
  const table = rows === undefined || rows.length < 2 ? [] : textTable(rows, rows[0]?.length ?? 0);
  return [...table, ...(text ?? [])];
}

/** `tidegate GROUP VERB ...`; without a verb, or with "help", what there is. */
export function group(name: string, title: string, verbs: Readonly<Record<string, Verb>>): (context: CommandContext) => Promise<number> {
  return async (context) => {
    const [word = 'help', ...argv] = context.argv;
    const found = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
    if (found && !argv.includes('--help')) return found.execute(argv, context, `${name} ${word}`);
    if (!found && !['help', '--help', '-h'].includes(word)) throw usage(`"${word}" is nothing that "tidegate ${name}" does: ${Object.keys(verbs).join(', ')}.`);
    for (const line of helpOf(name, title, verbs)) context.out(line);
    return 0;
  };
}

function helpOf(name: string, title: string, verbs: Readonly<Record<string, Verb>>): string[] {
  const lines = Object.entries(verbs).flatMap(([word, { takes, does }]) => [`  tidegate ${name} ${word} ${takes}`.trimEnd(), `      ${does}`]);
  return [title, '', ...lines, '', '  -o table|json|yaml says how it is printed; --context NAME where it is done (default: the context in use).'];
}
