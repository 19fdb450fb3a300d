/** Envoy's regular expressions are RE2: no look-around, no back references, no possessive or atomic groups. */
const NOT_IN_RE2 = /\(\?(?:[=!>]|<[=!])|(?:^|[^\\])(?:\\\\)*\\[1-9k]/;

/** Letters that mean something after a backslash; RE2 refuses the others, JavaScript takes them as they are. */
const BAD_ESCAPE = /\\(?![aftnrvxdDwWsSbBAzpPQEC0-9])[A-Za-z]/;
const MAX_REPEAT = 1000;

/** Why the expression cannot be used, or undefined. A refused expression would make a proxy refuse everything sent with it. */
export function regexProblem(source: string): string | undefined {
  if (source === '') return 'it is empty';
  if (NOT_IN_RE2.test(source)) return 'look-around and back references are not supported (the syntax is RE2)';
  const plain = source.replaceAll('\\\\', '');
  const escape = BAD_ESCAPE.exec(plain);
  if (escape) return `${escape[0]} is not an escape of RE2`;
  if (/(?:^|[^\\])\[\^?\]/.test(plain)) return 'a set of characters is empty';
  const counts = [...plain.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].flatMap(([, from, to]) => [Number(from), Number(to ?? 0)]);
  if (counts.some((count) => count > MAX_REPEAT)) return `a repetition is above ${MAX_REPEAT}`;
  try {
    new RegExp(plainFlags(source));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : 'it does not parse';
  }
}

/** JavaScript lacks RE2's leading flag group such as (?i). */
function plainFlags(source: string): string {
  return source.replaceAll(/\(\?[imsU]+\)/g, '').replaceAll('(?P<', '(?<');
}

/** Text that matches itself only. */
export function quoteRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Whole-string test of an RE2 expression on plain text; for deciding matches while planning. */
export function regexAccepts(source: string, text: string): boolean {
  const flags = /^\(\?([ims]+)\)/.exec(source)?.[1] ?? '';
  return new RegExp(`^(?:${plainFlags(source)})$`, flags).test(text);
}
