/** maxSurge rounds up and maxUnavailable down; both zero would stand still, so one may then be missing (deployment util.ResolveFenceposts). */
export function rollingNumbers(
  replicas: number,
  strategy: { maxSurge?: unknown; maxUnavailable?: unknown } | undefined,
): { maxSurge: number; maxUnavailable: number } {
  const maxSurge = share(strategy?.maxSurge ?? '25%', replicas, Math.ceil);
  const maxUnavailable = share(strategy?.maxUnavailable ?? '25%', replicas, Math.floor);
  return maxSurge === 0 && maxUnavailable === 0
    ? { maxSurge, maxUnavailable: 1 }
    : { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) };
}

/** An int-or-string: a number, or a percentage of `whole`. */
function share(value: unknown, whole: number, round: (n: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? Number(value) || 0 : round((Number(percent) * whole) / 100);
}
