import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { codes } from '../errors.js';
import { writeFileAtomically } from '../instance/folder.js';

/** Where somebody signed in, and as whom. */
const Context = z.strictObject({
  name: z.string().min(1),
  /** `https://tidegate.example`: console and API. */
  url: z.string(),
  account: z.string(),
  token: z.string(),
  /** Of the token, when "login" made it: "logout" revokes it. */
  tokenId: z.string().optional(),
  /** PEM of the authority, when the system does not know it. */
  ca: z.string().optional(),
});
export type Context = z.infer<typeof Context>;

const Contexts = z.strictObject({ current: z.string().optional(), contexts: z.array(Context).default([]) });
export type Contexts = z.infer<typeof Contexts>;

export function contextsFile(env: NodeJS.ProcessEnv): string {
  if (env['TIDEGATE_CONFIG']) return path.resolve(env['TIDEGATE_CONFIG']);
  return path.join(env['XDG_CONFIG_HOME'] ?? path.join(env['HOME'] ?? homedir(), '.config'), 'tidegate', 'contexts.yaml');
}

/** Throws CLI_CONTEXT for a file that cannot be read as contexts: it is never written over. */
export function readContexts(file: string): Contexts {
  if (!existsSync(file)) return { contexts: [] };
  const read = Contexts.safeParse(parseOrNothing(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  throw new TidegateError(codes.CLI_CONTEXT, `${file} is not a list of contexts.`, { remedy: 'Mend it, or move it away and sign in again with "tidegate login".' });
}

function parseOrNothing(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** It holds tokens: nobody else may read it. */
export function writeContexts(file: string, contexts: Contexts): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (contexts.contexts.length === 0) return rmSync(file, { force: true });
  writeFileAtomically(file, stringify(contexts, { lineWidth: 0 }));
  chmodSync(file, 0o600);
}

/** With `added` in the place of a context of the same name, and chosen. */
export function withContext({ contexts }: Contexts, added: Context): Contexts {
  return { current: added.name, contexts: [...contexts.filter(({ name }) => name !== added.name), added].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export function withoutContext({ current, contexts }: Contexts, name: string): Contexts {
  const left = contexts.filter((c) => c.name !== name);
  return current === name || current === undefined ? { contexts: left } : { current, contexts: left };
}

/** Throws CLI_CONTEXT. */
export function contextNamed({ contexts }: Contexts, name: string): Context {
  const found = contexts.find((c) => c.name === name);
  if (found) return found;
  const known = contexts.map((c) => c.name).join(', ');
  throw new TidegateError(codes.CLI_CONTEXT, `There is no context ${name}.`, { remedy: known === '' ? 'Make one with "tidegate login URL".' : `These exist: ${known}.` });
}
