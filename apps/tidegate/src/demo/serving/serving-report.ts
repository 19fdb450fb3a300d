import { textTable } from '../text-table.js';

/** One step of the demo: what was done, what it took, and what became of the requests meanwhile. */
export interface Step {
  title: string;
  /** From the order to the state that the step waits for; undefined when it never came. */
  seconds: number | undefined;
  requests: number;
  failed: number;
  /** Most pods at once. */
  pods: number;
  /** What was seen, in words; for a step that went wrong, what was wanted. */
  note: string;
  good: boolean;
}

/** Where the time of one cold call went, in milliseconds; each part ends where the next begins. */
export interface ColdCall {
  name: string;
  /** From the first byte sent on a new connection to the first byte of the answer. */
  firstByteMs: number;
  status: number;
  /** Request held -> a pod is there. */
  scheduleMs?: number;
  /** Pod is there -> its process runs. */
  startMs?: number;
  /** Process runs -> it answers the probe. */
  readyMs?: number;
}

/** Reads the header `x-tidegate-cold-start`, in the syntax of Server-Timing. Unknown parts are left out. */
export function readColdStart(header: string | undefined): Pick<ColdCall, 'scheduleMs' | 'startMs' | 'readyMs'> {
  const parts: Pick<ColdCall, 'scheduleMs' | 'startMs' | 'readyMs'> = {};
  for (const part of (header ?? '').split(',')) {
    const [, name, value] = /^\s*([a-z]+);dur=([\d.]+)\s*$/.exec(part) ?? [];
    const ms = Number(value);
    if (!Number.isFinite(ms)) continue;
    if (name === 'schedule') parts.scheduleMs = ms;
    if (name === 'start') parts.startMs = ms;
    if (name === 'ready') parts.readyMs = ms;
  }
  return parts;
}

export const servingSucceeded = (steps: readonly Step[], wanted: number): boolean =>
  steps.length === wanted && steps.every((s) => s.good && s.failed === 0);

export function stepLines(steps: readonly Step[]): string[] {
  const rows = steps.map((s) => [
    s.title,
    s.good ? s.note : `NOT AS WANTED: ${s.note}`,
    s.seconds === undefined ? '-' : s.seconds.toFixed(1),
    String(s.requests),
    String(s.failed),
    String(s.pods),
  ]);
  return textTable([['STEP', 'SEEN', 'SECONDS', 'REQUESTS', 'FAILED', 'PODS'], ...rows], 2);
}

export function coldLines(calls: readonly ColdCall[]): string[] {
  const ms = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(0));
  const rows = calls.map((c) => {
    const known = (c.scheduleMs ?? 0) + (c.startMs ?? 0) + (c.readyMs ?? 0);
    return [c.name, ms(c.scheduleMs), ms(c.startMs), ms(c.readyMs), ms(known > 0 ? c.firstByteMs - known : undefined), ms(c.firstByteMs)];
  });
  const sorted = calls.map((c) => c.firstByteMs).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return [
    ...textTable([['COLD CALL, MS', 'SCHEDULE', 'PROCESS START', 'READY', 'REQUEST AND ANSWER', 'FIRST BYTE'], ...rows], 1),
    `median ${ms(at(0.5))} ms, slowest ${ms(sorted.at(-1))} ms`,
  ];
}
