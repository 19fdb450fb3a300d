import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { TidegateError } from '@tidegate/kernel';
import { type CommandContext, usage } from '../commands/run-command.js';
import { codes } from '../errors.js';
import { queries } from './queries.js';
import { splitYaml } from './split-yaml.js';
import { verb } from './verbs.js';

interface Applied {
  apiVersion: string;
  kind: string;
  name: string;
  namespace: string | null;
  result: 'CREATED' | 'CONFIGURED' | 'UNCHANGED' | 'REFUSED';
  because: string | null;
  changes: { op: string; path: string }[];
  fields: { field: string; message: string }[];
}

const apply = verb({
  takes: '-f FILE [-f FILE] [-n PROJECT] [--dry-run] [--force]',
  does: 'server-side apply with your rights; "-" is standard input; --dry-run shows what would change',
  words: [0, 0],
  options: {
    file: { type: 'string', short: 'f', multiple: true },
    namespace: { type: 'string', short: 'n' },
    'dry-run': { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
  },
  run: async ({ api, values }) => {
    const files = values.file ?? [];
    if (files.length === 0) throw usage('Say what to apply: -f FILE, or -f - for standard input.');
    const calls: string[] = [];
    // All is read before anything is applied: a slip in the last file leaves nothing half done.
    for (const file of files) calls.push(...splitYaml(await contentOf(file), file));
    if (calls.length === 0) throw usage('There is no object in it.');
    const dryRun = values['dry-run'];
    const applied: Applied[] = [];
    for (const yaml of calls) {
      const input = { yaml, namespace: values.namespace, dryRun, force: values.force };
      applied.push(...(await api.ask<{ applyYaml: Applied[] }>(queries.applyYaml, { input })).applyYaml);
    }
    return { value: applied, text: applied.flatMap((a) => toldOf(a, dryRun)), status: applied.some((a) => a.result === 'REFUSED') ? 1 : 0 };
  },
});

/** `tidegate apply -f FILE`. */
export async function applyCommand(context: CommandContext): Promise<number> {
  if (!context.argv.includes('--help')) return apply.execute(context.argv, context, 'apply');
  context.out(`tidegate apply ${apply.takes}\n  ${apply.does}`);
  return 0;
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return readFileSync(path.resolve(file), 'utf8');
  } catch (error) {
    throw new TidegateError(codes.CLI_MANIFEST, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, { remedy: 'Nothing was applied.' });
  }
}

const SIGNS: Record<string, string> = { add: '+', remove: '-', replace: '~' };

function toldOf({ kind, name, namespace, result, because, changes, fields }: Applied, dryRun: boolean): string[] {
  const title = `${namespace === null ? '' : `${namespace}/`}${kind} ${name}: ${dryRun && result !== 'REFUSED' ? 'would be ' : ''}${result.toLowerCase()}`;
  if (result === 'REFUSED') return [`${title}. ${because ?? ''}`.trim(), ...fields.map((f) => `  ${f.field}: ${f.message}`)];
  if (result !== 'CONFIGURED') return [title];
  return [title, ...changes.map((c) => `  ${SIGNS[c.op] ?? c.op} ${c.path}`)];
}
