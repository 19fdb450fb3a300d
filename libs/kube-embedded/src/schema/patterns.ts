/** Compiled patterns of custom kinds. Bounded: the oldest goes when full. */
const compiled = new Map<string, RegExp | undefined>();
const maxCompiled = 2000;

/**
 * A Go (RE2) pattern as a JavaScript expression; undefined when it is none. What differs and occurs in practice is translated:
 * (?i) and (?s) at the start, \A, \z, \Z, \pL without braces, POSIX classes, and (?P<name>. RE2 knows neither look-around nor
 * back references, so a pattern that has them is no pattern.
 */
export function compiledPattern(pattern: string): RegExp | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  const expression = compile(pattern);
  if (compiled.size >= maxCompiled) compiled.delete(compiled.keys().next().value ?? '');
  compiled.set(pattern, expression);
  return expression;
}

const posixClasses: Record<string, string> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\s',
  word: '\\w',
  xdigit: '0-9a-fA-F',
  punct: '!-\\/:-@\\[-`{-~',
};

function compile(pattern: string): RegExp | undefined {
  if (/\(\?<?[=!]/.test(pattern) || /(^|[^\\])(\\\\)*\\[1-9]/.test(pattern)) return undefined;
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  const body = (flags ? pattern.slice(flags[0].length) : pattern)
    .replace(/\[:(\w+):\]/g, (whole, name: string) => posixClasses[name] ?? whole)
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/\(\?P</g, '(?<');
  const attempt = (mode: string): RegExp | undefined => {
    try {
      return new RegExp(body, mode);
    } catch {
      return undefined;
    }
  };
  const chosen = flags?.[1] ?? '';
  // Unicode mode first, as RE2 works on code points; it refuses needless escapes that RE2 accepts.
  return attempt(`u${chosen}`) ?? attempt(chosen);
}
