import type { Checked } from './check.js';
import { keyOf } from './compare.js';
import { lookedUp } from './library/operators.js';
import { overloadsOf } from './library/functions.js';
import { isOf, type Overload } from './signatures.js';
import type { Expr, Literal } from './syntax.js';
import { CelError, CostExceeded, ListValue, LiteralMap, MapValue, Optional, TypeValue, Uint, type Value, noOverload } from './values.js';

/** What one evaluation may cost, in cel-go's units. Shared by the expressions of one request. */
export class Budget {
  constructor(private left: number) {}

  /** Throws CostExceeded. */
  spend(cost: number): void {
    this.left -= cost;
    if (this.left < 0) throw new CostExceeded();
  }
  get remaining(): number {
    return this.left;
  }
}

/** Names and their values; a value may be made on demand, once. */
export type Variables = (name: string) => Value | undefined;

interface Frame {
  variables: Variables;
  budget: Budget;
  locals: Local | undefined;
}
interface Local {
  name: string;
  value: Value;
  outer: Local | undefined;
}
type Step = (frame: Frame) => Value;

const SELECT_COST = 1;
const LIST_COST = 10;
const MAP_COST = 30;
const STRUCT_COST = 40;

export type Program = (variables: Variables, budget: Budget) => Value;

/** Throws CelError and CostExceeded when run. */
export function programOf(expr: Expr, checked: Checked): Program {
  const step = new Compiler(checked).step(expr);
  return (variables, budget) => step({ variables, budget, locals: undefined });
}

function literalValue(literal: Literal): Value {
  if (literal.type === 'null') return null;
  return literal.type === 'uint' ? new Uint(literal.value) : literal.value;
}

function localOf(frame: Frame, name: string): Local | undefined {
  let local = frame.locals;
  while (local && local.name !== name) local = local.outer;
  return local;
}

const withLocal = (frame: Frame, name: string, value: Value): Frame => ({ ...frame, locals: { name, value, outer: frame.locals } });

function truth(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw noOverload();
}

