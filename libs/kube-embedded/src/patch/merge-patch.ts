import { type Json, type JsonObject, isJsonObject } from '../schema/json.js';
import { PatchRejected } from './patch-rejected.js';

function merge(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const out: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else if (value !== undefined) out[key] = merge(out[key], value);
  }
  return out;
}

/** RFC 7386. Throws PatchRejected when the patch is no object. */
export function applyMergePatch(object: JsonObject, patch: unknown): JsonObject {
  if (!isJsonObject(patch)) throw new PatchRejected(400, 'error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  return merge(object, patch) as JsonObject;
}
