import type { Problem } from '../../../api/problem';

/** What the API says beside output; documented in docs/api.md. */
export type TerminalFrame =
  | { type: 'opened'; container: string }
  | { type: 'idle'; seconds: number }
  | { type: 'ended'; exitCode: number }
  | { type: 'ended'; problem: Problem };

/** Undefined for what a newer API may say. */
export function readTerminalFrame(text: string): TerminalFrame | undefined {
  const frame = JSON.parse(text) as Record<string, unknown>;
  const { type, container, seconds, exitCode, message, remedy, code } = frame;
  if (type === 'opened') return { type, container: String(container) };
  if (type === 'idle') return { type, seconds: Number(seconds) };
  if (type !== 'ended') return undefined;
  if (typeof exitCode === 'number') return { type, exitCode };
  return { type, problem: { sentence: String(message), remedy: typeof remedy === 'string' ? remedy : undefined, code: String(code), fields: {} } };
}

export type TerminalChoice = 'shell' | 'sh' | 'attach' | 'command';

export interface TerminalPlace {
  namespace: string;
  pod: string;
  container: string;
  choice: TerminalChoice;
  /** For `command`: a line for sh. */
  line: string;
}

/** Path and query of a terminal. Without a command the API begins the best shell that there is. */
export function pathOfTerminal({ namespace, pod, container, choice, line }: TerminalPlace): string {
  const query = new URLSearchParams({ namespace, pod, container, acknowledges: 'true' });
  if (choice === 'attach') query.set('attach', 'true');
  const words = choice === 'sh' ? ['sh'] : choice === 'command' ? ['sh', '-c', line] : [];
  for (const word of words) query.append('command', word);
  return `/terminal?${query}`;
}

/** Keys in messages that the API takes: what is pasted may be long. */
export function messagesOf(keys: Uint8Array<ArrayBuffer>, most = 32 * 1024): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: Math.ceil(keys.length / most) }, (_, n) => keys.subarray(n * most, (n + 1) * most));
}
