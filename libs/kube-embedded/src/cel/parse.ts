import { type Expr, CelSyntaxError, type LoopMacro } from './syntax.js';
import { type Token, isReserved, tokensOf } from './tokens.js';

/** As cel-go: deeper nesting is refused rather than recursed into. */
const DEEPEST = 250;
/** What an operand may begin with, as cel-go's grammar lists it. */
const OPERANDS = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const RELATIONS = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);
const ONE_NAME_LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter']);
const TWO_NAME_LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'existsOne', 'transformList', 'transformMap', 'transformMapEntry']);

/** Throws CelSyntaxError. */
export function parseCel(text: string): Expr {
  const parser = new Parser(tokensOf(text));
  const expr = parser.expression();
  parser.expectEnd();
  return expr;
}

const call = (at: number, name: string, args: Expr[], target?: Expr): Expr => ({ kind: 'call', at, name, target, args });

class Parser {
  private position = 0;
  private depth = 0;

  constructor(private readonly tokens: Token[]) {}

  expectEnd(): void {
    if (this.next.kind !== 'end') this.fail(this.next);
  }

  expression(): Expr {
    if (++this.depth > DEEPEST) throw new CelSyntaxError(this.next.at, `expression recursion limit exceeded: ${DEEPEST}`);
    const condition = this.binaryOr();
    const mark = this.next;
    let expr = condition;
    if (this.take('?')) {
      const yes = this.binaryOr();
      this.expect(':');
      expr = call(mark.at, '_?_:_', [condition, yes, this.expression()]);
    }
    this.depth--;
    return expr;
  }

  private get next(): Token {
    return this.tokens[this.position] as Token;
  }

  private take(...texts: string[]): Token | undefined {
    const token = this.next;
    const fits = (token.kind === 'symbol' || (token.kind === 'name' && !token.quoted)) && texts.includes(token.text);
    if (!fits) return undefined;
    this.position++;
    return token;
  }

  private expect(text: string): Token {
    return this.take(text) ?? this.fail(this.next, text);
  }

  private fail(token: Token, wanted?: string): never {
    const found = token.kind === 'end' ? '<EOF>' : token.text;
    const what = wanted === undefined ? `extraneous input '${found}' expecting <EOF>` : `mismatched input '${found}' expecting ${wanted.startsWith('{') ? wanted : `'${wanted}'`}`;
    throw new CelSyntaxError(token.at, `Syntax error: ${what}`);
  }

  private binary(operators: readonly string[], operand: () => Expr): Expr {
    let left = operand();
    for (let operator = this.take(...operators); operator; operator = this.take(...operators)) {
      const name = operator.text === 'in' ? '@in' : `_${operator.text}_`;
      left = call(operator.at, name, [left, operand()]);
    }
    return left;
  }

  private binaryOr(): Expr {
    return this.binary(['||'], () => this.binary(['&&'], () => this.relation()));
  }

  private relation(): Expr {
    return this.binary([...RELATIONS], () => this.binary(['+', '-'], () => this.binary(['*', '/', '%'], () => this.unary())));
  }

  private unary(): Expr {
    const mark = this.take('!', '-');
    if (!mark) return this.member();
    const following = this.next;
    if (mark.text === '-' && following.kind === 'literal' && (following.value.type === 'int' || following.value.type === 'double')) {
      this.position++;
      const { value } = following;
      const negative: Expr = {
        kind: 'literal',
        at: mark.at,
        value: value.type === 'int' ? { type: 'int', value: -value.value } : { type: 'double', value: -value.value },
      };
      return this.membersOf(negative);
    }
    if (++this.depth > DEEPEST) throw new CelSyntaxError(mark.at, `expression recursion limit exceeded: ${DEEPEST}`);
    const operand = this.unary();
    this.depth--;
    return call(mark.at, mark.text === '!' ? '!_' : '-_', [operand]);
  }

  private member(): Expr {
    return this.membersOf(this.primary());
  }

  private membersOf(start: Expr): Expr {
    let expr = start;
    for (;;) {
      const mark = this.take('.', '.?', '[', '[?', '{');
      if (!mark) return expr;
      if (mark.text === '[' || mark.text === '[?') {
        const index = this.expression();
        this.expect(']');
        expr = call(mark.at, mark.text === '[' ? '_[_]' : '_[?_]', [expr, index]);
      } else if (mark.text === '{') {
        const type = qualifiedName(expr);
        if (type === undefined) this.fail(mark);
        expr = this.struct(mark.at, type);
      } else expr = this.selection(expr, mark);
    }
  }

  private selection(of: Expr, mark: Token): Expr {
    const token = this.next;
    // Words such as `in` and `namespace` are fields like others once they stand behind a dot.
    if (token.kind !== 'name') this.fail(token, 'IDENTIFIER');
    this.position++;
    const open = mark.text === '.' && !token.quoted ? this.take('(') : undefined;
    if (!open) return { kind: 'select', at: mark.at, of, field: token.text, optional: mark.text === '.?', test: false };
    return memberMacro(open.at, token.text, of, this.list(')')) ?? { kind: 'call', at: open.at, name: token.text, target: of, args: this.lastList };
  }

