import type { Pod } from '@tidegate/kube';
import { z } from 'zod';
import { InvalidInput, requireName } from '../edge/input.js';

const MOST_WORDS = 64;
const LONGEST_COMMAND = 4_096;

/** What the address of a terminal says: `/terminal?namespace=&pod=&container=&command=&command=`, or `attach=true`. */
export interface AskedTerminal {
  namespace: string;
  pod: string;
  /** The pod's default when absent. */
  container?: string | undefined;
  /** Absent: attached to what the container runs. */
  command?: readonly string[] | undefined;
}

/** The client tells what it has shown, and gets no more than it keeps up with. It is read before anything may be refused. */
export const acknowledges = (query: unknown): boolean => typeof query === 'object' && query !== null && 'acknowledges' in query && query.acknowledges === 'true';

/** bash where the container has it, else sh: both as kubectl's users begin them by hand. */
export const SHELL = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh'];

const Query = z.strictObject({
  namespace: z.string(),
  pod: z.string(),
  container: z.string().optional(),
  command: z.union([z.string().transform((word) => [word]), z.array(z.string()).max(MOST_WORDS)]).optional(),
  attach: z.enum(['true', 'false']).optional(),
  acknowledges: z.enum(['true', 'false']).optional(),
});

/** Throws API_INPUT_INVALID. */
export function readAskedTerminal(query: unknown): AskedTerminal {
  const read = Query.safeParse(query);
  if (!read.success) {
    const field = read.error.issues[0]?.path.join('.') ?? '';
    throw new InvalidInput(field, 'The address of the terminal is not one.', `It takes namespace, pod, container, attach=true, acknowledges=true, and command up to ${MOST_WORDS} times, once for each word.`);
  }
  const { namespace, pod, container, command, attach } = read.data;
  requireName('namespace', namespace);
  requireName('pod', pod);
  if (container !== undefined) requireName('container', container);
  if (attach === 'true') {
    if (command) throw new InvalidInput('command', 'A terminal runs a command or is attached, not both.', 'Leave "command" or "attach" out.');
    return { namespace, pod, container };
  }
  const words = command ?? SHELL;
  if (words.join(' ').length > LONGEST_COMMAND || words[0] === '' || words.some((w) => w.includes('\0'))) {
    throw new InvalidInput('command', 'The command is empty, holds a NUL, or is too long.', `Use at most ${LONGEST_COMMAND} characters.`);
  }
  return { namespace, pod, container, command: words };
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The container that is meant, as kubectl chooses it. Throws API_INPUT_INVALID for one that the pod does not have. */
export function chooseContainer({ metadata, spec }: Pod, asked: string | undefined): { name: string; tty: boolean; stdin: boolean } {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])];
  const wanted = asked ?? metadata?.annotations?.[DEFAULT_CONTAINER];
  const found = all.find((c) => c.name === wanted) ?? (asked === undefined ? all[0] : undefined);
  if (!found) throw new InvalidInput('container', `The pod ${metadata?.name ?? ''} has no container ${asked ?? ''}.`, `It has ${all.map((c) => c.name).join(', ')}.`);
  return { name: found.name, tty: found.tty === true, stdin: found.stdin === true };
}
