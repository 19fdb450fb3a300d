import { isDeepStrictEqual } from 'node:util';
import {
  type JsonObject,
  type ServingKind,
  type ServingObject,
  defaultServingObject,
  isServingKind,
  messagesOf,
  readServingObject,
  reviewConfigMap,
  validateServingObject,
} from '@tidegate/serving-admission';
import type { ServingConfig } from '@tidegate/serving-config';
import { SERVING_GROUP } from '@tidegate/serving-contract';
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.js';
import { annotate } from './annotate.js';
import type { Handlers } from './webhook-server.js';

export const SERVING_PATHS = {
  defaulting: '/serving/defaulting',
  validation: '/serving/resource-validation',
  config: '/serving/config-validation',
} as const;

/** Knative's defaults and checks of its kinds, and of the config maps that they follow; in its words. */
export function servingHandlers(config: () => ServingConfig): Handlers {
  return {
    [SERVING_PATHS.defaulting]: (review) => withObjects(review, (kind, object, old) => defaulted(review, kind, object, old, config())),
    [SERVING_PATHS.validation]: (review) => withObjects(review, (kind, object, old) => validated(kind, object, old, config())),
    [SERVING_PATHS.config]: (review) => {
      const complaint = isObject(review.object) ? reviewConfigMap(review.object) : undefined;
      return complaint === undefined ? { allowed: true } : refused(`validation failed: ${complaint}`);
    },
  };
}

type Decide = (kind: ServingKind, object: ServingObject, old: ServingObject | undefined) => AdmissionAnswer;

function withObjects(review: AdmissionRequest, decide: Decide): AdmissionAnswer {
  const { group, kind } = review.kind;
  if (group !== SERVING_GROUP || !isServingKind(kind) || !isObject(review.object)) return { allowed: true };
  const object = readServingObject(kind, placed(review.object, review));
  if (!object.ok) return refused(`decoding request failed: cannot decode incoming new object: ${object.error}`);
  const [unknown] = object.value.unknown;
  if (unknown !== undefined) {
    const field = unknown.slice(unknown.lastIndexOf('.') + 1);
    return refused(`decoding request failed: cannot decode incoming new object: json: unknown field "${field}"`);
  }
  // What leaves is not held up.
  if (object.value.metadata['deletionTimestamp'] !== undefined) return { allowed: true };
  const before = isObject(review.oldObject) ? readServingObject(kind, review.oldObject) : undefined;
  return decide(kind, object.value, before?.ok ? before.value : undefined);
}

function defaulted(
  review: AdmissionRequest,
  kind: ServingKind,
  object: ServingObject,
  old: ServingObject | undefined,
  config: ServingConfig,
): AdmissionAnswer {
  const { spec, annotations } = defaultServingObject(kind, object, old, review.userInfo?.username ?? '', config);
  const given = isObject(review.object) ? review.object : {};
  const existing = isObject(given['metadata']) && isObject(given['metadata']['annotations']) ? given['metadata']['annotations'] : undefined;
  return {
    allowed: true,
    patch: [
      ...(isDeepStrictEqual(given['spec'], spec) ? [] : [{ op: 'add', path: '/spec', value: spec }]),
      ...(Object.keys(annotations).length === 0 ? [] : annotate(existing, annotations)),
    ],
  };
}

function validated(kind: ServingKind, object: ServingObject, old: ServingObject | undefined, config: ServingConfig): AdmissionAnswer {
  const findings = validateServingObject(kind, object, old, config);
  const warnings = messagesOf(findings, 'warning');
  const errors = messagesOf(findings, 'error');
  return errors.length === 0 ? { allowed: true, warnings } : { ...refused(`validation failed: ${errors.join('\n')}`), warnings };
}

/** As Knative's own webhook answers. */
function refused(message: string): AdmissionAnswer {
  return { allowed: false, message, refusal: { code: 400, reason: 'BadRequest' } };
}

/** The namespace may stand only in the request. */
function placed(object: JsonObject, { namespace }: AdmissionRequest): JsonObject {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  return namespace === undefined || metadata['namespace'] ? object : { ...object, metadata: { ...metadata, namespace } };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
