import { badPortName, badPortNumber } from '@tidegate/kube';
import { type JsonObject, type Json, numberAt } from '@tidegate/kube/json';
import { invalidValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';

/** `keys` of an object that must not be negative. */
export function negativeErrors(from: JsonObject | undefined, field: string, ...keys: string[]): FieldError[] {
  return keys.flatMap((key) => {
    const value = numberAt(from, key);
    return value !== undefined && value < 0 ? [invalidValue(`${field}.${key}`, value, 'must be greater than or equal to 0')] : [];
  });
}

/** A port by number or by name. */
export function portErrors(port: Json | undefined, field: string): FieldError[] {
  if (typeof port === 'number') return badPortNumber(port).map((complaint) => invalidValue(field, port, complaint));
  if (typeof port === 'string') return badPortName(port).map((complaint) => invalidValue(field, port, complaint));
  return [];
}

const percent = /^[0-9]+%$/;

/** A count or a percentage of at most `maxPercent`. */
export function intOrPercentErrors(value: Json | undefined, field: string, maxPercent = Number.POSITIVE_INFINITY): FieldError[] {
  if (typeof value === 'number') return value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
  if (typeof value !== 'string') return [];
  if (!percent.test(value)) {
    const detail =
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
    return [invalidValue(field, value, detail)];
  }
  return Number.parseInt(value, 10) > maxPercent ? [invalidValue(field, value, `must not be greater than ${maxPercent}%`)] : [];
}

/** 0, `0` or `0%`. */
export function isZero(value: Json | undefined): boolean {
  return value === undefined || value === 0 || value === '0' || value === '0%';
}
