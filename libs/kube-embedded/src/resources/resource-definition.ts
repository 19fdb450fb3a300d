import type { KubeObject } from '@tidegate/kube';
import type { JsonObject } from '@tidegate/kube/json';
import type { WebhookClient } from '../webhooks/webhook-rules.js';

/** Between a version that is served and the one of the same kind that is stored. Neither changes what it is given. */
export interface Translation {
  /** The version that is stored, e.g. `v2`. */
  storedVersion: string;
  toStored(object: JsonObject): JsonObject;
  fromStored(object: JsonObject): JsonObject;
}

/** An OpenAPI v3 schema node as Kubernetes publishes it, with its extensions. */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  nullable?: boolean;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  $ref?: string;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-validations'?: {
    rule: string;
    message?: string;
    messageExpression?: string;
    reason?: string;
    fieldPath?: string;
    optionalOldSelf?: boolean;
  }[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

/** One cause of an Invalid answer, with Kubernetes' own words. */
export interface FieldError {
  reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueNotFound'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueTypeInvalid';
  /** e.g. spec.template.spec.containers[0].image */
  field: string;
  /** As Kubernetes prints it: `Invalid value: "x": must be ...`. */
  message: string;
}

export interface TableColumn {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  format?: string;
  description?: string;
  /** 0 is always shown; above only with -o wide. */
  priority?: number;
}

/** How objects of a custom kind come from one version to another: by a webhook of its definition's author. */
export interface Conversion {
  /** Version that objects are stored in. */
  storageVersion: string;
  client: WebhookClient;
  /** Versions of the review that the webhook reads, most wanted first. */
  reviewVersions: string[];
}

/** Everything the generic API needs to know about a served kind. Built-in kinds are listed by hand, custom ones come from CRDs. */
export interface ResourceDefinition {
  group: string;
  version: string;
  kind: string;
  listKind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  /** Set when versions differ and a webhook turns one into another; without it they differ in name alone. */
  conversion?: Conversion;
  /** Verbs of the main resource, in discovery's words. */
  verbs: string[];
  hasStatus: boolean;
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  /** Fully resolved for defaulting, pruning, patching and validation (no $ref except recursion through preserve-unknown-fields). */
  schema: Schema;
  /** Fields that may be used in a field selector besides metadata.name and metadata.namespace, e.g. spec.nodeName. */
  selectableFields: string[];
  /** Name of the schema's component in OpenAPI documents, e.g. io.k8s.api.apps.v1.Deployment or dev.tidegate.delivery.v1alpha1.Release. */
  component: string;
  /**
   * In place and before anything else reads the object: brings values to their stored form (quantities, nulls of built-in kinds).
   * Answers the first value of a wrong type in the decoder's words, for 400 `<Kind> in version "<v>" cannot be handled as a <Kind>: <error>`.
   * Always undefined for custom kinds, whose types validate() checks.
   */
  decode(object: KubeObject): string | undefined;
  /** Changes the object in place: defaults after decoding, mutating webhooks see them. */
  setDefaults(object: KubeObject): void;
  /** Drops unknown fields in place and returns their paths (for fieldValidation=Warn and Strict). */
  prune(object: KubeObject): string[];
  /** In place, before validation: clears what a creator may not set (status), sets generation 1 where the kind has one. */
  prepareCreate(object: KubeObject): void;
  /** In place: keeps status and immutable system fields of `previous`; raises generation when the spec changed. */
  prepareUpdate(object: KubeObject, previous: KubeObject): void;
  /** In place, for writes to /status: everything but status (and metadata that status writers may set) comes from `previous`. */
  prepareStatusUpdate(object: KubeObject, previous: KubeObject): void;
  /** Empty when valid. With `previous` for updates. What may stay though it is wrong is told in `warnings`. */
  validate(object: KubeObject, previous?: KubeObject, warnings?: string[]): FieldError[];
  columns: TableColumn[];
  /** Of a version of a built-in kind with other fields than the stored one. */
  translation?: Translation;
  /** Cells for `columns`. `now` in epoch ms, for ages. */
  cells(object: KubeObject, now: number): unknown[];
}
