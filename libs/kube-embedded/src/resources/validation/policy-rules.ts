import { compileCel } from '../../cel/compile.js';
import type { CelType } from '../../cel/types.js';
import { scalar } from '../../cel/types.js';
import { compileVariables, conditionNames, policyNames, webhookNames } from '../../policies/environment.js';
import type { Declarations } from '../../cel/check.js';
import { type Json, type JsonObject, equalJson, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { duplicateValue, forbiddenValue, invalidValue, requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';
import { selectorErrors } from './selector-rules.js';
import { ruleErrors } from './webhook-rules.js';

const MOST_CONDITIONS = 64;
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
const qualifiedName = /^(?:([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** An expression that is there, and of the wanted type. */
export function expressionErrors(text: string, field: string, names: Declarations, ...wanted: CelType[]): FieldError[] {
  if (text.trim() === '') return [requiredValue(field)];
  const made = compileCel(text.trim(), names, ...wanted);
  return made.ok ? [] : [invalidValue(field, text, made.problem)];
}

/** matchConditions of webhooks and policies. */
export function conditionErrors(conditions: JsonObject[], field: string, names: Declarations = webhookNames): FieldError[] {
  if (conditions.length > MOST_CONDITIONS)
    return [{ reason: 'FieldValueTooMany', field, message: `Too many: ${conditions.length}: must have at most ${MOST_CONDITIONS} items` }];
  const seen = new Set<string>();
  return conditions.flatMap((condition, index) => {
    const at = `${field}[${index}]`;
    const name = textAt(condition, 'name');
    const errors = expressionErrors(textAt(condition, 'expression'), `${at}.expression`, names, scalar('bool'));
    if (name === '') errors.push(requiredValue(`${at}.name`));
    else if (!qualifiedName.test(name)) errors.push(invalidValue(`${at}.name`, name, NAME_SYNTAX));
    if (seen.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    seen.add(name);
    return errors;
  });
}

const NAME_SYNTAX =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** Rules of ValidatingAdmissionPolicy. What did not change is not compiled again: it may have been written for another version. */
export function policyErrors(policy: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(policy, 'spec');
  if (!spec) return [];
  if (previous && equalJson(spec, previous.spec)) return [];
  const { errors, names } = frameErrors(spec);
  const validations = objectsAt(spec, 'validations');
  const annotations = objectsAt(spec, 'auditAnnotations');
  if (validations.length === 0 && annotations.length === 0)
    for (const key of ['validations', 'auditAnnotations'])
      errors.push(requiredValue(`spec.${key}`, 'validations or auditAnnotations must contain at least one item'));
  validations.forEach((validation, index) => errors.push(...validationErrors(validation, `spec.validations[${index}]`, names)));
  annotations.forEach((annotation, index) =>
    errors.push(...expressionErrors(textAt(annotation, 'valueExpression'), `spec.auditAnnotations[${index}].valueExpression`, names, scalar('string'), scalar('null'))),
  );
  return errors;
}

/** What both kinds of policies have: parameters, constraints, conditions, variables; and the names that expressions may use. */
function frameErrors(spec: JsonObject): { errors: FieldError[]; names: Declarations } {
  const hasParams = objectAt(spec, 'paramKind') !== undefined;
  const errors = [...paramKindErrors(objectAt(spec, 'paramKind')), ...constraintErrors(objectAt(spec, 'matchConstraints'))];
  errors.push(...conditionErrors(objectsAt(spec, 'matchConditions'), 'spec.matchConditions', conditionNames(hasParams)));
  const variables = objectsAt(spec, 'variables').map((variable) => ({ name: textAt(variable, 'name'), expression: textAt(variable, 'expression') }));
  const compiled = compileVariables(variables, hasParams);
  variables.forEach(({ name, expression }, index) => {
    const at = `spec.variables[${index}]`;
    const made = compiled.compiled.get(name);
    if (name === '') errors.push(requiredValue(`${at}.name`, 'name is not specified'));
    else if (!identifier.test(name)) errors.push(invalidValue(`${at}.name`, name, 'must be a valid CEL identifier'));
    if (expression.trim() === '') errors.push(requiredValue(`${at}.expression`, 'expression is not specified'));
    else if (made && !made.ok) errors.push(invalidValue(`${at}.expression`, expression, made.problem));
  });
  return { errors, names: policyNames(hasParams, compiled.types) };
}

/** Rules of MutatingAdmissionPolicy. */
export function mutatingPolicyErrors(policy: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(policy, 'spec');
  if (!spec || (previous && equalJson(spec, previous.spec))) return [];
  const { errors, names } = frameErrors(spec);
  const mutations = objectsAt(spec, 'mutations');
  if (mutations.length === 0) errors.push(requiredValue('spec.mutations', 'mutations must contain at least one item'));
  mutations.forEach((mutation, index) => {
    const at = `spec.mutations[${index}]`;
    const key = textAt(mutation, 'patchType') === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration';
    const expression = textAt(objectAt(mutation, key), 'expression');
    if (expression.trim() === '') errors.push(requiredValue(`${at}.${key}.expression`, 'expression is not specified'));
    else errors.push(...expressionErrors(expression, `${at}.${key}.expression`, names));
  });
  return errors;
}

function paramKindErrors(kind: JsonObject | undefined): FieldError[] {
  if (!kind) return [];
  return ['apiVersion', 'kind'].filter((key) => textAt(kind, key) === '').map((key) => requiredValue(`spec.paramKind.${key}`));
}

function constraintErrors(constraints: JsonObject | undefined): FieldError[] {
  if (!constraints) return [requiredValue('spec.matchConstraints')];
  const rules = objectsAt(constraints, 'resourceRules');
  return [
    ...(rules.length === 0 ? [requiredValue('spec.matchConstraints.resourceRules')] : []),
    ...matchErrors(constraints, 'spec.matchConstraints'),
  ];
}

function matchErrors(match: JsonObject, field: string): FieldError[] {
  return [
    ...selectorErrors(objectAt(match, 'namespaceSelector'), `${field}.namespaceSelector`),
    ...selectorErrors(objectAt(match, 'objectSelector'), `${field}.objectSelector`),
    ...['resourceRules', 'excludeResourceRules'].flatMap((key) =>
      objectsAt(match, key).flatMap((rule, index) => ruleErrors(rule, `${field}.${key}[${index}]`)),
    ),
  ];
}

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];

function validationErrors(validation: JsonObject, field: string, names: Declarations): FieldError[] {
  const expression = textAt(validation, 'expression');
  const message = textAt(validation, 'message');
  const errors =
    expression.trim() === ''
      ? [requiredValue(`${field}.expression`, 'expression is not specified')]
      : expressionErrors(expression, `${field}.expression`, names, scalar('bool'));
  if (validation.messageExpression !== undefined)
    errors.push(...expressionErrors(textAt(validation, 'messageExpression'), `${field}.messageExpression`, names, scalar('string')));
  if (message !== '' && message.trim() === '') errors.push(invalidValue(`${field}.message`, message, 'message must be non-empty if specified'));
  if (message.includes('\n')) errors.push(invalidValue(`${field}.message`, message, 'must not contain line breaks'));
  if (expression.includes('\n') && message === '' && validation.messageExpression === undefined)
    errors.push(requiredValue(`${field}.message`, 'message must be specified if expression contains line breaks'));
  const reason = textAt(validation, 'reason');
  if (reason !== '' && !REASONS.includes(reason)) errors.push(unsupportedValue(`${field}.reason`, reason, REASONS));
  return errors;
}

const ACTIONS = ['Audit', 'Deny', 'Warn'];

/** Rules of MutatingAdmissionPolicyBinding, and of what the other kind of bindings has too. */
export function mutatingPolicyBindingErrors(binding: JsonObject): FieldError[] {
  const spec = objectAt(binding, 'spec');
  const errors: FieldError[] = [];
  const ref = objectAt(spec, 'paramRef');
  if (ref) {
    const [name, selector] = [textAt(ref, 'name'), objectAt(ref, 'selector')];
    if (name !== '' && selector) for (const key of ['name', 'selector']) errors.push(forbiddenValue(`spec.paramRef.${key}`, 'name and selector are mutually exclusive'));
    if (name === '' && !selector) errors.push(requiredValue('spec.paramRef', 'one of name or selector must be specified'));
    const action: Json | undefined = ref.parameterNotFoundAction;
    if (action === undefined || action === '') errors.push(requiredValue('spec.paramRef.parameterNotFoundAction'));
    else if (action !== 'Deny' && action !== 'Allow') errors.push(unsupportedValue('spec.paramRef.parameterNotFoundAction', action, ['Deny', 'Allow']));
  }
  const match = objectAt(spec, 'matchResources');
  if (match) errors.push(...matchErrors(match, 'spec.matchResources'));
  return errors;
}

/** Rules of ValidatingAdmissionPolicyBinding. */
export function policyBindingErrors(binding: JsonObject): FieldError[] {
  const spec = objectAt(binding, 'spec');
  const errors = mutatingPolicyBindingErrors(binding);
  const actions = textsAt(spec, 'validationActions');
  if (actions.length === 0) errors.push(requiredValue('spec.validationActions'));
  actions.forEach((action, index) => {
    if (!ACTIONS.includes(action)) errors.push(unsupportedValue(`spec.validationActions[${index}]`, action, ACTIONS));
    else if (actions.indexOf(action) < index) errors.push(duplicateValue(`spec.validationActions[${index}]`, action));
  });
  if (actions.includes('Deny') && actions.includes('Warn'))
    errors.push(invalidValue('spec.validationActions', actions, 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'));
  return errors;
}

