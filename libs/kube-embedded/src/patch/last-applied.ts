import { type Json, type JsonObject, cloneJson, ensureObject, isJsonObject, jsonOf, objectAt } from '@tidegate/kube/json';
import { pathText } from './field-set.js';
import { type ApplyRequest, type ApplyResult, applyServerSide, conflictMessage } from './server-side-apply.js';
import { fieldsOf } from './typed-fields.js';

/** Where `kubectl apply` keeps what it sent, to know at the next time what is missing. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** The manager of `kubectl apply --server-side`. */
const KUBECTL = 'kubectl';
/** Kubernetes' limit for all annotations of an object. */
const LARGEST_ANNOTATIONS_BYTES = 256 * 1024;

/**
 * Server-side apply as the API server does it for kubectl, who may have applied the same object on the client's side before: the
 * annotation stays true, and fields that it names are kubectl's own, so that they are no conflict. The same as `applyServerSide` for
 * everybody else.
 */
export function applyWithLastApplied(request: ApplyRequest): ApplyResult {
  const result = applyServerSide(request);
  if (request.manager !== KUBECTL) return result;
  const live = request.live && jsonOf(request.live);
  const known = annotationOf(live);
  if (known === undefined) return result;
  if (!('conflicts' in result)) return withAnnotation(result, request);
  const own = new Set(appliedPaths(known, request));
  const foreign = result.conflicts.filter((c) => !own.has(c.field));
  if (foreign.length > 0) return { conflicts: foreign, message: conflictMessage(foreign) };
  const forced = applyServerSide({ ...request, force: true });
  return 'conflicts' in forced ? forced : withAnnotation(forced, request);
}

function annotationOf(object: JsonObject | undefined): string | undefined {
  const text = objectAt(objectAt(object, 'metadata'), 'annotations')?.[LAST_APPLIED];
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function appliedPaths(text: string, { schema }: ApplyRequest): string[] {
  try {
    const applied: unknown = JSON.parse(text);
    return isJson(applied) && isJsonObject(applied) ? [...fieldsOf(applied, schema, true).paths()].map(pathText) : [];
  } catch {
    // Written by hand: it allows nothing.
    return [];
  }
}

const isJson = (value: unknown): value is Json => value !== undefined;

function withAnnotation(result: Extract<ApplyResult, { object: unknown }>, request: ApplyRequest): ApplyResult {
  const object = cloneJson(jsonOf(result.object));
  const annotations = ensureObject(ensureObject(object, 'metadata'), 'annotations');
  const text = lastAppliedText(request);
  const size = Object.entries({ ...annotations, [LAST_APPLIED]: text }).reduce((sum, [k, v]) => sum + k.length + String(v).length, 0);
  if (size > LARGEST_ANNOTATIONS_BYTES) delete annotations[LAST_APPLIED];
  else annotations[LAST_APPLIED] = text;
  return { object, changed: result.changed || annotationOf(jsonOf(result.object)) !== text };
}

/** What was sent, without what kubectl would leave out, in the order in which Go writes it. */
function lastAppliedText(request: ApplyRequest): string {
  const sent = cloneJson(jsonOf(request.sent ?? request.applied));
  const metadata = objectAt(sent, 'metadata');
  const annotations = objectAt(metadata, 'annotations');
  if (annotations) delete annotations[LAST_APPLIED];
  if (metadata) delete metadata.managedFields;
  return `${JSON.stringify(sorted(sent))}\n`;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}
