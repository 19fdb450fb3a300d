import type { Schema } from '../resources/resource-definition.js';
import { type Json, type JsonObject, cloneJson, isJsonObject } from '@tidegate/kube/json';
import type { FieldSet } from './field-set.js';
import { elementOf, fieldOf, isSplitList, isSplitObject, splitList } from './typed-fields.js';

/** Lays `applied` over `live` by schema: objects by key, split lists by item, everything else replaced. Answers new values. */
export function mergeApplied(live: Json | undefined, applied: Json | undefined, schema: Schema | undefined): Json | undefined {
  if (applied === undefined) return cloneJson(live);
  if (isSplitObject(live, schema) && isSplitObject(applied, schema)) {
    const result: JsonObject = {};
    for (const key of new Set([...Object.keys(live), ...Object.keys(applied)])) {
      const merged = mergeApplied(live[key], applied[key], fieldOf(schema, key));
      if (merged !== undefined) result[key] = merged;
    }
    return result;
  }
  if (isSplitList(live, schema) && isSplitList(applied, schema)) return mergeLists(live, applied, schema) ?? cloneJson(applied);
  return cloneJson(applied);
}

/**
 * Order of structured-merge-diff: shared items in the applied order, the server's own items where they were relative to their
 * neighbours. Undefined when the items cannot be told apart.
 */
function mergeLists(live: Json[], applied: Json[], schema: Schema | undefined): Json[] | undefined {
  const left = splitList(live, schema);
  const right = splitList(applied, schema);
  if (!left || !right) return undefined;
  const leftKeys = [...left.keys()];
  const rightKeys = [...right.keys()];
  const shared = rightKeys.filter((element) => left.has(element));
  const result: Json[] = [];
  const done = new Set<string>();
  const take = (element: string): void => {
    const merged = mergeApplied(left.get(element), right.get(element), schema?.items);
    if (merged !== undefined) result.push(merged);
    done.add(element);
    if (shared[0] === element) shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < leftKeys.length || r < rightKeys.length) {
    const ours = leftKeys[l];
    const theirs = rightKeys[r];
    if (ours !== undefined && ours === theirs) {
      take(ours);
      l += 1;
      r += 1;
    } else if (ours !== undefined && theirs !== undefined && right.has(ours) && shared[0] !== undefined && shared[0] !== ours) l += 1;
    else if (ours !== undefined && !right.has(ours)) {
      take(ours);
      l += 1;
    } else if (ours !== undefined && done.has(ours)) l += 1;
    else if (theirs !== undefined) {
      take(theirs);
      r += 1;
    } else l += 1;
  }
  return result;
}

/** Without the members of `set`; whatever is below a member goes with it. Changes `value` in place and answers it. */
export function removeFields(value: Json | undefined, set: FieldSet, schema: Schema | undefined): Json | undefined {
  if (isSplitObject(value, schema)) {
    for (const [element, child] of set.children) {
      const key = element.slice(2);
      if (!element.startsWith('f:') || value[key] === undefined) continue;
      if (child.member) delete value[key];
      else {
        const left = removeFields(value[key], child, fieldOf(schema, key));
        if (left === undefined) delete value[key];
        else value[key] = left;
      }
    }
    return value;
  }
  if (!isSplitList(value, schema)) return value;
  return value.flatMap((item) => {
    const at = elementOf(item, schema);
    const child = 'element' in at ? set.children.get(at.element) : undefined;
    if (child?.member) return [];
    const left = child ? removeFields(item, child, schema?.items) : item;
    return left === undefined ? [] : [left];
  });
}

/** Whether two objects say the same but for metadata.managedFields. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const copy = { ...object };
  if (isJsonObject(copy.metadata)) {
    copy.metadata = { ...copy.metadata };
    delete copy.metadata.managedFields;
  }
  return copy;
}
