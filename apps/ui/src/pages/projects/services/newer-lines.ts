interface Line {
  /** RFC 3339. */
  at: string | null;
  text: string;
}

/** A stream that was taken up again begins with lines that were told before: those older than the last one are left out. */
export function newerLines(lines: readonly Line[], last: string): { texts: string[]; last: string } {
  const newer = lines.filter((line) => line.at === null || line.at >= last);
  return { texts: newer.map((line) => line.text), last: newer.reduce((latest, { at }) => (at !== null && at > latest ? at : latest), last) };
}
