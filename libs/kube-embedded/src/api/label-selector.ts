import { badLabelValue, badQualifiedName } from '@tidegate/kube';
import type { FieldError } from '../resources/resource-definition.js';
import { invalidValue } from '../schema/field-errors.js';

/**
 * Label selectors with the grammar and the complaints of k8s.io/apimachinery/pkg/labels:
 *   selector    = requirement {"," requirement}
 *   requirement = ["!"] key | key ("in" | "notin") "(" [value {"," value}] ")" | key ("=" | "==" | "!=" | ">" | "<") [value]
 */
export type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

/** The selector's text is wrong; the message is Kubernetes'. */
export class SelectorSyntaxError extends Error {}

type TokenKind = 'identifier' | 'in' | 'notin' | '!' | '=' | '==' | '!=' | '>' | '<' | '(' | ')' | ',' | 'end' | 'error';
interface Token {
  kind: TokenKind;
  text: string;
}

const SYMBOLS: ReadonlySet<string> = new Set(['!', '=', '==', '!=', '>', '<', '(', ')', ',']);
const SPECIAL = /[=!(),<>]/;
const BINARY = 'in, notin, =, ==, !=, gt, lt';

function tokensOf(selector: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < selector.length;) {
    const char = selector[at] as string;
    if (/[ \t\r\n]/.test(char)) at++;
    else if (SPECIAL.test(char)) {
      const token = symbolAt(selector, at);
      tokens.push(token);
      at += Math.max(1, token.text.length);
      if (token.kind === 'error') break;
    } else {
      const word = /^[^ \t\r\n=!(),<>]+/.exec(selector.slice(at))?.[0] ?? char;
      tokens.push({ kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
      at += word.length;
    }
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function symbolAt(selector: string, at: number): Token {
  const two = selector.slice(at, at + 2);
  const text = SYMBOLS.has(two) ? two : (selector[at] as string);
  return isSymbol(text) ? { kind: text, text } : { kind: 'error', text };
}

function isSymbol(text: string): text is TokenKind {
  return SYMBOLS.has(text);
}

class Parser {
  private readonly tokens: Token[];
  private at = 0;

  constructor(selector: string) {
    this.tokens = tokensOf(selector);
  }

  parse(): LabelTest[] {
    const tests: LabelTest[] = [];
    for (;;) {
      const next = this.peek();
      if (next.kind === 'end') return tests;
      if (next.kind !== 'identifier' && next.kind !== '!') throw found(next, ", expected: !, identifier, or 'end of string'");
      tests.push(this.wrapped());
      const after = this.take();
      if (after.kind === 'end') return tests;
      if (after.kind !== ',') throw found(after, ", expected: ',' or 'end of string'");
      const following = this.peek();
      if (following.kind !== 'identifier' && following.kind !== '!') throw found(following, ", expected: identifier after ','");
    }
  }

  private wrapped(): LabelTest {
    try {
      return this.requirement();
    } catch (error) {
      if (!(error instanceof SelectorSyntaxError)) throw error;
      throw new SelectorSyntaxError(`unable to parse requirement: ${error.message}`);
    }
  }

  private requirement(): LabelTest {
    let key = this.take();
    const negated = key.kind === '!';
    if (negated) key = this.take();
    if (key.kind !== 'identifier') throw found(key, ', expected: identifier');
    const name = key.text;
    check(badQualifiedName(name).map((complaint) => invalidValue('key', name, complaint)));
    const next = this.peek().kind;
    if (negated) return (labels) => labels[name] === undefined;
    if (next === 'end' || next === ',') return (labels) => labels[name] !== undefined;
    return this.comparison(name);
  }

  private comparison(key: string): LabelTest {
    // Only here are the words "in" and "notin" operators; elsewhere they are labels like any other.
    const operator = this.tokens[this.at++] ?? { kind: 'end', text: '' };
    switch (operator.kind) {
      case 'in':
      case 'notin': {
        const values = this.values();
        checkValues(key, [...values].sort());
        return operator.kind === 'in'
          ? (labels) => labels[key] !== undefined && values.has(labels[key])
          : (labels) => labels[key] === undefined || !values.has(labels[key]);
      }
      case '=':
      case '==':
      case '!=': {
        const value = this.exactValue();
        checkValues(key, [value]);
        return operator.kind === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
      }
      case '>':
      case '<':
        return this.order(key, operator.kind, this.exactValue());
      default:
        throw found(operator, `, expected: ${BINARY}`);
    }
  }

  private order(key: string, operator: '>' | '<', value: string): LabelTest {
    if (!/^[+-]?\d+$/.test(value)) check([invalidValue('values[0]', value, "for 'Gt', 'Lt' operators, the value must be an integer")]);
    checkValues(key, [value]);
    const limit = BigInt(value);
    return (labels) => {
      const own = labels[key];
      if (own === undefined || !/^[+-]?\d+$/.test(own)) return false;
      return operator === '>' ? BigInt(own) > limit : BigInt(own) < limit;
    };
  }

  private exactValue(): string {
    const next = this.peek().kind;
    if (next === 'end' || next === ',') return '';
    const value = this.take();
    if (value.kind !== 'identifier') throw found(value, ', expected: identifier');
    return value.text;
  }

  private values(): Set<string> {
    const open = this.take();
    if (open.kind !== '(') throw found(open, " expected: '('");
    const values = new Set<string>();
    const first = this.peek();
    if (first.kind === ')') values.add('');
    else if (first.kind !== 'identifier' && first.kind !== ',') throw found(first, ", expected: ',', ')' or identifier");
    while (this.peek().kind !== ')') {
      const token = this.take();
      if (token.kind === 'identifier') {
        values.add(token.text);
        const next = this.peek();
        if (next.kind !== ',' && next.kind !== ')') throw found(next, ", expected: ',' or ')'");
      } else if (token.kind === ',') {
        const next = this.peek().kind;
        if (values.size === 0 || next === ')' || next === ',') values.add('');
      } else throw found(token, ", expected: ',', or identifier");
    }
    this.take();
    return values;
  }

  private peek(): Token {
    return asValue(this.tokens[this.at]);
  }

  private take(): Token {
    return asValue(this.tokens[this.at++]);
  }
}

function asValue(token: Token | undefined): Token {
  if (!token) return { kind: 'end', text: '' };
  return token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token;
}

function found(token: Token, expected: string): SelectorSyntaxError {
  return new SelectorSyntaxError(`found '${token.text}'${expected}`);
}

function checkValues(key: string, values: string[]): void {
  check(values.flatMap((value, i) => badLabelValue(value).map((complaint) => invalidValue(`values[${i}][${key}]`, value, complaint))));
}

function check(errors: FieldError[]): void {
  if (errors.length === 0) return;
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  throw new SelectorSyntaxError(texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`);
}

/** One test per requirement. Throws SelectorSyntaxError. */
export function parseLabelSelector(selector: string): LabelTest[] {
  return new Parser(selector).parse();
}
