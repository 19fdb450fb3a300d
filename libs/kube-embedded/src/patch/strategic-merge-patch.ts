import type { Schema } from '../resources/resource-definition.js';
import { type Json, type JsonObject, cloneJson, equalJson, isJsonObject, setOwn } from '@tidegate/kube/json';
import { PatchRejected } from './patch-rejected.js';
import { fieldOf } from './typed-fields.js';

const DIRECTIVE = '$patch';
const ORDER = '$setElementOrder/';
const DELETE_SCALARS = '$deleteFromPrimitiveList/';
const RETAIN = '$retainKeys';

/** A list of objects is merged by this key; undefined: the list is replaced. */
function mergeKeyOf(schema: Schema): string | undefined {
  return schema['x-kubernetes-patch-merge-key'];
}

function listIsMerged(schema: Schema): boolean {
  return schema['x-kubernetes-patch-strategy']?.split(',').includes('merge') ?? false;
}

/**
 * Kubernetes' strategic merge patch: lists that have a merge key are merged by it, with the directives $patch (replace, delete,
 * merge), $setElementOrder, $deleteFromPrimitiveList and $retainKeys. Throws PatchRejected.
 */
export function applyStrategicMergePatch(object: JsonObject, patch: unknown, schema: Schema): JsonObject {
  if (!isJsonObject(patch))
    throw new PatchRejected(400, 'error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  return mergeMap(cloneJson(object), cloneJson(patch), schema);
}

function mergeMap(target: Json | undefined, patch: JsonObject, schema: Schema): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return plainObject(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge')
    throw new PatchRejected(500, `unknown patch type: ${String(directive)} in map: ${goText(patch)}`);
  const base: JsonObject = isJsonObject(target) ? target : {};
  const out: JsonObject = { ...base };
  const retain = patch[RETAIN];
  if (Array.isArray(retain)) for (const key of Object.keys(out)) if (!retain.includes(key)) delete out[key];
  for (const [key, value] of Object.entries(patch)) if (!key.startsWith('$')) mergeField(out, key, value, fieldOf(schema, key) ?? {});
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_SCALARS)) removeScalars(out, key.slice(DELETE_SCALARS.length), value);
    if (key.startsWith(ORDER)) orderList(out, base[key.slice(ORDER.length)], key.slice(ORDER.length), value, schema);
  }
  return out;
}

function mergeField(out: JsonObject, key: string, value: Json | undefined, schema: Schema): void {
  const present = Object.hasOwn(out, key) ? out[key] : undefined;
  if (value === undefined) return;
  if (value === null) delete out[key];
  else if (Array.isArray(value)) setOwn(out, key, mergeList(present, value, schema));
  else if (!isJsonObject(value)) setOwn(out, key, value);
  else if (schema.type === 'array') throw new PatchRejected(422, 'cannot restore slice from map');
  else if (schema['x-kubernetes-patch-strategy']?.split(',').includes('replace')) setOwn(out, key, plainObject(value));
  else setOwn(out, key, mergeMap(present, value, schema));
}

function mergeList(target: Json | undefined, patch: Json[], schema: Schema): Json[] {
  const live = Array.isArray(target) ? target : [];
  if (!listIsMerged(schema)) return patch.filter((item) => !isDirectiveOnly(item)).map(withoutDirectives);
  const key = mergeKeyOf(schema);
  if (key === undefined) return inOrder([...live, ...patch.filter((item) => !live.some((l) => equalJson(l, item)))], live, patch, key);
  if (patch.some((item) => isJsonObject(item) && item[DIRECTIVE] === 'replace'))
    return patch.filter((item) => !isDirectiveOnly(item)).map(withoutDirectives);
  const entries = patch.map((item) => entryOf(item, key));
  // Deletions come first, wherever they stand in the patch.
  const gone = entries.filter((entry) => entry[DIRECTIVE] === 'delete');
  const kept = entries.filter((entry) => entry[DIRECTIVE] !== 'delete');
  const out = live.filter((item) => !gone.some((entry) => isJsonObject(item) && equalJson(item[key], entry[key])));
  for (const entry of kept) {
    const at = out.findIndex((item) => isJsonObject(item) && equalJson(item[key], entry[key]));
    if (at >= 0) out[at] = mergeMap(out[at], entry, schema.items ?? {});
    else out.push(plainObject(entry));
  }
  return inOrder(out, live, kept, key);
}

function entryOf(item: Json, key: string): JsonObject {
  if (!isJsonObject(item)) throw new PatchRejected(400, `invalid patch: expected an object in a list that is merged by ${key}`);
  if (item[key] === undefined) throw new PatchRejected(500, `map: ${goText(item)} does not contain declared merge key: ${key}`);
  return item;
}

function isDirectiveOnly(item: Json): boolean {
  return isJsonObject(item) && item[DIRECTIVE] !== undefined && Object.keys(item).length === 1;
}

function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => !isDirectiveOnly(item)).map(withoutDirectives);
  return isJsonObject(value) ? plainObject(value) : value;
}

function plainObject(value: JsonObject): JsonObject {
  const plain: JsonObject = {};
  for (const [key, child] of Object.entries(value))
    if (!key.startsWith('$') && child !== undefined && child !== null) setOwn(plain, key, withoutDirectives(child));
  return plain;
}

function removeScalars(out: JsonObject, field: string, gone: Json | undefined): void {
  const list = out[field];
  if (Array.isArray(list) && Array.isArray(gone)) out[field] = list.filter((item) => !gone.some((g) => equalJson(g, item)));
}

/** Reorders the list at `field` by the patch's $setElementOrder; `before` is the list as it was. */
function orderList(out: JsonObject, before: Json | undefined, field: string, wanted: Json | undefined, schema: Schema): void {
  const list = out[field];
  if (!Array.isArray(list) || !Array.isArray(wanted)) return;
  out[field] = inOrder(list, Array.isArray(before) ? before : [], wanted, mergeKeyOf(fieldOf(schema, field) ?? {}));
}

/**
 * Items that `wanted` names follow it; those only the server has keep their place relative to their neighbours of before.
 * The walk is that of Kubernetes' strategicpatch.
 */
function inOrder(list: Json[], before: Json[], wanted: Json[], key: string | undefined): Json[] {
  const idOf = (item: Json | undefined): string => JSON.stringify(key !== undefined && isJsonObject(item) ? item[key] : item) ?? '';
  const order = wanted.map(idOf);
  const earlier = before.map(idOf);
  const named = list.filter((item) => order.includes(idOf(item))).sort((a, b) => order.indexOf(idOf(a)) - order.indexOf(idOf(b)));
  const others = list.filter((item) => !order.includes(idOf(item)));
  const result: Json[] = [];
  while (named.length > 0 || others.length > 0) {
    const left = earlier.indexOf(idOf(named[0]));
    const right = earlier.indexOf(idOf(others[0]));
    const otherFirst = named.length === 0 || (others.length > 0 && left >= 0 && right >= 0 && right < left);
    const next = otherFirst ? others.shift() : named.shift();
    if (next !== undefined) result.push(next);
  }
  return result;
}

/** Go's %v of a value, which Kubernetes' messages print. */
export function goText(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isJsonObject(value)) return value === null || value === undefined ? '<nil>' : String(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`);
  return `map[${fields.join(' ')}]`;
}
