import { randomBytes, randomUUID } from 'node:crypto';
import type { KubeObject, ObjectMeta } from '@tidegate/kube';
import { apiVersionOf } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { badRequest } from './api-error.js';
import { wrongKind } from './wrong-kind.js';
import { cloneJson } from '@tidegate/kube/json';

/** Letters that generated names use: no vowels, so that no words come out. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const LONGEST_GENERATED_BASE = 58;

export function generatedName(base: string): string {
  const letters = [...randomBytes(SUFFIX_LENGTH)].map((b) => SUFFIX_LETTERS[b % SUFFIX_LETTERS.length]);
  return `${base.slice(0, LONGEST_GENERATED_BASE)}${letters.join('')}`;
}

/** RFC 3339 with whole seconds, as Kubernetes writes metav1.Time. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const GO_MISMATCH =
  'json: cannot unmarshal into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** A body as an object of the kind: a fresh copy with apiVersion, kind and metadata. Throws 400. */
export function decodeObject(
  definition: ResourceDefinition,
  body: unknown,
  namespace: string | undefined,
  name: string | undefined,
): KubeObject & { metadata: ObjectMeta } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const why = body === undefined ? 'unexpected end of JSON input (<empty>)' : GO_MISMATCH;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${definition.kind}): couldn't get version/kind; json parse error: ${why}`,
    );
  }
  const object = cloneJson(body) as KubeObject;
  const apiVersion = apiVersionOf(definition);
  const complaint = wrongKind(definition, object);
  if (complaint !== undefined) throw badRequest(complaint);
  const metadata: ObjectMeta = typeof object.metadata === 'object' && object.metadata !== null ? object.metadata : {};
  if (definition.namespaced) {
    if (metadata.namespace && metadata.namespace !== namespace)
      throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    metadata.namespace = namespace ?? '';
  } else delete metadata.namespace;
  if (name !== undefined) {
    if (!metadata.name) metadata.name = name;
    if (metadata.name !== name) throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  const { apiVersion: _a, kind: _k, metadata: _m, ...rest } = object;
  return { apiVersion, kind: definition.kind, metadata, ...rest };
}

/** System fields of a new object. */
export function stampNew(metadata: ObjectMeta, now: number): void {
  if (!metadata.name && metadata.generateName) metadata.name = generatedName(metadata.generateName);
  metadata.uid = randomUUID();
  metadata.creationTimestamp = timestamp(now);
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.resourceVersion;
  delete metadata.selfLink;
}

/** System fields of an update come from what is stored, whatever the client sent. */
export function keepSystemFields(metadata: ObjectMeta, previous: ObjectMeta): void {
  metadata.uid ??= previous.uid;
  for (const field of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generateName'] as const) {
    if (previous[field] === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: previous[field] });
  }
  delete metadata.selfLink;
}
