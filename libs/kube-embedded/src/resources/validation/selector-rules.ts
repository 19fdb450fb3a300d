import { badLabelValue, badQualifiedName } from '@tidegate/kube';
import { type JsonObject, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { forbiddenValue, invalidValue, requiredValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';
import { labelErrors } from './metadata-rules.js';

/** Rules of metav1.LabelSelector. */
export function selectorErrors(selector: JsonObject | undefined, field: string): FieldError[] {
  if (!selector) return [];
  const expressions = objectsAt(selector, 'matchExpressions').flatMap((expression, index) =>
    expressionErrors(expression, `${field}.matchExpressions[${index}]`),
  );
  return [...labelErrors(objectAt(selector, 'matchLabels'), `${field}.matchLabels`), ...expressions];
}

function expressionErrors(expression: JsonObject, field: string): FieldError[] {
  const values = textsAt(expression, 'values');
  const operator = textAt(expression, 'operator');
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(requiredValue(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(forbiddenValue(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else errors.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'));
  for (const complaint of badQualifiedName(textAt(expression, 'key')))
    errors.push(invalidValue(`${field}.key`, textAt(expression, 'key'), complaint));
  values.forEach((value, index) => {
    for (const complaint of badLabelValue(value)) errors.push(invalidValue(`${field}.values[${index}]`, value, complaint));
  });
  return errors;
}

/** The same for workloads, which complain about the whole selector besides. */
export function workloadSelectorErrors(selector: JsonObject | undefined, field: string): FieldError[] {
  const errors = selectorErrors(selector, field);
  return errors.length > 0 && selector ? [...errors, invalidValue(field, selector, 'invalid label selector')] : errors;
}

/** Whether labels satisfy a selector; an empty selector takes everything, an absent one nothing. */
export function selects(selector: JsonObject | undefined, labels: JsonObject | undefined): boolean {
  if (!selector) return false;
  for (const [key, value] of Object.entries(objectAt(selector, 'matchLabels') ?? {})) if (labels?.[key] !== value) return false;
  return objectsAt(selector, 'matchExpressions').every((expression) => {
    const value = labels?.[textAt(expression, 'key')];
    const named = typeof value === 'string' && textsAt(expression, 'values').includes(value);
    switch (textAt(expression, 'operator')) {
      case 'In':
        return named;
      case 'NotIn':
        return !named;
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}

export function isEmptySelector(selector: JsonObject | undefined): boolean {
  return Object.keys(objectAt(selector, 'matchLabels') ?? {}).length === 0 && objectsAt(selector, 'matchExpressions').length === 0;
}
