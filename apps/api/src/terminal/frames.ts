import { TidegateError, defineErrors } from '@tidegate/kernel';
import { z } from 'zod';
import { codes as boundCodes } from '../edge/bound-rights.js';
import { codes as callerCodes } from '../edge/caller.js';
import { codes as inputCodes } from '../edge/input.js';
import { codes as rightCodes } from '../edge/visible.js';

export const codes = defineErrors({
  API_TERMINAL_IDLE: 'Nobody typed for as long as a terminal stays open.',
  API_TERMINAL_SIGNED_OUT: 'The session or token that opened the terminal is over.',
  API_TERMINAL_POD_GONE: 'The pod of the terminal was deleted.',
  API_TERMINAL_STOPPING: 'The API stops, and its terminals with it.',
  API_TERMINAL_LOST: 'The connection to the container ended without a word about the command.',
  API_TERMINAL_FRAME_INVALID: 'A message of the client is none that a terminal knows.',
  API_TERMINAL_ORIGIN_MISSING: 'A session was sent by something that does not say which page it is.',
  API_TOO_MANY_TERMINALS: 'As many terminals are open, or were opened lately, as may be.',
});

/** Binary messages are keys, and output. What else is said is JSON. */
export const ClientFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('resize'), columns: z.int().min(1).max(1_000), rows: z.int().min(1).max(1_000) }),
  z.strictObject({ type: z.literal('shown'), bytes: z.int().min(1).max(16 * 1024 * 1024).describe('Of the output, since it last said so.') }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

export type ServerFrame =
  | { type: 'opened'; container: string; /** Null: attached to the container's program. */ command: readonly string[] | null; tty: boolean }
  | { type: 'idle'; /** Until it closes, unless somebody types. */ seconds: number }
  | { type: 'ended'; exitCode: number }
  | { type: 'ended'; code: string; message: string; remedy: string | null };

/** Undefined for what is no frame. */
export function readClientFrame(text: string): ClientFrame | undefined {
  try {
    return ClientFrame.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** How a terminal is over: by its command, by its client, or for a reason that the client is told. */
export type TerminalEnd = { exitCode: number } | 'left' | TidegateError;

export function endedFrame(end: TerminalEnd): ServerFrame | undefined {
  if (end === 'left') return undefined;
  if (end instanceof TidegateError) return { type: 'ended', code: end.code, message: end.message, remedy: end.remedy ?? null };
  return { type: 'ended', exitCode: end.exitCode };
}

const NORMAL = 1000;
const FAULT = 1011;
/** From 4000 on the application's own; the last digits are those of HTTP. */
const CLOSE_CODES = new Map<string, number>([
  [inputCodes.API_INPUT_INVALID, 4400],
  [codes.API_TERMINAL_FRAME_INVALID, 4400],
  [codes.API_TERMINAL_SIGNED_OUT, 4401],
  [codes.API_TERMINAL_ORIGIN_MISSING, 4403],
  [rightCodes.API_FORBIDDEN, 4403],
  [boundCodes.API_OUTSIDE_OF_TOKEN, 4403],
  [callerCodes.API_SCOPE_MISSING, 4403],
  [inputCodes.API_NOT_FOUND, 4404],
  [codes.API_TERMINAL_IDLE, 4408],
  [codes.API_TERMINAL_POD_GONE, 4410],
  [codes.API_TOO_MANY_TERMINALS, 4429],
  [codes.API_TERMINAL_STOPPING, 1001],
]);

export const closeCodeOf = (end: TerminalEnd): number => (end instanceof TidegateError ? (CLOSE_CODES.get(end.code) ?? FAULT) : NORMAL);
