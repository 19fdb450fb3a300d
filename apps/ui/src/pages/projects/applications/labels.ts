export interface Label {
  name: string;
  value: string;
}

/** One label a line; the first line that is none is told. */
export function readLabels(text: string): Label[] | { wrong: string } {
  const labels: Label[] = [];
  for (const line of text.split('\n').map((l) => l.trim())) {
    if (line === '') continue;
    const [, name, value] = /^([A-Za-z0-9./_-]+)\s*[=:]\s*([A-Za-z0-9._-]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return { wrong: line.slice(0, 60) };
    labels.push({ name, value });
  }
  return labels;
}

export const labelsText = (labels: readonly Label[]): string => labels.map(({ name, value }) => `${name}=${value}`).join('\n');
