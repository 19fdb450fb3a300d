import { type FieldErrors, NONE, disallowedFieldsError } from './field-errors.js';
import { structFields } from './go-types/types.js';
import type { JsonObject } from './json.js';

/**
 * The set fields of a decoded struct that are not among the allowed ones. Fields of embedded types are their own business unless
 * `embedded` says otherwise, in which case they count as the struct itself.
 */
export function disallowedFields(value: JsonObject, structName: string, allowed: readonly string[]): FieldErrors {
  const fields = structFields(structName);
  const found = Object.keys(value).filter((name) => !allowed.includes(name) && fields.get(name)?.via.length === 0);
  return found.length === 0 ? NONE : disallowedFieldsError(...found.sort());
}
