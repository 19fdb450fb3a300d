import { equalJson, type JsonObject, objectAt } from '@tidegate/kube/json';
import { immutable, invalidValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';

/** ResourceClaim and ResourceClaimTemplate stay what they were made as. */
export function resourceClaimErrors(claim: JsonObject, previous?: JsonObject): FieldError[] {
  return !previous || equalJson(claim.spec, previous.spec) ? [] : [invalidValue('spec', 'object', immutable)];
}

/** A slice keeps its node, its driver and its pool. */
export function resourceSliceErrors(slice: JsonObject, previous?: JsonObject): FieldError[] {
  if (!previous) return [];
  const [spec, before] = [objectAt(slice, 'spec'), objectAt(previous, 'spec')];
  const errors: FieldError[] = [];
  const keep = (field: string, now: unknown, then: unknown): void => {
    if (now !== then) errors.push(invalidValue(`spec.${field}`, typeof now === 'string' ? now : null, immutable));
  };
  keep('pool.name', objectAt(spec, 'pool')?.name, objectAt(before, 'pool')?.name);
  keep('driver', spec?.driver, before?.driver);
  keep('nodeName', spec?.nodeName, before?.nodeName);
  return errors;
}
