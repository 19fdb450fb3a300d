export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Readers of fields; a field that is absent or of another type reads as its zero value or undefined. */
export function textAt(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}

export function numberAt(object: JsonObject, key: string): number | undefined {
  const value = own(object, key);
  return typeof value === 'number' ? value : undefined;
}

export function flagAt(object: JsonObject, key: string): boolean | undefined {
  const value = own(object, key);
  return typeof value === 'boolean' ? value : undefined;
}

export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = own(object, key);
  return isObject(value) ? value : undefined;
}

export function objectsAt(object: JsonObject, key: string): JsonObject[] {
  return listAt(object, key)?.filter(isObject) ?? [];
}

export function listAt(object: JsonObject, key: string): Json[] | undefined {
  const value = own(object, key);
  return Array.isArray(value) ? value : undefined;
}

/** Labels or annotations. */
export function textsAt(object: JsonObject, key: string): Map<string, string> {
  const entries = Object.entries(objectAt(object, key) ?? {});
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
