import type { Schema } from '../resources/resource-definition.js';
import { type Json, type JsonObject, equalJson, isJsonObject } from '@tidegate/kube/json';
import { FieldSet } from './field-set.js';
import { PatchRejected } from './patch-rejected.js';

/**
 * How a value splits into fields that can be owned one by one (structured-merge-diff's schema): objects by key unless atomic, lists by
 * key or value when the schema says map or set, and everything else whole. Values without schema: objects by key, lists whole.
 */
export function isSplitObject(value: Json | undefined, schema: Schema | undefined): value is JsonObject {
  return isJsonObject(value) && schema?.['x-kubernetes-map-type'] !== 'atomic';
}

export function isSplitList(value: Json | undefined, schema: Schema | undefined): value is Json[] {
  const type = schema?.['x-kubernetes-list-type'];
  return Array.isArray(value) && (type === 'map' || type === 'set');
}

export function fieldOf(schema: Schema | undefined, key: string): Schema | undefined {
  const property = schema?.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  return property ?? (typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined);
}

/** True for a field the schema names, false for a key of a map. */
export function isNamedField(schema: Schema | undefined, key: string): boolean {
  return schema?.properties !== undefined && Object.hasOwn(schema.properties, key);
}

/** The path element of a list's item, or why it has none. */
export function elementOf(item: Json, schema: Schema | undefined): { element: string } | { missingKey: string } {
  if (schema?.['x-kubernetes-list-type'] === 'set') return { element: `v:${JSON.stringify(item)}` };
  const keys: JsonObject = {};
  for (const key of [...(schema?.['x-kubernetes-list-map-keys'] ?? [])].sort()) {
    const value = isJsonObject(item) ? (item[key] ?? defaultOf(schema?.items, key)) : undefined;
    if (value === undefined) return { missingKey: key };
    keys[key] = value;
  }
  return { element: `k:${JSON.stringify(keys)}` };
}

function defaultOf(items: Schema | undefined, key: string): Json | undefined {
  const value = items?.properties?.[key]?.default;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** Items by their element, in order. Undefined when the list cannot be split: an item without its key, or two with the same. */
export function splitList(list: Json[], schema: Schema | undefined): Map<string, Json> | undefined {
  const items = new Map<string, Json>();
  for (const item of list) {
    const at = elementOf(item, schema);
    if ('missingKey' in at || items.has(at.element)) return undefined;
    items.set(at.element, item);
  }
  return items;
}

/** The same for what a user applies, where such a list is a mistake to be told. */
export function splitAppliedList(list: Json[], schema: Schema | undefined, path: string): Map<string, Json> {
  const items = new Map<string, Json>();
  for (const [index, item] of list.entries()) {
    const at = elementOf(item, schema);
    if ('missingKey' in at) {
      const detail = `associative list with keys has an element that omits key field ${JSON.stringify(at.missingKey)} (and doesn't have default value)`;
      throw new PatchRejected(500, `failed to create typed patch object: ${path}: element ${index}: ${detail}`);
    }
    if (items.has(at.element))
      throw new PatchRejected(500, `failed to create typed patch object: ${path}: duplicate entries for key [${at.element.slice(2)}]`);
    items.set(at.element, item);
  }
  return items;
}

/** The fields that an object sets. `strict` refuses lists whose items cannot be told apart. */
export function fieldsOf(value: Json | undefined, schema: Schema | undefined, strict: boolean): FieldSet {
  const set = new FieldSet();
  collect(value, schema, set, strict, '');
  return set;
}

function collect(value: Json | undefined, schema: Schema | undefined, set: FieldSet, strict: boolean, path: string): void {
  if (isSplitObject(value, schema)) {
    for (const key of Object.keys(value)) {
      const below = value[key];
      if (below === undefined) continue;
      const child = set.child(`f:${key}`);
      collect(below, fieldOf(schema, key), child, strict, `${path}.${key}`);
      if (below === null || (isJsonObject(below) && Object.keys(below).length === 0) || !isNamedField(schema, key)) child.member = true;
      if (child.isEmpty()) set.children.delete(`f:${key}`);
    }
    return;
  }
  const items = isSplitList(value, schema) ? (strict ? splitAppliedList(value, schema, path) : splitList(value, schema)) : undefined;
  if (!items) {
    set.member = true;
    return;
  }
  for (const [element, item] of items) {
    const child = set.child(element);
    collect(item, schema?.items, child, strict, `${path}[${element.slice(2)}]`);
    child.member = true;
  }
}

/** With every field the schema names above a member counted as a member as well. Keys of maps and items of lists are not. */
export function withNamedParents(set: FieldSet, schema: Schema | undefined): FieldSet {
  const result = new FieldSet(set.member);
  for (const [element, child] of set.children) {
    const key = element.slice(2);
    const isField = element.startsWith('f:');
    const below = withNamedParents(child, isField ? fieldOf(schema, key) : schema?.items);
    if (isField && isNamedField(schema, key)) below.member = true;
    result.children.set(element, below);
  }
  return result;
}

export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

/** Which fields differ. Containers that appear or vanish are named besides their content, as structured-merge-diff does. */
export function compareFields(before: Json | undefined, after: Json | undefined, schema: Schema): Comparison {
  const result = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() };
  compare(before, after, schema, result);
  return { added: pruned(result.added), modified: pruned(result.modified), removed: pruned(result.removed) };
}

