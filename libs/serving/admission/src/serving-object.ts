import { type Result, err, ok } from '@tidegate/kernel';
import { type Decoded, decode } from './go-types/decode.js';
import { struct } from './go-types/types.js';
import { type Json, type JsonObject, objectAt, own } from './json.js';

/** The kinds that admission knows, with the Go types of their specs. */
export const SPEC_TYPES = {
  Service: 'v1.ServiceSpec',
  Configuration: 'v1.ConfigurationSpec',
  Route: 'v1.RouteSpec',
  Revision: 'v1.RevisionSpec',
  DomainMapping: 'v1beta1.DomainMappingSpec',
} as const;
export type ServingKind = keyof typeof SPEC_TYPES;

export const isServingKind = (kind: string): kind is ServingKind => Object.hasOwn(SPEC_TYPES, kind);

/** An object of one of these kinds, with its spec as Go would hold it. */
export interface ServingObject {
  metadata: JsonObject;
  spec: JsonObject;
  /** Paths of fields of the spec that do not exist. */
  unknown: readonly string[];
}

/** The error is what Knative's decoder says. */
export function readServingObject(kind: ServingKind, object: JsonObject): Result<ServingObject, string> {
  const metadata = objectAt(object, 'metadata') ?? {};
  const decoded: Result<Decoded, string> = decode(specOf(object), struct(SPEC_TYPES[kind]), { struct: kind, field: 'spec' });
  return decoded.ok ? ok({ metadata, spec: decoded.value.value, unknown: decoded.value.unknown }) : err(decoded.error);
}

const specOf = (object: JsonObject): Json => own(object, 'spec') ?? {};