/** `&&` and `||` in any order: one side that settles the answer makes up for an error of the other. */
function settledBy(settling: boolean, left: Step, right: Step): Step {
  return (frame) => {
    let failure: unknown;
    for (const side of [left, right]) {
      try {
        if (truth(side(frame)) === settling) return settling;
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !settling;
  };
}

class Compiler {
  constructor(private readonly checked: Checked) {}

  step(expr: Expr): Step {
    switch (expr.kind) {
      case 'literal': {
        const value = literalValue(expr.value);
        return () => value;
      }
      case 'name':
        return this.name(expr.name);
      case 'select':
        return this.select(expr);
      case 'call':
        return this.call(expr);
      case 'list':
        return this.list(expr);
      case 'map':
        return this.map(expr);
      case 'struct':
        return this.struct(expr);
      case 'loop':
        return this.loop(expr);
      case 'bind': {
        const [value, body] = [this.step(expr.value), this.step(expr.body)];
        return (frame) => body(withLocal(frame, expr.name, value(frame)));
      }
      case 'optionalMap': {
        const [of, body] = [this.step(expr.of), this.step(expr.body)];
        return (frame) => {
          const optional = of(frame);
          if (!(optional instanceof Optional)) throw noOverload();
          if (optional.value === undefined) return optional;
          const mapped = body(withLocal(frame, expr.name, optional.value));
          return expr.flat ? mapped : new Optional(mapped);
        };
      }
    }
  }

  private name(name: string): Step {
    return (frame) => {
      frame.budget.spend(SELECT_COST);
      const local = localOf(frame, name);
      if (local) return local.value;
      const value = frame.variables(name);
      return value === undefined ? new TypeValue(name) : value;
    };
  }

  private select(expr: Extract<Expr, { kind: 'select' }>): Step {
    const { of, field, optional, test } = expr;
    const whole = this.checked.qualified.get(expr);
    if (whole !== undefined) return this.name(whole);
    const operand = this.step(of);
    return (frame) => {
      const value = operand(frame);
      frame.budget.spend(SELECT_COST);
      const holder = value instanceof Optional ? value.value : value;
      if (holder === undefined) return test ? false : new Optional(undefined);
      if (!(holder instanceof MapValue)) throw noOverload();
      const found = holder.get(field);
      if (test) return found !== undefined;
      if (optional || value instanceof Optional) return found instanceof Optional ? found : new Optional(found);
      if (found === undefined) throw new CelError(`no such key: ${field}`);
      return found;
    };
  }

  private call(expr: Extract<Expr, { kind: 'call' }>): Step {
    const { name, target, args } = expr;
    const [first, second, third] = args.map((arg) => this.step(arg));
    if (name === '_&&_' && first && second) return settledBy(false, first, second);
    if (name === '_||_' && first && second) return settledBy(true, first, second);
    if (name === '_?_:_' && first && second && third) return (frame) => (truth(first(frame)) ? second(frame) : third(frame));
    if ((name === 'or' || name === 'orValue') && target && first) {
      const of = this.step(target);
      return (frame) => {
        const optional = of(frame);
        if (!(optional instanceof Optional)) throw noOverload();
        if (optional.value === undefined) return first(frame);
        return name === 'or' ? optional : optional.value;
      };
    }
    const isNamespaced = this.checked.namespaced.has(expr);
    const operands = [...(target && !isNamespaced ? [this.step(target)] : []), ...args.map((arg) => this.step(arg))];
    const candidates = this.checked.calls.get(expr) ?? overloadsOf(name) ?? [];
    return (frame) => dispatched(candidates, operands.map((operand) => operand(frame)), frame.budget);
  }

  private list({ items }: Extract<Expr, { kind: 'list' }>): Step {
    const steps = items.map(({ value, optional }) => ({ step: this.step(value), optional }));
    return (frame) => {
      frame.budget.spend(LIST_COST);
      return new ListValue(steps.flatMap(({ step, optional }) => present(step(frame), optional)));
    };
  }

  private map({ entries }: Extract<Expr, { kind: 'map' }>): Step {
    const steps = entries.map(({ key, value, optional }) => ({ key: this.step(key), value: this.step(value), optional }));
    return (frame) => {
      frame.budget.spend(MAP_COST);
      const map = new LiteralMap();
      for (const { key, value, optional } of steps) for (const item of present(value(frame), optional)) map.set(keyOf(key(frame)), item);
      return map;
    };
  }

  /** Objects of mutations: maps that remember nothing of their type. */
  private struct({ fields }: Extract<Expr, { kind: 'struct' }>): Step {
    const steps = fields.map(({ name, value, optional }) => ({ name, value: this.step(value), optional }));
    return (frame) => {
      frame.budget.spend(STRUCT_COST);
      const map = new LiteralMap();
      for (const { name, value, optional } of steps) for (const item of present(value(frame), optional)) map.set(name, item);
      return map;
    };
  }

  private loop(expr: Extract<Expr, { kind: 'loop' }>): Step {
    const over = this.step(expr.over);
    const bodies = expr.body.map((body) => this.step(body));
    const run = loops[expr.macro];
    return (frame) => run(rounds(over(frame), expr.names, frame), bodies);
  }
}

function present(value: Value, optional: boolean): Value[] {
  if (!optional) return [value];
  if (!(value instanceof Optional)) throw noOverload();
  return value.value === undefined ? [] : [value.value];
}

function dispatched(candidates: readonly Overload[], args: Value[], budget: Budget): Value {
  const found = candidates.find(
    ({ parameters }) => parameters.length === args.length && parameters.every((parameter, i) => isOf(parameter, args[i] ?? null)),
  );
  if (!found) throw noOverload();
  budget.spend(found.cost(args));
  return found.call(args);
}

interface Round {
  frame: Frame;
  key: Value;
  /** What the first name stands for. */
  first: Value;
}

function* rounds(over: Value, names: readonly string[], frame: Frame): Generator<Round> {
  const [first = '', second] = names;
  if (over instanceof ListValue) {
    for (const [index, item] of over.items.entries()) {
      const key = BigInt(index);
      const shown = second === undefined ? item : key;
      const inner = withLocal(frame, first, shown);
      yield { frame: second === undefined ? inner : withLocal(inner, second, item), key, first: shown };
    }
  } else if (over instanceof MapValue) {
    for (const key of over.keys()) {
      const inner = withLocal(frame, first, key);
      yield { frame: second === undefined ? inner : withLocal(inner, second, lookedUp(over, key) ?? null), key, first: key };
    }
  } else throw noOverload();
}

type Loop = (rounds: Generator<Round>, bodies: readonly Step[]) => Value;

const run = (body: Step | undefined, { frame }: Round): Value => {
  if (!body) throw noOverload();
  return body(frame);
};

/** all and exists: one round that settles the answer makes up for errors of others. */
function settledByOne(settling: boolean): Loop {
  return (all, [body]) => {
    let failure: unknown;
    for (const round of all) {
      try {
        if (truth(run(body, round)) === settling) return settling;
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !settling;
  };
}

/** With three arguments the first of the bodies says which items count. */
function* mapped(all: Generator<Round>, bodies: readonly Step[]): Generator<{ key: Value; value: Value }> {
  const [test, body] = bodies.length === 2 ? bodies : [undefined, bodies[0]];
  for (const round of all) if (!test || truth(test(round.frame))) yield { key: round.key, value: run(body, round) };
}

const loops: Record<Extract<Expr, { kind: 'loop' }>['macro'], Loop> = {
  all: settledByOne(false),
  exists: settledByOne(true),
  exists_one: (all, [body]) => {
    let count = 0;
    for (const round of all) if (truth(run(body, round))) count++;
    return count === 1;
  },
  filter: (all, [body]) => {
    const kept: Value[] = [];
    for (const round of all) if (truth(run(body, round))) kept.push(round.first);
    return new ListValue(kept);
  },
  map: (all, bodies) => new ListValue([...mapped(all, bodies)].map(({ value }) => value)),
  transformList: (all, bodies) => new ListValue([...mapped(all, bodies)].map(({ value }) => value)),
  transformMap: (all, bodies) => {
    const map = new LiteralMap();
    for (const { key, value } of mapped(all, bodies)) map.set(keyOf(key), value);
    return map;
  },
  transformMapEntry: (all, bodies) => {
    const map = new LiteralMap();
    for (const { value } of mapped(all, bodies)) {
      if (!(value instanceof MapValue)) throw noOverload();
      for (const key of value.keys()) {
        if (map.has(key)) throw new CelError(`insert failed: key ${String(key)} already exists`);
        map.set(key, value.get(key) ?? null);
      }
    }
    return map;
  },
};

