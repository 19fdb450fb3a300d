import type { FieldError, Schema } from '../resources/resource-definition.js';
import { itemsBefore } from '../schema/correlate.js';
import { valueText } from '../schema/field-errors.js';
import { equalJson, isJsonObject, type Json, type JsonObject } from '@tidegate/kube/json';
import { Budget } from './evaluate.js';
import { compileRule, type CompiledRule, type CompiledRules, fieldPathSteps, type Rule } from './schema-rules.js';
import { rootSchema, valueOfSchema } from './schema-values.js';
import { CelError, CostExceeded, Optional, type Value } from './values.js';

/** k8s.io/apiserver/pkg/apis/cel: RuntimeCELCostBudget and PerCallLimit. */
const REQUEST_BUDGET = 10_000_000;
const CALL_LIMIT = 1_000_000;
const LONGEST_MESSAGE = 5 * 1024;

/** The rules of a kind's schema, compiled once. */
export class SchemaRules {
  private readonly root: Schema;
  private readonly compiled = new WeakMap<Rule, CompiledRules>();
  /** Whether there is anything to do at or below a schema. */
  private readonly hasRules = new WeakMap<Schema, boolean>();

  constructor(schema: Schema) {
    this.root = rootSchema(schema);
  }

  get isEmpty(): boolean {
    return !this.concern(this.root);
  }

  /** With `previous` for updates: rules about the change run, and values that did not change are tolerated. */
  check(object: JsonObject, previous: JsonObject | undefined): { errors: FieldError[]; tolerated: FieldError[] } {
    const run = new Run(this);
    run.visit(object, previous, this.root, '');
    return run;
  }

  of(schema: Schema, rule: Rule): CompiledRules {
    const known = this.compiled.get(rule);
    if (known) return known;
    const made = compileRule(rule, schema);
    this.compiled.set(rule, made);
    return made;
  }

  concern(schema: Schema): boolean {
    const known = this.hasRules.get(schema);
    if (known !== undefined) return known;
    const { properties, items, additionalProperties: additional } = schema;
    const has =
      (schema['x-kubernetes-validations']?.length ?? 0) > 0 ||
      Object.values(properties ?? {}).some((property) => this.concern(property)) ||
      (items !== undefined && this.concern(items)) ||
      (typeof additional === 'object' && this.concern(additional));
    this.hasRules.set(schema, has);
    return has;
  }
}

class Run {
  readonly errors: FieldError[] = [];
  readonly tolerated: FieldError[] = [];
  private readonly budget = new Budget(REQUEST_BUDGET);
  private isOver = false;

  constructor(private readonly rules: SchemaRules) {}

  visit(value: Json | undefined, old: Json | undefined, schema: Schema, field: string): void {
    if (value === undefined || value === null || this.isOver || !this.rules.concern(schema)) return;
    const rules = schema['x-kubernetes-validations'];
    if (rules?.length) this.check(value, old ?? undefined, schema, field, rules);
    if (Array.isArray(value)) this.visitItems(value, old, schema, field);
    else if (isJsonObject(value)) this.visitFields(value, isJsonObject(old) ? old : undefined, schema, field);
  }

  private visitFields(value: JsonObject, old: JsonObject | undefined, schema: Schema, field: string): void {
    for (const [name, item] of Object.entries(value)) {
      const property = schema.properties?.[name];
      if (property) this.visit(item, old?.[name], property, field === '' ? name : `${field}.${name}`);
      else if (typeof schema.additionalProperties === 'object') this.visit(item, old?.[name], schema.additionalProperties, `${field}[${name}]`);
    }
  }

  private visitItems(value: Json[], old: Json | undefined, schema: Schema, field: string): void {
    const { items } = schema;
    if (!items) return;
    const before = itemsBefore(value, old, schema);
    value.forEach((item, index) => this.visit(item, before[index], items, `${field}[${index}]`));
  }

