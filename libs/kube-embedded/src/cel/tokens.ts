import { CelSyntaxError, type Literal } from './syntax.js';

export type Token =
  | { kind: 'literal'; at: number; value: Literal; text: string }
  | { kind: 'name'; at: number; text: string; quoted: boolean }
  | { kind: 'symbol'; at: number; text: string }
  | { kind: 'end'; at: number; text: '' };

const SYMBOLS = ['==', '!=', '<=', '>=', '&&', '||', '[?', '{?', '.?', ...'.,()[]{}?:+-*/%!<>'];
const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '?': '?', '"': '"', "'": "'", '`': '`' };
const RESERVED = new Set('as break const continue else false for function if import in let loop null package namespace return true var void while'.split(' '));

export const isReserved = (name: string): boolean => RESERVED.has(name);

/** Throws CelSyntaxError. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = /^(?:\s|\/\/[^\n]*)+/.exec(text.slice(at))?.[0];
    if (blank) {
      at += blank.length;
      continue;
    }
    const token = tokenAt(text, at);
    tokens.push(token.token);
    at += token.length;
  }
  tokens.push({ kind: 'end', at, text: '' });
  return tokens;
}

function tokenAt(text: string, at: number): { token: Token; length: number } {
  const rest = text.slice(at);
  const quoted = /^(?:[bB][rR]?|[rR][bB]?)?(?:"""|'''|"|')/.exec(rest)?.[0];
  if (quoted) return stringAt(rest, at, quoted);
  const number = /^(?:0x[0-9a-fA-F]+[uU]?|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|\d+[uU]?)/.exec(rest)?.[0];
  if (number) return { token: { kind: 'literal', at, text: number, value: numberOf(number, at) }, length: number.length };
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
  if (name === 'true' || name === 'false')
    return { token: { kind: 'literal', at, text: name, value: { type: 'bool', value: name === 'true' } }, length: name.length };
  if (name === 'null') return { token: { kind: 'literal', at, text: name, value: { type: 'null' } }, length: 4 };
  if (name) return { token: { kind: 'name', at, text: name, quoted: false }, length: name.length };
  const escaped = /^`([A-Za-z0-9_.\-/ ]+)`/.exec(rest);
  if (escaped) return { token: { kind: 'name', at, text: escaped[1] ?? '', quoted: true }, length: escaped[0].length };
  const symbol = SYMBOLS.find((candidate) => rest.startsWith(candidate));
  // `a ? .5 : b` and `[?x]` are told apart by what stands before, which the grammar settles: both symbols are read greedily.
  if (symbol) return { token: { kind: 'symbol', at, text: symbol }, length: symbol.length };
  throw new CelSyntaxError(at, `Syntax error: token recognition error at: '${rest[0] ?? ''}'`);
}

function numberOf(text: string, at: number): Literal {
  if (/^(?:0x[0-9a-fA-F]+|\d+)[uU]$/.test(text)) return { type: 'uint', value: bounded(BigInt(text.slice(0, -1)), 0n, 2n ** 64n - 1n, at, 'uint') };
  // The sign is a token of its own; the smallest number is written with one.
  if (/^(?:0x[0-9a-fA-F]+|\d+)$/.test(text)) return { type: 'int', value: bounded(BigInt(text), 0n, 2n ** 63n, at, 'int') };
  return { type: 'double', value: Number(text) };
}

function bounded(value: bigint, least: bigint, most: bigint, at: number, type: string): bigint {
  if (value < least || value > most) throw new CelSyntaxError(at, `invalid ${type} literal`);
  return value;
}

function stringAt(rest: string, at: number, opening: string): { token: Token; length: number } {
  const prefix = opening.replace(/["']+$/, '').toLowerCase();
  const quote = opening.slice(prefix.length);
  const isRaw = prefix.includes('r');
  let end = opening.length;
  for (;;) {
    if (end >= rest.length || (quote.length === 1 && rest[end] === '\n'))
      throw new CelSyntaxError(at, `Syntax error: token recognition error at: '${rest.slice(0, end)}'`);
    if (rest.startsWith(quote, end)) break;
    end += rest[end] === '\\' && !isRaw ? 2 : 1;
  }
  const body = rest.slice(opening.length, end);
  const length = end + quote.length;
  const text = rest.slice(0, length);
  const isBytes = prefix.includes('b');
  const value: Literal = isBytes
    ? { type: 'bytes', value: isRaw ? Buffer.from(body, 'utf8') : unescapedBytes(body, at) }
    : { type: 'string', value: isRaw ? body : unescaped(body, at) };
  return { token: { kind: 'literal', at, text, value }, length };
}

const ESCAPE = /\\(?:([abfnrtv\\?"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g;

function unescaped(body: string, at: number): string {
  return body.replace(ESCAPE, (_, plain?: string, hex?: string, four?: string, eight?: string, octal?: string) => {
    if (plain) return ESCAPES[plain] ?? plain;
    const point = hex ?? four ?? eight;
    if (point) return String.fromCodePoint(Number.parseInt(point, 16));
    if (octal) return String.fromCodePoint(Number.parseInt(octal, 8));
    throw new CelSyntaxError(at, 'Syntax error: invalid escape sequence');
  });
}

/** In bytes, \x and octal escapes are bytes and not code points. */
function unescapedBytes(body: string, at: number): Uint8Array {
  const parts: Buffer[] = [];
  let from = 0;
  for (const match of body.matchAll(ESCAPE)) {
    parts.push(Buffer.from(body.slice(from, match.index), 'utf8'));
    const byte = match[2] ? Number.parseInt(match[2], 16) : match[5] ? Number.parseInt(match[5], 8) : undefined;
    parts.push(byte === undefined ? Buffer.from(unescaped(match[0], at), 'utf8') : Buffer.from([byte]));
    from = match.index + match[0].length;
  }
  return Buffer.concat([...parts, Buffer.from(body.slice(from), 'utf8')]);
}
