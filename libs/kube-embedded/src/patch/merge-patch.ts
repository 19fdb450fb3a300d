import { type JsonObject, cloneJson, isJsonObject, setOwn } from '@tidegate/kube/json';
import { PatchRejected } from './patch-rejected.js';

/** RFC 7386. Answers a new object that shares nothing with its arguments; throws PatchRejected when the patch is no object. */
export function applyMergePatch(object: JsonObject, patch: unknown): JsonObject {
  if (!isJsonObject(patch))
    throw new PatchRejected(400, 'error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  const result = cloneJson(object);
  mergeInto(result, patch);
  return result;
}

function mergeInto(target: JsonObject, patch: JsonObject): void {
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || value === undefined) delete target[key];
    else if (!isJsonObject(value)) setOwn(target, key, cloneJson(value));
    else {
      const present = Object.hasOwn(target, key) ? target[key] : undefined;
      const below: JsonObject = isJsonObject(present) ? present : {};
      mergeInto(below, value);
      setOwn(target, key, below);
    }
  }
}