function compare(before: Json | undefined, after: Json | undefined, schema: Schema | undefined, at: Comparison): void {
  if (before !== undefined && after !== undefined && before === after) return;
  const pairs = pairsOf(before, after, schema);
  if (pairs) for (const [element, left, right, below] of pairs) compareChild(element, left, right, below, at);
  if (before === undefined) at.added.member = true;
  else if (after === undefined) at.removed.member = true;
  else if (!pairs && !equalJson(before, after)) {
    at.modified.member = true;
    compareAcrossTypes(before, after, schema, at);
  }
}

/** A value that changes from one type to another: what was inside is removed, what is inside now is added. */
function compareAcrossTypes(before: Json, after: Json, schema: Schema | undefined, at: Comparison): void {
  for (const [element, left, , below] of (isSplitObject(before, schema) && pairsOf(before, undefined, schema)) || [])
    compareChild(element, left, undefined, below, at);
  for (const [element, , right, below] of (isSplitObject(after, schema) && pairsOf(undefined, after, schema)) || [])
    compareChild(element, undefined, right, below, at);
}

function compareChild(element: string, left: Json | undefined, right: Json | undefined, schema: Schema | undefined, at: Comparison): void {
  // Most of two objects is the same: looking first is much cheaper than making sets for it.
  if (left !== undefined && right !== undefined && equalJson(left, right)) return;
  compare(left, right, schema, {
    added: at.added.child(element),
    modified: at.modified.child(element),
    removed: at.removed.child(element),
  });
}

/** Null stands for an object or a list without content. */
const isNothing = (value: Json | undefined): value is undefined | null => value === undefined || value === null;

type Pair = [element: string, before: Json | undefined, after: Json | undefined, schema: Schema | undefined];

/** The parts of two values side by side; undefined when they are compared whole. */
function pairsOf(before: Json | undefined, after: Json | undefined, schema: Schema | undefined): Pair[] | undefined {
  const isEmpty = (value: Json | undefined): boolean =>
    isNothing(value) || (isJsonObject(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0);
  if (isEmpty(before) && isEmpty(after)) return undefined;
  if ((isNothing(before) || isSplitObject(before, schema)) && (isNothing(after) || isSplitObject(after, schema))) {
    const left = isJsonObject(before) ? before : {};
    const right = isJsonObject(after) ? after : {};
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys]
      .filter((key) => left[key] !== undefined || right[key] !== undefined)
      .map((key) => [`f:${key}`, left[key], right[key], fieldOf(schema, key)]);
  }
  if ((isNothing(before) || isSplitList(before, schema)) && (isNothing(after) || isSplitList(after, schema))) {
    const left = splitList(Array.isArray(before) ? before : [], schema);
    const right = splitList(Array.isArray(after) ? after : [], schema);
    if (!left || !right) return undefined;
    const elements = new Set([...left.keys(), ...right.keys()]);
    return [...elements].map((element) => [element, left.get(element), right.get(element), schema?.items]);
  }
  return undefined;
}

/** Without the empty nodes that comparing leaves behind. */
function pruned(set: FieldSet): FieldSet {
  const result = new FieldSet(set.member);
  for (const [element, child] of set.children) {
    const kept = pruned(child);
    if (!kept.isEmpty()) result.children.set(element, kept);
  }
  return result;
}
