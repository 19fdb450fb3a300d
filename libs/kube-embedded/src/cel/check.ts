import { overloadsOf } from './library/functions.js';
import type { Overload } from './signatures.js';
import { CelSyntaxError, type Expr } from './syntax.js';
import { type Binding, type CelType, dyn, fits, joined, listOf, mapOf, optionalOf, scalar, substituted, typeText } from './types.js';

/** Names that an expression may use, with their types. */
export type Declarations = ReadonlyMap<string, CelType>;

export interface Checked {
  type: CelType;
  types: ReadonlyMap<Expr, CelType>;
  /** The forms that a call may turn out to be, and the name under which they were found. */
  calls: ReadonlyMap<Expr, readonly Overload[]>;
  /** Calls whose target is a namespace and no value: `sets.contains(...)`. */
  namespaced: ReadonlySet<Expr>;
  /** Selections that are a declared name as a whole: `authorizer.requestResource`. */
  qualified: ReadonlyMap<Expr, string>;
  /** Declared names that occur. */
  used: ReadonlySet<string>;
  problems: CelSyntaxError[];
}

const TYPE_NAMES: ReadonlySet<string> = new Set(
  'int uint double bool string bytes list map null_type type google.protobuf.Timestamp google.protobuf.Duration optional_type'.split(' '),
);
const bool = scalar('bool');

export function checkCel(expr: Expr, declarations: Declarations): Checked {
  const checker = new Checker(declarations);
  const type = checker.typeOf(expr);
  const { types, calls, namespaced, qualified, used, problems } = checker;
  return { type, types, calls, namespaced, qualified, used, problems };
}

class Checker {
  readonly types = new Map<Expr, CelType>();
  readonly calls = new Map<Expr, readonly Overload[]>();
  readonly namespaced = new Set<Expr>();
  readonly qualified = new Map<Expr, string>();
  readonly used = new Set<string>();
  readonly problems: CelSyntaxError[] = [];
  private locals: { name: string; type: CelType }[] = [];

  constructor(private readonly declarations: Declarations) {}

  typeOf(expr: Expr): CelType {
    const type = this.inferred(expr);
    this.types.set(expr, type);
    return type;
  }

  private problem(at: number, message: string): CelType {
    this.problems.push(new CelSyntaxError(at, message));
    return dyn;
  }

  private inferred(expr: Expr): CelType {
    switch (expr.kind) {
      case 'literal':
        return scalar(expr.value.type);
      case 'name':
        return this.nameType(expr.name) ?? this.problem(expr.at, `undeclared reference to '${expr.name}' (in container '')`);
      case 'select':
        return this.selected(expr);
      case 'call':
        return this.called(expr);
      case 'list':
        return listOf(joined(expr.items.map(({ value, optional }) => this.unwrapped(this.typeOf(value), optional))));
      case 'map':
        return mapOf(
          joined(expr.entries.map(({ key }) => this.typeOf(key))),
          joined(expr.entries.map(({ value, optional }) => this.unwrapped(this.typeOf(value), optional))),
        );
      case 'struct':
        for (const { value } of expr.fields) this.typeOf(value);
        return dyn;
      case 'loop':
        return this.looped(expr);
      case 'bind':
        return this.within([{ name: expr.name, type: this.typeOf(expr.value) }], () => this.typeOf(expr.body));
      case 'optionalMap': {
        const of = this.typeOf(expr.of);
        const inner = of.kind === 'optional' ? of.of : of.kind === 'dyn' ? dyn : this.problem(expr.at, `expected type 'optional_type' but found '${typeText(of)}'`);
        const body = this.within([{ name: expr.name, type: inner }], () => this.typeOf(expr.body));
        return expr.flat ? body : optionalOf(body);
      }
    }
  }

  private unwrapped(type: CelType, optional: boolean): CelType {
    return optional && type.kind === 'optional' ? type.of : type;
  }

  private within<T>(names: { name: string; type: CelType }[], run: () => T): T {
    const before = this.locals;
    this.locals = [...before, ...names];
    try {
      return run();
    } finally {
      this.locals = before;
    }
  }

  private nameType(name: string): CelType | undefined {
    const local = this.locals.findLast((candidate) => candidate.name === name);
    if (local) return local.type;
    const declared = this.declarations.get(name);
    if (declared) this.used.add(name);
    return declared ?? (TYPE_NAMES.has(name) ? scalar('type') : undefined);
  }

  private selected(expr: Extract<Expr, { kind: 'select' }>): CelType {
    const whole = expr.of.kind === 'name' && !expr.test ? `${expr.of.name}.${expr.field}` : '';
    const declared = this.declarations.get(whole);
    if (declared) {
      this.qualified.set(expr, whole);
      this.used.add(whole);
      return declared;
    }
    const of = this.typeOf(expr.of);
    const inOptional = of.kind === 'optional';
    const found = this.fieldType(expr, inOptional ? of.of : of);
    if (expr.test) return bool;
    return expr.optional || inOptional ? (found.kind === 'optional' ? found : optionalOf(found)) : found;
  }

