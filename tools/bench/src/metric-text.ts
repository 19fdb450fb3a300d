/** Sum and count of a histogram, over all its labels, or by the values of one. */
export interface HistogramReading {
  sum: number;
  count: number;
}

/** From the text of /metrics; by the value of `label`, or under '' without one. */
export function readHistogram(text: string, name: string, label?: string): Map<string, HistogramReading> {
  const found = new Map<string, HistogramReading>();
  for (const [, part, labels = '', value] of text.matchAll(new RegExp(`^${name}_(sum|count)(?:\\{([^}]*)\\})? (\\S+)$`, 'gm'))) {
    const key = label === undefined ? '' : (new RegExp(`${label}="([^"]*)"`).exec(labels)?.[1] ?? '');
    const reading = found.get(key) ?? { sum: 0, count: 0 };
    reading[part === 'sum' ? 'sum' : 'count'] += Number(value);
    found.set(key, reading);
  }
  return found;
}
