import type { Schema } from '../resources/resource-definition.js';
import { type Json, type JsonObject, equalJson, isJsonObject } from '../schema/json.js';
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
  if (!isJsonObject(patch)) throw new PatchRejected(400, 'error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  return mergeMap(object, patch, schema) as JsonObject;
}

function mergeMap(target: Json | undefined, patch: JsonObject, schema: Schema): Json | undefined {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw new PatchRejected(400, `Unknown patch type found: ${JSON.stringify(directive)}`);
  const base: JsonObject = isJsonObject(target) ? target : {};
  const out: JsonObject = { ...base };
  const retain = patch[RETAIN];
  if (Array.isArray(retain)) for (const key of Object.keys(out)) if (!retain.includes(key)) delete out[key];
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$') || value === undefined) continue;
    const child = (fieldOf(schema, key) ?? {});
    if (value === null) delete out[key];
    else if (Array.isArray(value)) out[key] = mergeList(base[key], value, child);
    else if (isJsonObject(value)) out[key] = mergeMap(base[key], value, child);
    else out[key] = value;
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_SCALARS)) removeScalars(out, key.slice(DELETE_SCALARS.length), value);
    if (key.startsWith(ORDER)) orderList(out, key.slice(ORDER.length), value, schema);
  }
  return out;
}

function mergeList(target: Json | undefined, patch: Json[], schema: Schema): Json[] {
  const live = Array.isArray(target) ? target : [];
  if (!listIsMerged(schema)) return patch.filter((item) => !isDirectiveOnly(item)).map(withoutDirectives);
  const key = mergeKeyOf(schema);
  if (key === undefined) return [...live, ...patch.filter((item) => !live.some((l) => equalJson(l, item)))];
  if (patch.some((item) => isJsonObject(item) && item[DIRECTIVE] === 'replace')) return patch.filter((item) => !isDirectiveOnly(item)).map(withoutDirectives);
  let out = [...live];
  for (const item of patch) {
    if (!isJsonObject(item)) throw new PatchRejected(400, `invalid patch: expected an object in a list that is merged by ${key}`);
    const id = item[key];
    if (id === undefined) throw new PatchRejected(400, `map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const at = out.findIndex((o) => isJsonObject(o) && equalJson(o[key], id));
    if (item[DIRECTIVE] === 'delete') out = out.filter((o) => !(isJsonObject(o) && equalJson(o[key], id)));
    else if (at >= 0) out[at] = mergeMap(out[at], item, schema.items ?? {}) as Json;
    else out.push(mergeMap(undefined, item, schema.items ?? {}) as Json);
  }
  return out;
}

function isDirectiveOnly(item: Json): boolean {
  return isJsonObject(item) && item[DIRECTIVE] !== undefined && Object.keys(item).length === 1;
}

function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => !isDirectiveOnly(item)).map(withoutDirectives);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) => (key.startsWith('$') || child === undefined || child === null ? [] : [[key, withoutDirectives(child)]])),
  );
}

function removeScalars(out: JsonObject, field: string, gone: Json | undefined): void {
  const list = out[field];
  if (Array.isArray(list) && Array.isArray(gone)) out[field] = list.filter((item) => !gone.some((g) => equalJson(g, item)));
}

/** Items that the order names come in it; others stay behind the item they followed. */
function orderList(out: JsonObject, field: string, wanted: Json | undefined, schema: Schema): void {
  const list = out[field];
  if (!Array.isArray(list) || !Array.isArray(wanted)) return;
  const key = mergeKeyOf((fieldOf(schema, field) ?? {}));
  const idOf = (item: Json): string => JSON.stringify(key !== undefined && isJsonObject(item) ? item[key] : item);
  const rank = new Map(wanted.map((item, index) => [idOf(item), index]));
  let last = -1;
  const ranked = list.map((item, index) => {
    last = rank.get(idOf(item)) ?? last;
    return { item, rank: last, index, named: rank.has(idOf(item)) };
  });
  ranked.sort((a, b) => a.rank - b.rank || Number(b.named) - Number(a.named) || a.index - b.index);
  out[field] = ranked.map(({ item }) => item);
}
