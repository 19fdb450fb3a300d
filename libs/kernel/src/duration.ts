import { TidegateError, defineErrors } from './errors.js';

const codes = defineErrors({ KERNEL_DURATION_INVALID: 'A text is not a duration such as 30s, 1m30s or 250ms.' });

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Gateway API durations (GEP-2257: 1h30m, 250ms) to milliseconds. Throws KERNEL_DURATION_INVALID. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((p) => p[0]).join('') !== text) {
    throw new TidegateError(codes.KERNEL_DURATION_INVALID, `"${text}" is not a duration.`, { remedy: 'Write it as 30s, 1m30s or 250ms.' });
  }
  return parts.reduce((sum, [, n, unit]) => sum + Number(n) * (UNIT_MS[unit as string] as number), 0);
}

/** Milliseconds to the shortest exact text: 90000 -> 1m30s. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  let rest = Math.round(ms / 1000);
  const out: string[] = [];
  for (const [unit, size] of [
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const n = Math.floor(rest / size);
    if (n > 0) out.push(`${n}${unit}`);
    rest -= n * size;
  }
  return out.join('') || '0s';
}
