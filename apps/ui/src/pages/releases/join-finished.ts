interface Ended {
  uid: string;
  finished: boolean;
  endedAt: string | null;
}

/**
 * Newest end first: the history's pages, and what has ended since they were asked for. While there are more pages, what ended before the last row waits for its own
 * page, so that nothing is ever drawn above a row that is still to come.
 */
export function joinFinished<Row extends Ended>(live: readonly Row[], past: readonly Row[], hasMore: boolean): Row[] {
  const known = new Set(past.map((r) => r.uid));
  const ended = (r: Row): string => r.endedAt ?? '';
  const oldest = hasMore ? past.reduce((least, r) => (ended(r) < least ? ended(r) : least), '9') : '';
  const since = live.filter((r) => r.finished && !known.has(r.uid) && ended(r) >= oldest);
  return [...since, ...past].sort((a, b) => ended(b).localeCompare(ended(a)));
}
