import type { FieldError } from '../resources/resource-definition.js';
import { invalidValue } from '../schema/field-errors.js';
import type { Json } from '@tidegate/kube/json';
import { goText } from './strategic-merge-patch.js';

/** A patched object whose values do not fit their types: Kubernetes shows the patch itself for strategic patches, else the whole object. */
export function unfitPatch(kind: 'json' | 'merge' | 'strategic', patch: unknown, patched: object, refusal: string): FieldError {
  if (kind !== 'strategic') return invalidValue('patch', sortedText(patched), refusal);
  return invalidValue('patch', goText(patch as Json), converterWords(refusal));
}

/** JSON with the top level sorted, the form in which Kubernetes quotes a patched object. */
function sortedText(object: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The same refusal in the words of Go's converter of unstructured objects, where they differ from those of its JSON decoder. */
function converterWords(refusal: string): string {
  const [, given = '', type = ''] = /^json: cannot unmarshal (\S+) .*into Go struct field \S+ of type (.+)$/.exec(refusal) ?? [];
  const from = given === 'object' ? 'map' : given === 'array' ? 'slice' : given === 'number' ? 'int64' : given;
  if (type === '') return refusal;
  if (type.startsWith('[]')) return `cannot restore slice from ${from}`;
  if (type.startsWith('map[')) return `cannot restore map from ${from}`;
  if (type === 'string' && from === 'int64') return 'cannot convert int64 to string';
  if (/^(string|bool|int32|int64|float64)$/.test(type)) return `unrecognized type: ${type}`;
  // Quantities, times and int-or-strings read themselves.
  return /^v1\.(Time|MicroTime)$|^resource\.|^intstr\./.test(type) ? refusal : `cannot restore struct from: ${from}`;
}
