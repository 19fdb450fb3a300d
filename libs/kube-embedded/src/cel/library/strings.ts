import { RE2JS } from 're2js';
import { asText } from './conversions.js';
import { declare, int, items, list, type Overload, text } from '../signatures.js';
import { CelError, Duration, ListValue, MapValue, TypeValue, Uint, type Value, typeNameOf } from '../values.js';

/** Compiled patterns. Bounded: the oldest goes when full. RE2 matches in linear time, whoever wrote the pattern. */
const patterns = new Map<string, RE2JS>();
const MOST_PATTERNS = 500;

function patternOf(source: string): RE2JS {
  const known = patterns.get(source);
  if (known) return known;
  try {
    const made = RE2JS.compile(source);
    if (patterns.size >= MOST_PATTERNS) patterns.delete(patterns.keys().next().value ?? '');
    patterns.set(source, made);
    return made;
  } catch (error) {
    throw new CelError((error as Error).message);
  }
}

function allMatches(subject: string, pattern: string, limit: number): string[] {
  const matcher = patternOf(pattern).matcher(subject);
  const found: string[] = [];
  while (found.length < limit && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

/** Texts are counted in code points. */
const points = (value: Value | undefined): string[] => [...text(value)];

function indexWithin(subject: string[], wanted: string[], from: number, step: 1 | -1): bigint {
  if (from < 0 || from > subject.length) throw new CelError(`index out of range: ${from}`);
  const last = subject.length - wanted.length;
  for (let start = step === 1 ? from : Math.min(from, last); start >= 0 && start <= last; start += step)
    if (wanted.every((letter, i) => subject[start + i] === letter)) return BigInt(start);
  return -1n;
}

function substring([subject, from, to]: Value[]): Value {
  const letters = points(subject);
  const start = Number(int(from));
  const end = to === undefined ? letters.length : Number(int(to));
  if (start < 0 || start > letters.length) throw new CelError(`index out of range: ${start}`);
  if (end < 0 || end > letters.length) throw new CelError(`index out of range: ${end}`);
  if (start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  return letters.slice(start, end).join('');
}

function replaced([subject, from, to, limit]: Value[]): Value {
  const count = limit === undefined ? -1 : Number(int(limit));
  if (count < 0) return text(subject).replaceAll(text(from), () => text(to));
  let [result, rest] = ['', text(subject)];
  for (let i = 0; i < count; i++) {
    const at = rest.indexOf(text(from));
    if (at < 0) break;
    result += rest.slice(0, at) + text(to);
    rest = rest.slice(at + text(from).length);
  }
  return result + rest;
}

function split([subject, separator, limit]: Value[]): Value {
  const parts = text(separator) === '' ? points(subject) : text(subject).split(text(separator));
  const most = limit === undefined ? -1 : Number(int(limit));
  if (most < 0 || parts.length <= most) return list(parts);
  if (most === 0) return list([]);
  return list([...parts.slice(0, most - 1), parts.slice(most - 1).join(text(separator))]);
}

const ascii = (change: (letter: string) => string) => ([subject]: Value[]): Value => text(subject).replace(/[A-Za-z]/g, change);

/** `%s` of any value. */
function shown(value: Value): string {
  if (value instanceof ListValue) return `[${value.items.map(shown).join(', ')}]`;
  if (value instanceof MapValue) {
    const entries = value.keys().map((key): [string, Value] => [shown(key), value.get(key) ?? null]);
    return `{${entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => `${key}: ${shown(item)}`).join(', ')}}`;
  }
  if (value === null) return 'null';
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Duration) return `${Number(value.nanos) / 1e9}s`;
  return asText(value);
}

function wholeNumber(value: Value, radix: number): string {
  const number = value instanceof Uint ? value.value : typeof value === 'boolean' ? BigInt(value) : value;
  if (typeof number === 'bigint') return number.toString(radix);
  if (radix === 16 && typeof value === 'string') return Buffer.from(value).toString('hex');
  throw new CelError(`error during formatting: only integers can be formatted this way, was given ${typeNameOf(value)}`);
}

function decimal(value: Value, places: number, exponent: boolean): string {
  const number = typeof value === 'bigint' ? Number(value) : value instanceof Uint ? Number(value.value) : value;
  if (typeof number !== 'number') throw new CelError(`error during formatting: only numbers can be formatted this way, was given ${typeNameOf(value)}`);
  return exponent ? number.toExponential(places).replace(/e([+-])(\d)$/, 'e$10$2') : number.toFixed(places);
}

function formatted([format, values]: Value[]): Value {
  const args = items(values);
  let next = 0;
  return text(format).replace(/%(?:%|(?:\.(\d+))?([a-zA-Z]))/g, (whole, places?: string, verb?: string) => {
    if (whole === '%%') return '%';
    const value = args[next];
    if (value === undefined) throw new CelError(`index ${next} out of range`);
    next++;
    const precision = places === undefined ? 6 : Number(places);
    switch (verb) {
      case 's':
        return shown(value);
      case 'd':
        return wholeNumber(value, 10);
      case 'b':
        return wholeNumber(value, 2);
      case 'o':
        return wholeNumber(value, 8);
      case 'x':
        return wholeNumber(value, 16);
      case 'X':
        return wholeNumber(value, 16).toUpperCase();
      case 'f':
        return decimal(value, precision, false);
      case 'e':
        return decimal(value, precision, true);
      default:
        throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb ?? ''}"`);
    }
  });
}

const asciiEscapes: Record<string, string> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"' };
const WHITE = /^[\s\u0085]+|[\s\u0085]+$/g;

export const strings: Overload[] = [
  declare('string.contains(string): bool', ([a, b]) => text(a).includes(text(b)), [0]),
  declare('string.startsWith(string): bool', ([a, b]) => text(a).startsWith(text(b)), [1]),
  declare('string.endsWith(string): bool', ([a, b]) => text(a).endsWith(text(b)), [1]),
  declare('string.matches(string): bool', ([a, b]) => patternOf(text(b)).matcher(text(a)).find(), [0, 1]),
  declare('matches(string, string): bool', ([a, b]) => patternOf(text(b)).matcher(text(a)).find(), [0, 1]),
  declare('string.find(string): string', ([a, b]) => allMatches(text(a), text(b), 1)[0] ?? '', [0, 1]),
  declare('string.findAll(string): list<string>', ([a, b]) => list(allMatches(text(a), text(b), Number.MAX_SAFE_INTEGER)), [0, 1]),
  declare('string.findAll(string, int): list<string>', ([a, b, n]) => list(allMatches(text(a), text(b), int(n) < 0n ? Number.MAX_SAFE_INTEGER : Number(int(n)))), [0, 1]),
  declare('string.charAt(int): string', ([a, at]) => {
    const letters = points(a);
    const place = Number(int(at));
    if (place < 0 || place > letters.length) throw new CelError(`index out of range: ${place}`);
    return letters[place] ?? '';
  }),
  declare('string.indexOf(string): int', ([a, b]) => indexWithin(points(a), points(b), 0, 1), [0]),
  declare('string.indexOf(string, int): int', ([a, b, from]) => indexWithin(points(a), points(b), Number(int(from)), 1), [0]),
  declare('string.lastIndexOf(string): int', ([a, b]) => indexWithin(points(a), points(b), points(a).length, -1), [0]),
  declare('string.lastIndexOf(string, int): int', ([a, b, from]) => indexWithin(points(a), points(b), Number(int(from)), -1), [0]),
  declare('string.lowerAscii(): string', ascii((letter) => letter.toLowerCase()), [0]),
  declare('string.upperAscii(): string', ascii((letter) => letter.toUpperCase()), [0]),
  declare('string.replace(string, string): string', replaced, [0]),
  declare('string.replace(string, string, int): string', replaced, [0]),
  declare('string.split(string): list<string>', split, [0]),
  declare('string.split(string, int): list<string>', split, [0]),
  declare('string.substring(int): string', substring, [0]),
  declare('string.substring(int, int): string', substring, [0]),
  declare('string.trim(): string', ([a]) => text(a).replace(WHITE, ''), [0]),
  declare('string.reverse(): string', ([a]) => points(a).reverse().join(''), [0]),
  declare('list<string>.join(): string', ([a]) => items(a).map(text).join(''), [0]),
  declare('list<string>.join(string): string', ([a, b]) => items(a).map(text).join(text(b)), [0]),
  declare('string.format(list<dyn>): string', formatted, [0]),
  declare('strings.quote(string): string', ([a]) => `"${text(a).replace(/[\x07\b\f\n\r\t\v\\"]/g, (letter) => asciiEscapes[letter] ?? letter)}"`, [0]),
  declare('jsonpatch.escapeKey(string): string', ([a]) => text(a).replaceAll('~', '~0').replaceAll('/', '~1'), [0]),
];
