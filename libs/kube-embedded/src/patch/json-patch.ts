import { applyPatch, type Operation, Pointer } from 'rfc6902';
import { type JsonObject, cloneJson, isJsonObject } from '@tidegate/kube/json';
import { PatchRejected } from './patch-rejected.js';

/** As the API server bounds it. */
const MOST_OPERATIONS = 10_000;
const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

/** Kubernetes' library replaces a key that an object does not have as if it were added. */
function asKubernetesReadsIt(document: JsonObject, operation: Operation): Operation {
  if (operation.op !== 'replace') return operation;
  const parent = Pointer.fromJSON(operation.path.slice(0, operation.path.lastIndexOf('/'))).get(document);
  return isJsonObject(parent) ? { op: 'add', path: operation.path, value: operation.value } : operation;
}

function isOperation(value: unknown): value is Operation {
  if (!isJsonObject(value) || typeof value.op !== 'string' || !OPERATIONS.has(value.op)) return false;
  // The root itself is never a target: it would stop being an object of the API.
  if (typeof value.path !== 'string' || !value.path.startsWith('/')) return false;
  if (value.op === 'move' || value.op === 'copy') return typeof value.from === 'string';
  return value.op === 'remove' || value.value !== undefined;
}

/** Kubernetes says no more than this when an operation cannot be applied; the cause is for the log. */
const REJECTED = 'the server rejected our request due to an error in our request';

/** RFC 6902. Throws PatchRejected with Kubernetes' status and words; the object given is left as it was. */
export function applyJsonPatch(object: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch))
    throw new PatchRejected(400, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
  if (patch.length > MOST_OPERATIONS)
    throw new PatchRejected(413, `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`);
  const copy = cloneJson(object);
  // One operation after the other: the library goes on after a failure, Kubernetes does not.
  for (const operation of patch) {
    if (!isOperation(operation))
      throw new PatchRejected(422, REJECTED, { cause: `not an operation: ${JSON.stringify(operation).slice(0, 200)}` });
    const [failure] = applyPatch(copy, [asKubernetesReadsIt(copy, operation)]);
    if (failure) throw new PatchRejected(422, REJECTED, { cause: failure });
  }
  return copy;
}
