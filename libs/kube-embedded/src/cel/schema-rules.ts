import type { FieldError, Schema } from '../resources/resource-definition.js';
import { forbiddenValue, invalidValue, requiredValue, unsupportedValue } from '../schema/field-errors.js';
import type { Json } from '@tidegate/kube/json';
import { type Compiled, compileCel } from './compile.js';
import { estimatedCost, mostValues } from './estimate.js';
import { rootSchema, typeOfSchema } from './schema-values.js';
import { type CelType, optionalOf, scalar } from './types.js';

/** Limits of k8s.io/apiserver/pkg/apis/cel, in units of cel-go. */
const RULE_LIMIT = 10_000_000;
const DEFINITION_LIMIT = 100_000_000;
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'] as const;

export interface Rule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
}

export interface CompiledRule {
  rule: Rule;
  check: Compiled;
  message: Compiled | undefined;
  isTransition: boolean;
}

export type CompiledRules = { ok: true; compiled: CompiledRule } | { ok: false; part: 'rule' | 'messageExpression'; problem: string };

/** A rule for values of this schema. */
export function compileRule(rule: Rule, schema: Schema): CompiledRules {
  const self = typeOfSchema(schema);
  if (!self) return { ok: false, part: 'rule', problem: 'unable to find a schema type for the rule' };
  const declared = (old: CelType): ReadonlyMap<string, CelType> => new Map([['self', self], ['oldSelf', old]]);
  const check = compileCel(rule.rule, declared(rule.optionalOldSelf ? optionalOf(self) : self), scalar('bool'));
  if (!check.ok) return { ok: false, part: 'rule', problem: check.problem.startsWith('must') ? 'cel expression must evaluate to a bool' : check.problem };
  const isTransition = check.compiled.checked.used.has('oldSelf');
  if (!rule.messageExpression) return { ok: true, compiled: { rule, check: check.compiled, message: undefined, isTransition } };
  const message = compileCel(rule.messageExpression, declared(rule.optionalOldSelf ? optionalOf(self) : self), scalar('string'));
  if (!message.ok)
    return {
      ok: false,
      part: 'messageExpression',
      problem: `messageExpression ${message.problem.startsWith('must') ? 'must evaluate to a string' : message.problem}`,
    };
  return { ok: true, compiled: { rule, check: check.compiled, message: message.compiled, isTransition } };
}

interface Place {
  field: string;
  /** How many values there may be at this place; undefined when a list or map above has no bound. */
  count: number | undefined;
  /** The list below which old and new items cannot be told which is which. */
  uncorrelatable: string | undefined;
}

interface Spent {
  total: number;
  /** The most expensive rules. */
  rules: { field: string; cost: number }[];
}

/** What is wrong with the rules of a definition's version. `field` names its schema. */
export function schemaRuleErrors(schema: Schema, field: string): FieldError[] {
  const spent: Spent = { total: 0, rules: [] };
  const errors = errorsAt(rootSchema(schema), { field, count: 1, uncorrelatable: undefined }, spent);
  if (spent.total <= DEFINITION_LIMIT) return errors;
  for (const { field: rule, cost } of spent.rules.sort((a, b) => b.cost - a.cost).slice(0, 4))
    if (cost > DEFINITION_LIMIT / 4) errors.push(forbiddenValue(rule, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'));
  errors.push(
    forbiddenValue(
      field,
      `x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of ${factor(spent.total, DEFINITION_LIMIT)} ${ADVICE}`,
    ),
  );
  return errors;
}

const ADVICE = '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

function factor(cost: number, limit: number): string {
  return cost / limit > 100 ? 'more than 100x' : `${(cost / limit).toFixed(1)}x`;
}

function errorsAt(schema: Schema, place: Place, spent: Spent): FieldError[] {
  const { field, count, uncorrelatable } = place;
  const errors = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
    ruleErrors(rule, schema, { ...place, field: `${field}.x-kubernetes-validations[${index}]` }, spent),
  );
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...errorsAt(property, { field: `${field}.properties[${name}]`, count, uncorrelatable }, spent));
  const bound = schema.type === 'array' ? schema.maxItems : schema.maxProperties;
  const many = count === undefined || bound === undefined ? undefined : Math.min(Number.MAX_SAFE_INTEGER, count * bound);
  if (typeof schema.additionalProperties === 'object')
    errors.push(...errorsAt(schema.additionalProperties, { field: `${field}.additionalProperties`, count: many, uncorrelatable }, spent));
  if (schema.items) {
    const isKeyed = schema['x-kubernetes-list-type'] === 'map';
    errors.push(...errorsAt(schema.items, { field: `${field}.items`, count: many, uncorrelatable: uncorrelatable ?? (isKeyed ? undefined : field) }, spent));
  }
  return errors;
}

