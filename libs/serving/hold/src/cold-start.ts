import type { PodTimes } from './revision.js';

/** Where the time of a held request went, in milliseconds; each part ends where the next begins, and together they are the wait. */
export interface ColdStartParts {
  /** Until a pod was there. */
  scheduleMs: number;
  /** Until its program ran. */
  startMs: number;
  /** Until it answered its probe and the request was passed on. */
  readyMs: number;
}

/** `arrivedAt` and `grantedAt` in monotonic milliseconds. What happened before the request came took none of its time. */
export function coldStartParts(arrivedAt: number, { seenAt, runningAt = seenAt }: PodTimes, grantedAt: number): ColdStartParts {
  const within = (at: number, from: number): number => Math.min(grantedAt, Math.max(from, at));
  const seen = within(seenAt, arrivedAt);
  const running = within(runningAt, seen);
  return { scheduleMs: seen - arrivedAt, startMs: running - seen, readyMs: grantedAt - running };
}

/** In the syntax of Server-Timing. */
export function coldStartText({ scheduleMs, startMs, readyMs }: ColdStartParts): string {
  const part = (name: string, ms: number): string => `${name};dur=${ms.toFixed(1)}`;
  return [part('schedule', scheduleMs), part('start', startMs), part('ready', readyMs)].join(', ');
}
