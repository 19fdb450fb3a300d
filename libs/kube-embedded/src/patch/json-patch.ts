import { applyPatch, type Operation } from 'rfc6902';
import { type JsonObject, cloneJson, isJsonObject } from '../schema/json.js';
import { PatchRejected } from './patch-rejected.js';

/** As the API server bounds it. */
const MOST_OPERATIONS = 10_000;
const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

function isOperation(value: unknown): value is Operation {
  return isJsonObject(value) && typeof value['op'] === 'string' && OPERATIONS.has(value['op']) && typeof value['path'] === 'string';
}

/** RFC 6902. Throws PatchRejected; the object given is left as it was. */
export function applyJsonPatch(object: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch)) throw new PatchRejected(400, 'error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (patch.length > MOST_OPERATIONS) throw new PatchRejected(422, `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`);
  const copy = cloneJson(object);
  for (const operation of patch) {
    if (!isOperation(operation)) throw new PatchRejected(400, `Unexpected kind: ${JSON.stringify(operation)}`);
    const [error] = applyPatch(copy, [operation]);
    if (error) throw new PatchRejected(422, messageFor(operation, error));
  }
  return copy;
}

function messageFor(operation: Operation, error: Error): string {
  if (operation.op === 'test') return `testing path ${operation.path} value failed: test failed`;
  return `${operation.op} operation does not apply: doc is missing ${operation.op === 'remove' || operation.op === 'replace' ? 'key' : 'path'}: ${operation.path}: ${error.name === 'MissingError' ? 'missing value' : error.message}`;
}