  private lastList: Expr[] = [];

  private list(end: string): Expr[] {
    const items: Expr[] = [];
    while (!this.take(end)) {
      items.push(this.expression());
      if (this.take(',')) continue;
      this.expect(end);
      break;
    }
    this.lastList = items;
    return items;
  }

  private primary(): Expr {
    const token = this.next;
    if (token.kind === 'literal') {
      this.position++;
      if (token.value.type === 'int' && token.value.value === 2n ** 63n) throw new CelSyntaxError(token.at, 'invalid int literal');
      return { kind: 'literal', at: token.at, value: token.value };
    }
    if (this.take('(')) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (this.take('[')) return this.listLiteral(token.at, false);
    if (this.take('[?')) return this.listLiteral(token.at, true);
    if (this.take('{')) return this.mapLiteral(token.at, false);
    if (this.take('{?')) return this.mapLiteral(token.at, true);
    const leading = this.take('.');
    const name = this.next;
    if (name.kind !== 'name' || name.quoted || isReserved(name.text)) this.fail(name, OPERANDS);
    this.position++;
    const open = this.take('(');
    if (!open) return { kind: 'name', at: leading?.at ?? name.at, name: name.text };
    const args = this.list(')');
    return globalMacro(open.at, name.text, args) ?? call(open.at, name.text, args);
  }

  private listLiteral(at: number, firstIsOptional: boolean): Expr {
    const items: { value: Expr; optional: boolean }[] = [];
    let optional = firstIsOptional;
    while (!this.take(']')) {
      optional ||= this.take('?') !== undefined;
      items.push({ value: this.expression(), optional });
      optional = false;
      if (this.take(',')) continue;
      this.expect(']');
      break;
    }
    return { kind: 'list', at, items };
  }

  private mapLiteral(at: number, firstIsOptional: boolean): Expr {
    const entries: { key: Expr; value: Expr; optional: boolean }[] = [];
    let optional = firstIsOptional;
    while (!this.take('}')) {
      optional ||= this.take('?') !== undefined;
      const key = this.expression();
      this.expect(':');
      entries.push({ key, value: this.expression(), optional });
      optional = false;
      if (this.take(',')) continue;
      this.expect('}');
      break;
    }
    return { kind: 'map', at, entries };
  }

  private struct(at: number, type: string): Expr {
    const fields: { name: string; value: Expr; optional: boolean }[] = [];
    while (!this.take('}')) {
      const optional = this.take('?') !== undefined;
      const name = this.next;
      if (name.kind !== 'name') this.fail(name, 'IDENTIFIER');
      this.position++;
      this.expect(':');
      fields.push({ name: name.text, value: this.expression(), optional });
      if (this.take(',')) continue;
      this.expect('}');
      break;
    }
    return { kind: 'struct', at, type, fields };
  }
}

function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'select' || expr.optional) return undefined;
  const before = qualifiedName(expr.of);
  return before === undefined ? undefined : `${before}.${expr.field}`;
}

function globalMacro(at: number, name: string, args: Expr[]): Expr | undefined {
  if (name !== 'has') return undefined;
  const [field] = args;
  if (args.length !== 1 || field?.kind !== 'select') throw new CelSyntaxError(at, 'invalid argument to has() macro');
  return { ...field, at, test: true };
}

function memberMacro(at: number, name: string, target: Expr, args: Expr[]): Expr | undefined {
  const nameOf = (expr: Expr | undefined): string => {
    if (expr?.kind === 'name') return expr.name;
    throw new CelSyntaxError(expr?.at ?? at, 'argument must be a simple name');
  };
  if (target.kind === 'name' && target.name === 'cel' && name === 'bind' && args.length === 3)
    return { kind: 'bind', at, name: nameOf(args[0]), value: args[1] as Expr, body: args[2] as Expr };
  if ((name === 'optMap' || name === 'optFlatMap') && args.length === 2)
    return { kind: 'optionalMap', at, of: target, name: nameOf(args[0]), body: args[1] as Expr, flat: name === 'optFlatMap' };
  const loop = (names: number): Expr => ({
    kind: 'loop',
    at,
    macro: (name === 'existsOne' ? 'exists_one' : name) as LoopMacro,
    over: target,
    names: args.slice(0, names).map(nameOf),
    body: args.slice(names),
  });
  if (ONE_NAME_LOOPS.has(name) && (args.length === 2 || (name === 'map' && args.length === 3))) return loop(1);
  if (TWO_NAME_LOOPS.has(name) && (args.length === 3 || (args.length === 4 && name.startsWith('transform')))) return loop(2);
  return undefined;
}
