/** Values as JSON carries them. Objects of the API are handled in this shape: what a stranger sent may have any. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same object, read as JSON. Throws when the value is no object at all, which no decoder lets through. */
export function jsonOf(value: object): JsonObject {
  if (!isJsonObject(value)) throw new TypeError('expected an object');
  return value;
}

/** The object below `keys`, or undefined when any step is missing or of another type. */
export function objectAt(from: JsonObject | undefined, ...keys: string[]): JsonObject | undefined {
  let value: JsonObject | undefined = from;
  for (const key of keys) {
    const next: Json | undefined = value?.[key];
    if (!isJsonObject(next)) return undefined;
    value = next;
  }
  return value;
}

/** The objects in the list at `key`; anything else in it is left out. */
export function objectsAt(from: JsonObject | undefined, key: string): JsonObject[] {
  const list = from?.[key];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

export function textsAt(from: JsonObject | undefined, key: string): string[] {
  const list = from?.[key];
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

/** '' when absent, as Go's zero value. */
export function textAt(from: JsonObject | undefined, key: string): string {
  const value = from?.[key];
  return typeof value === 'string' ? value : '';
}

export function numberAt(from: JsonObject | undefined, key: string): number | undefined {
  const value = from?.[key];
  return typeof value === 'number' ? value : undefined;
}

/** Sets what is absent; true when it did. An empty text counts as absent where `emptyToo`, as for Go strings without a pointer. */
export function setDefault(target: JsonObject, key: string, value: Json, emptyToo = true): boolean {
  const present = target[key];
  if (present !== undefined && present !== null && !(emptyToo && present === '')) return false;
  target[key] = value;
  return true;
}

/** The object at `key`, made when it is missing. */
export function ensureObject(target: JsonObject, key: string): JsonObject {
  const present = target[key];
  if (isJsonObject(present)) return present;
  const made: JsonObject = {};
  target[key] = made;
  return made;
}

/** Equality of JSON; the order of keys does not matter, an undefined field is an absent one. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  for (const key in a) if (a[key] !== undefined && !equalJson(a[key], b[key])) return false;
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false;
  return true;
}

/** Writes a key that may be `__proto__`: in a document that is a name like any other and must not reach the prototype. */
export function setOwn(target: JsonObject, key: string, value: Json | undefined): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  else target[key] = value;
}

/** Several times as fast as structuredClone, which can do more than a document needs. */
export function cloneJson<T>(value: T): T;
export function cloneJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => cloneJson(item));
  if (typeof value !== 'object' || value === null) return value;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value as JsonObject)) setOwn(copy, key, cloneJson(item));
  return copy;
}