function ruleErrors(rule: Rule, schema: Schema, { field, count, uncorrelatable }: Place, spent: Spent): FieldError[] {
  const errors: FieldError[] = [];
  const shown: Json = {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
  const asGo = (found: FieldError): FieldError => ({ ...found, message: found.message.replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`) });
  if (rule.rule.trim() === '') return [requiredValue(`${field}.rule`, 'rule is not specified')];
  if (rule.message?.trim() === '' && rule.message !== '') errors.push(invalidValue(`${field}.message`, rule.message, 'message must be non-empty if specified'));
  if (rule.message?.includes('\n')) errors.push(invalidValue(`${field}.message`, rule.message, 'must not contain line breaks'));
  if (!rule.message && !rule.messageExpression && rule.rule.includes('\n'))
    errors.push(requiredValue(`${field}.message`, 'message must be specified if rule contains line breaks'));
  if (rule.reason !== undefined && !REASONS.some((reason) => reason === rule.reason)) errors.push(unsupportedValue(`${field}.reason`, rule.reason, REASONS));
  if (rule.fieldPath !== undefined && fieldPathSchema(schema, rule.fieldPath) === undefined)
    errors.push(invalidValue(`${field}.fieldPath`, rule.fieldPath, 'must be a valid path'));
  const made = compileRule(rule, schema);
  if (!made.ok) return [...errors, withValue(asGo(invalidValue('', shown, '')), `${field}.${made.part}`, made.problem)];
  const { compiled } = made;
  if (rule.optionalOldSelf !== undefined && !compiled.isTransition)
    errors.push(invalidValue(`${field}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  if (compiled.isTransition && uncorrelatable !== undefined)
    errors.push(
      invalidValue(`${field}.rule`, rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`),
    );
  const cost = estimatedCost(compiled.check.expr, compiled.check.checked, new Map([['self', schema], ['oldSelf', schema]]));
  const total = Math.min(Number.MAX_SAFE_INTEGER, cost * (count ?? mostValues(schema)));
  if (total > RULE_LIMIT)
    errors.push(forbiddenValue(`${field}.rule`, `estimated rule cost exceeds budget by factor of ${factor(total, RULE_LIMIT)} ${ADVICE}`));
  spent.total += total;
  spent.rules.push({ field: `${field}.rule`, cost: total });
  return errors;
}

const withValue = (error: FieldError, field: string, detail: string): FieldError => ({ ...error, field, message: `${error.message.replace(/: $/, '')}: ${detail}` });

/** The schema at a path such as `.spec.name` or `.map['key']`; undefined when there is none. */
export function fieldPathSchema(schema: Schema, path: string): Schema | undefined {
  const steps = fieldPathSteps(path);
  return steps?.reduce<Schema | undefined>(
    (at, step) => at?.properties?.[step] ?? (typeof at?.additionalProperties === 'object' ? at.additionalProperties : undefined),
    schema,
  );
}

/** Names on a path; undefined for a text that is none. */
export function fieldPathSteps(path: string): string[] | undefined {
  const steps: string[] = [];
  let rest = path;
  while (rest !== '') {
    const match = /^\.([A-Za-z_$][\w$-]*)|^\[(?:'([^']*)'|"([^"]*)")\]/.exec(rest);
    if (!match) return undefined;
    steps.push(match[1] ?? match[2] ?? match[3] ?? '');
    rest = rest.slice(match[0].length);
  }
  return steps.length > 0 ? steps : undefined;
}
