import type { Schema } from '../resources/resource-definition.js';
import type { Checked } from './check.js';
import { escapedName } from './schema-values.js';
import type { Expr } from './syntax.js';

/** Largest request, in bytes: what has no bound of its own is bounded by it. */
const REQUEST_BYTES = 3 * 1024 * 1024;
const SELECT = 1;
const MOST = Number.MAX_SAFE_INTEGER;
/** What cel-go's accumulator of a loop costs in each round beside the body. */
const ROUND = 3;

/** What is known about a value before there is one. */
interface Shape {
  schema?: Schema | undefined;
  /** Letters or items at most. */
  size?: number | undefined;
  item?: Shape | undefined;
}
interface Estimate {
  cost: number;
  shape: Shape;
}

const bounded = (value: number): number => Math.min(value, MOST);

/** Bytes that a value of this schema takes at least when it is written as JSON. */
function leastBytes(schema: Schema | undefined): number {
  switch (schema?.type) {
    case 'string':
      return 2 + (schema.minLength ?? 0);
    case 'boolean':
      return 4;
    case 'array':
      return 2;
    case 'object':
      return 2 + (schema.required ?? []).reduce((sum, name) => sum + name.length + 4 + leastBytes(schema.properties?.[name]), 0);
    default:
      return 1;
  }
}

/** How many values of this schema one request can hold. */
export const mostValues = (schema: Schema): number => Math.floor(REQUEST_BYTES / (leastBytes(schema) + 1));

/** Letters or items that a value of this schema has at most. */
function mostOf(schema: Schema): number {
  if (schema.type === 'string') {
    if (schema.format === 'date-time' || schema.format === 'duration') return 32;
    if (schema.format === 'date') return 10;
    const listed = schema.enum?.map((value) => (typeof value === 'string' ? value.length : 0));
    if (listed?.length) return Math.max(...listed);
    return schema.maxLength === undefined ? REQUEST_BYTES - 2 : schema.maxLength * 4;
  }
  if (schema.type === 'array') return schema.maxItems ?? Math.floor((REQUEST_BYTES - 2) / (leastBytes(schema.items) + 1));
  const inner = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return inner ? (schema.maxProperties ?? Math.floor((REQUEST_BYTES - 2) / (leastBytes(inner) + 6))) : 1;
}

const sizeOf = ({ schema, size }: Shape): number => size ?? (schema ? mostOf(schema) : 1);

function fieldOf(schema: Schema | undefined, name: string): Schema | undefined {
  if (!schema) return undefined;
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  return Object.entries(schema.properties ?? {}).find(([property]) => escapedName(property) === name)?.[1];
}

function itemOf({ schema, item }: Shape): Shape {
  if (item) return item;
  const inner = schema?.type === 'array' ? schema.items : typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return { schema: inner };
}

/** What an expression costs at most, in units of cel-go (checker.Cost), for values of these schemas. */
export function estimatedCost(expr: Expr, checked: Checked, schemas: ReadonlyMap<string, Schema>): number {
  const estimator = new Estimator(checked, new Map([...schemas].map(([name, schema]) => [name, { schema }])));
  return estimator.of(expr).cost;
}

class Estimator {
  constructor(
    private readonly checked: Checked,
    private readonly names: ReadonlyMap<string, Shape>,
  ) {}

