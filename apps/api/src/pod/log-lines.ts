import type { LogLine, LogLines } from './pod.types.js';

const LONGEST_LINE = 16_384;
/** Of one batch: a reader gets more of them. */
const MOST_LINES = 500;

/** A line as the kubelet writes it with timestamps: the time, a space, the text. */
export function toLine(raw: string): LogLine {
  const space = raw.indexOf(' ');
  const at = space > 0 && /^\d{4}-\d\d-\d\dT/.test(raw) ? raw.slice(0, space) : null;
  const text = at === null ? raw : raw.slice(space + 1);
  return { at, text: text.slice(0, LONGEST_LINE) };
}

/** Whole lines out of chunks. What is not asked for is not read: a slow reader slows the log's stream, and nothing is kept here but one unfinished line. */
export async function* toLogLines(chunks: AsyncIterable<string>): AsyncGenerator<LogLines> {
  let rest = '';
  for await (const chunk of chunks) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    // A line without end must not grow for ever; what is cut off is dropped up to the next line by `toLine`.
    if (rest.length > LONGEST_LINE * 2) rest = rest.slice(0, LONGEST_LINE * 2);
    for (let i = 0; i < pieces.length; i += MOST_LINES) yield { lines: pieces.slice(i, i + MOST_LINES).map(toLine) };
  }
  if (rest !== '') yield { lines: [toLine(rest)] };
}