  private check(value: Json, old: Json | undefined, schema: Schema, field: string, rules: readonly Rule[]): void {
    const self = valueOfSchema(value, schema);
    const oldSelf = old === undefined ? undefined : valueOfSchema(old, schema);
    const isUnchanged = old !== undefined && equalJson(value, old);
    for (const rule of rules) {
      if (this.isOver) return;
      const made = this.rules.of(schema, rule);
      const place = { field, schema, value, list: this.errors };
      if (!made.ok) {
        this.add(place, rule, `rule compile error: ${made.problem}`);
        continue;
      }
      const { compiled } = made;
      if (compiled.isTransition && !rule.optionalOldSelf && oldSelf === undefined) continue;
      // What was there before a rule came may stay as it is.
      const list = isUnchanged && !compiled.isTransition ? this.tolerated : this.errors;
      this.run(compiled, self, oldSelf, { ...place, list });
    }
  }

  private run(compiled: CompiledRule, self: Value, oldSelf: Value | undefined, place: Place): void {
    const { rule, check } = compiled;
    const variables = (name: string): Value | undefined => {
      if (name === 'self') return self;
      return rule.optionalOldSelf ? new Optional(oldSelf) : oldSelf;
    };
    const call = new Budget(Math.min(CALL_LIMIT, this.budget.remaining));
    const limit = call.remaining;
    try {
      const holds = check.run(variables, call);
      this.budget.spend(limit - call.remaining);
      if (holds !== true) this.add(place, rule, messageOf(compiled, self, oldSelf), true);
    } catch (error) {
      if (error instanceof CostExceeded) {
        this.isOver = true;
        const why = limit < CALL_LIMIT ? 'validation failed due to running out of cost budget, no further validation rules will be run' : undefined;
        this.add(place, rule, why ?? `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${nameOf(rule)}`);
        return;
      }
      if (!(error instanceof CelError)) throw error;
      const isMismatch = error.message.startsWith('no such overload');
      this.add(
        place,
        rule,
        isMismatch
          ? `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${nameOf(rule)}`
          : `${error.message} evaluating rule: ${nameOf(rule)}`,
      );
    }
  }

  /** A rule that does not hold names the value where it is a plain one; other problems name its type. */
  private add({ field, schema, value, list }: Place, rule: Rule, detail: string, isViolation = false): void {
    const isPlain = typeof value !== 'object';
    const at = isViolation && rule.fieldPath ? joinedPath(field, rule.fieldPath) : field;
    const reason = isViolation ? reasonOf(rule) : 'FieldValueInvalid';
    const shown = isViolation ? (isPlain && !rule.fieldPath ? `${valueText(value)}: ` : '') : `${JSON.stringify(schema.type ?? '')}: `;
    const message =
      reason === 'FieldValueForbidden'
        ? `Forbidden: ${detail}`
        : reason === 'FieldValueRequired'
          ? `Required value: ${detail}`
          : reason === 'FieldValueDuplicate'
            ? `Duplicate value: ${isPlain ? valueText(value) : ''}`
            : `Invalid value: ${shown}${detail}`;
    list.push({ reason, field: at === '' ? '<nil>' : at, message });
  }
}

interface Place {
  field: string;
  schema: Schema;
  value: Json;
  list: FieldError[];
}

function reasonOf({ reason }: Rule): FieldError['reason'] {
  return reason === 'FieldValueForbidden' || reason === 'FieldValueRequired' || reason === 'FieldValueDuplicate' ? reason : 'FieldValueInvalid';
}

const nameOf = (rule: Rule): string => rule.message?.trim() || rule.rule.trim();

function joinedPath(field: string, path: string): string {
  return (fieldPathSteps(path) ?? []).reduce((at, step) => (at === '' ? step : `${at}.${step}`), field);
}

function messageOf({ rule, message }: CompiledRule, self: Value, oldSelf: Value | undefined): string {
  const fallback = rule.message?.trim() || `failed rule: ${rule.rule.trim()}`;
  if (!message) return fallback;
  try {
    // As in Kubernetes, the old value is no optional here.
    const text = message.run((name) => (name === 'self' ? self : oldSelf), new Budget(CALL_LIMIT));
    const isFit = typeof text === 'string' && text.trim() !== '' && !text.includes('\n') && text.length <= LONGEST_MESSAGE;
    return isFit ? text.trim() : fallback;
  } catch (error) {
    if (error instanceof CelError || error instanceof CostExceeded) return fallback;
    throw error;
  }
}