  private fieldType({ at, field }: Extract<Expr, { kind: 'select' }>, of: CelType): CelType {
    if (of.kind === 'object') return of.field(field) ?? this.problem(at, `undefined field '${field}'`);
    if (of.kind === 'map') return of.value;
    return of.kind === 'dyn' ? dyn : this.problem(at, `type '${typeText(of)}' does not support field selection`);
  }

  private called(expr: Extract<Expr, { kind: 'call' }>): CelType {
    const { name, target, args, at } = expr;
    if (name === '_&&_' || name === '_||_') {
      for (const arg of args) this.expectBool(arg);
      return bool;
    }
    if (name === '_?_:_') {
      const [condition, yes, no] = args as [Expr, Expr, Expr];
      this.expectBool(condition);
      return this.either(at, this.typeOf(yes), this.typeOf(no));
    }
    if ((name === 'or' || name === 'orValue') && target && args.length === 1) return this.otherwise(expr, target, args[0] as Expr);
    const scoped = target?.kind === 'name' && !this.nameType(target.name) ? `${target.name}.${name}` : undefined;
    if (scoped !== undefined && overloadsOf(scoped)) {
      this.namespaced.add(expr);
      return this.resolved(expr, scoped, args, false);
    }
    return this.resolved(expr, name, target ? [target, ...args] : args, target !== undefined);
  }

  private expectBool(expr: Expr): void {
    const type = this.typeOf(expr);
    if (type.kind !== 'bool' && type.kind !== 'dyn') this.problem(expr.at, `expected type 'bool' but found '${typeText(type)}'`);
  }

  private either(at: number, yes: CelType, no: CelType): CelType {
    const binding: Binding = new Map();
    const same: CelType = { kind: 'variable', name: 'A' };
    if (fits(same, yes, binding) && fits(same, no, binding)) return substituted(same, binding);
    return this.problem(at, `found no matching overload for '_?_:_' applied to '(bool, ${typeText(yes)}, ${typeText(no)})'`);
  }

  private otherwise(expr: Expr & { kind: 'call' }, target: Expr, fallback: Expr): CelType {
    const [of, other] = [this.typeOf(target), this.typeOf(fallback)];
    if (of.kind === 'dyn') return dyn;
    if (of.kind === 'optional') return expr.name === 'or' ? (other.kind === 'optional' ? of : dyn) : this.either(expr.at, of.of, other);
    return this.problem(expr.at, `found no matching overload for '${expr.name}' applied to '${typeText(of)}.(${typeText(other)})'`);
  }

  private resolved(expr: Extract<Expr, { kind: 'call' }>, name: string, args: readonly Expr[], isMember: boolean): CelType {
    const types = args.map((arg) => this.typeOf(arg));
    const all = overloadsOf(name);
    if (!all) return this.problem(expr.at, `undeclared reference to '${name}' (in container '')`);
    const results: CelType[] = [];
    const fitting = all.filter((overload) => {
      if (overload.isMember !== isMember || overload.parameters.length !== types.length) return false;
      const binding: Binding = new Map();
      if (!overload.parameters.every((parameter, i) => fits(parameter, types[i] ?? dyn, binding))) return false;
      results.push(substituted(overload.result, binding));
      return true;
    });
    this.calls.set(expr, fitting);
    if (fitting.length > 0) return joined(results);
    const [first, ...rest] = types.map(typeText);
    const applied = isMember ? `${first ?? ''}.(${rest.join(', ')})` : `(${types.map(typeText).join(', ')})`;
    return this.problem(expr.at, `found no matching overload for '${name}' applied to '${applied}'`);
  }

  private looped(expr: Extract<Expr, { kind: 'loop' }>): CelType {
    const over = this.typeOf(expr.over);
    const [first = '', second] = expr.names;
    const [key, value] =
      over.kind === 'list' ? [scalar('int'), over.of] : over.kind === 'map' ? [over.key, over.value] : [dyn, dyn];
    if (!['list', 'map', 'dyn'].includes(over.kind))
      this.problem(expr.over.at, `expression of type '${typeText(over)}' cannot be range of a comprehension (must be list, map, or dynamic)`);
    const names =
      second === undefined
        ? [{ name: first, type: over.kind === 'list' ? value : key }]
        : [
            { name: first, type: key },
            { name: second, type: value },
          ];
    return this.within(names, () => {
      const types = expr.body.map((body) => this.typeOf(body));
      const last = types.at(-1) ?? dyn;
      const isTest = (index: number): boolean => ['all', 'exists', 'exists_one', 'filter'].includes(expr.macro) || index < types.length - 1;
      types.forEach((type, index) => {
        const body = expr.body[index];
        if (body && isTest(index) && type.kind !== 'bool' && type.kind !== 'dyn')
          this.problem(body.at, `expected type 'bool' but found '${typeText(type)}'`);
      });
      switch (expr.macro) {
        case 'filter':
          return listOf(names[0]?.type ?? dyn);
        case 'map':
        case 'transformList':
          return listOf(last);
        case 'transformMap':
          return mapOf(key, last);
        case 'transformMapEntry':
          return last.kind === 'map' ? last : mapOf(dyn, dyn);
        default:
          return bool;
      }
    });
  }
}