  of(expr: Expr): Estimate {
    switch (expr.kind) {
      case 'literal':
        return { cost: 0, shape: { size: expr.value.type === 'string' || expr.value.type === 'bytes' ? expr.value.value.length : 1 } };
      case 'name':
        return { cost: SELECT, shape: this.names.get(expr.name) ?? {} };
      case 'select': {
        const of = this.of(expr.of);
        return { cost: bounded(of.cost + SELECT), shape: { schema: fieldOf(of.shape.schema, expr.field) } };
      }
      case 'list': {
        const items = expr.items.map(({ value }) => this.of(value));
        return { cost: bounded(10 + sum(items)), shape: { size: items.length, item: items[0]?.shape } };
      }
      case 'map':
        return { cost: bounded(30 + sum(expr.entries.flatMap(({ key, value }) => [this.of(key), this.of(value)]))), shape: { size: expr.entries.length } };
      case 'struct':
        return { cost: bounded(40 + sum(expr.fields.map(({ value }) => this.of(value)))), shape: {} };
      case 'bind': {
        const value = this.of(expr.value);
        const body = this.with(expr.name, value.shape).of(expr.body);
        return { cost: bounded(value.cost + body.cost), shape: body.shape };
      }
      case 'optionalMap': {
        const of = this.of(expr.of);
        const body = this.with(expr.name, of.shape).of(expr.body);
        return { cost: bounded(of.cost + body.cost + ROUND), shape: body.shape };
      }
      case 'loop':
        return this.loop(expr);
      case 'call':
        return this.call(expr);
    }
  }

  private with(name: string, shape: Shape): Estimator {
    return new Estimator(this.checked, new Map([...this.names, [name, shape]]));
  }

  private loop(expr: Extract<Expr, { kind: 'loop' }>): Estimate {
    const over = this.of(expr.over);
    const rounds = sizeOf(over.shape);
    const item = itemOf(over.shape);
    const last = expr.names.at(-1) ?? '';
    // Keys count as nothing, as they do in Kubernetes.
    const overMap = over.shape.schema?.type === 'object';
    const named = overMap && expr.names.length === 1 ? { size: 0 } : item;
    const inner = this.with(last, named);
    const bodies = expr.body.map((body) => inner.of(body));
    const cost = bounded(over.cost + rounds * (ROUND + sum(bodies)));
    const shape = expr.macro === 'filter' ? { ...over.shape, size: rounds, item } : { size: rounds, item: bodies.at(-1)?.shape };
    return { cost, shape };
  }

  private call(expr: Extract<Expr, { kind: 'call' }>): Estimate {
    const operands = [...(expr.target && !this.checked.namespaced.has(expr) ? [expr.target] : []), ...expr.args].map((operand) => this.of(operand));
    const own = sum(operands);
    const [first, second, third] = operands;
    switch (expr.name) {
      case '_&&_':
      case '_||_':
        return { cost: bounded(own + 1), shape: {} };
      case '_?_:_':
        return { cost: bounded((first?.cost ?? 0) + Math.max(second?.cost ?? 0, third?.cost ?? 0)), shape: larger(second?.shape, third?.shape) };
      case '_[_]':
      case '_[?_]':
        return { cost: bounded(own + 1), shape: itemOf(first?.shape ?? {}) };
      case '_==_':
      case '_!=_':
        return { cost: bounded(own + 1 + Math.ceil(Math.min(sizeOf(first?.shape ?? {}), sizeOf(second?.shape ?? {})) * 0.1)), shape: {} };
      case '_+_':
        return {
          cost: bounded(own + 1),
          shape: { size: bounded(sizeOf(first?.shape ?? {}) + sizeOf(second?.shape ?? {})), item: itemOf(first?.shape ?? {}) },
        };
      case 'contains':
      case 'matches':
        // Each letter of one against each of the other.
        return { cost: bounded(own + Math.ceil(sizeOf(first?.shape ?? {}) * 0.1) * Math.max(1, Math.ceil(sizeOf(second?.shape ?? {}) * 0.1))), shape: {} };
      default: {
        const scans = this.checked.calls.get(expr)?.[0]?.scans ?? [];
        const scanned = scans.reduce((total, index) => total + Math.ceil(sizeOf(operands[index]?.shape ?? {}) * 0.1), 0);
        return { cost: bounded(own + 1 + scanned), shape: first?.shape.size === undefined ? {} : { size: first.shape.size } };
      }
    }
  }
}

const sum = (estimates: readonly Estimate[]): number => bounded(estimates.reduce((total, { cost }) => total + cost, 0));

function larger(a: Shape | undefined, b: Shape | undefined): Shape {
  return sizeOf(a ?? {}) >= sizeOf(b ?? {}) ? (a ?? {}) : (b ?? {});
}
