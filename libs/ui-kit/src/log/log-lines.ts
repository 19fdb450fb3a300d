export interface LogLine {
  /** Rises by one with each line. */
  id: number;
  text: string;
  /** Which pod said it, where several are read. */
  from?: string | undefined;
}

/** Lines that a page keeps; the oldest go first. */
export const KEPT_LINES = 10_000;

/** New lines behind the kept ones, within the bound. */
export function keepLines(kept: readonly LogLine[], more: readonly LogLine[], limit = KEPT_LINES): LogLine[] {
  return [...kept, ...more].slice(-limit);
}

/** Lines that hold the words, whatever their case. */
export function findLines(lines: readonly LogLine[], words: string): readonly LogLine[] {
  const wanted = words.trim().toLowerCase();
  return wanted === '' ? lines : lines.filter((l) => l.text.toLowerCase().includes(wanted));
}

export type LogTone = 'bad' | 'wait' | undefined;

/** A level that a line names by a common word or as JSON. */
export function toneOfLine(text: string): LogTone {
  if (/\b(error|fatal|panic|exception)\b|"level":\s*(?:50|60|"(?:error|fatal)")/i.test(text)) return 'bad';
  return /\bwarn(ing)?\b|"level":\s*(?:40|"warn")/i.test(text) ? 'wait' : undefined;
}
