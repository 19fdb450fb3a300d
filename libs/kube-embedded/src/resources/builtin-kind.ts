import type { KubeObject } from '@tidegate/kube';
import { builtinSchema } from '../openapi/builtin-schema.js';
import { decodeBuiltin } from '../schema/decode.js';
import { normalizeAsGo } from '../schema/go-values.js';
import { type JsonObject, cloneJson, ensureObject, equalJson, jsonOf, objectAt } from '@tidegate/kube/json';
import { dropNulls, pruneUnknownFields } from '../schema/prune.js';
import { type TableShape, plainTable } from './columns/table-shape.js';
import type { FieldError, ResourceDefinition, Schema, Translation } from './resource-definition.js';
import { type NameSyntax, metadataErrors, metadataUpdateErrors } from './validation/metadata-rules.js';
import { schemaErrors } from './validation/schema-rules.js';

/** One row of the table of built-in kinds: what differs between kinds. */
export interface BuiltinKind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  /** Package of the schema's component, e.g. `io.k8s.api.apps.v1`. */
  component: string;
  namespaced: boolean;
  shortNames?: string[];
  categories?: string[];
  /** Default true for kinds whose schema has a status. */
  hasStatus?: boolean;
  scale?: ResourceDefinition['scale'];
  /** Raises metadata.generation when anything outside metadata and status changes. */
  hasGeneration?: boolean;
  translation?: Translation;
  selectableFields?: string[];
  nameSyntax?: NameSyntax;
  table?: TableShape;
  /** In place, before defaults are needed by anything else. */
  setDefaults?(object: JsonObject): void;
  /** In place, after the generic preparation of a new object. */
  prepareCreate?(object: JsonObject): void;
  /** In place, after the generic preparation of an update. */
  prepareUpdate?(object: JsonObject, previous: JsonObject): void;
  /** Rules of this kind beyond metadata and schema. */
  validate?(object: JsonObject, previous?: JsonObject): FieldError[];
  verbs?: string[];
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

export function defineBuiltin(kind: BuiltinKind): ResourceDefinition {
  const component = `${kind.component}.${kind.kind}`;
  const schema = builtinSchema(component);
  const hasStatus = kind.hasStatus ?? schema.properties?.status !== undefined;
  const table = kind.table ?? plainTable;
  return {
    group: kind.group,
    version: kind.version,
    kind: kind.kind,
    listKind: `${kind.kind}List`,
    plural: kind.plural,
    singular: kind.kind.toLowerCase(),
    shortNames: kind.shortNames ?? [],
    categories: kind.categories ?? [],
    namespaced: kind.namespaced,
    verbs: kind.verbs ?? allVerbs,
    hasStatus,
    scale: kind.scale,
    schema,
    component,
    ...(kind.translation ? { translation: kind.translation } : {}),
    selectableFields: kind.selectableFields ?? [],
    columns: table.columns,
    cells: (object, now) => table.cells(jsonOf(object), now),
    decode(object) {
      const json = jsonOf(object);
      dropNulls(json);
      return decodeBuiltin(json, schema);
    },
    prune: (object) => pruneUnknownFields(jsonOf(object), schema),
    setDefaults(object) {
      const json = jsonOf(object);
      kind.setDefaults?.(json);
      normalizeAsGo(json, schema);
    },
    ...lifecycleOf(kind, schema, hasStatus),
    validate(object, previous) {
      const json = jsonOf(object);
      const before = previous && jsonOf(previous);
      const own = kind.validate?.(json, before) ?? [];
      // A kind's own sentence about what is missing is the one that counts.
      const isTold = ({ field, reason }: FieldError): boolean => reason === 'FieldValueRequired' && own.some((e) => e.field === field && e.reason === reason);
      return [
        ...metadataErrors(json, kind.namespaced, kind.nameSyntax ?? 'subdomain', kind.group === 'apiextensions.k8s.io' ? 'any' : 'core'),
        ...(before ? metadataUpdateErrors(json, before) : []),
        ...schemaErrors(json, schema).filter((error) => !isTold(error)),
        ...own,
      ];
    },
  };
}

type Lifecycle = Pick<ResourceDefinition, 'prepareCreate' | 'prepareUpdate' | 'prepareStatusUpdate'>;

function lifecycleOf(kind: BuiltinKind, schema: Schema, hasStatus: boolean): Lifecycle {
  const setGeneration = (object: KubeObject, generation: unknown): void => {
    const metadata = ensureObject(jsonOf(object), 'metadata');
    if (typeof generation === 'number') metadata.generation = generation;
    else delete metadata.generation;
  };
  return {
    prepareCreate(object) {
      const json = jsonOf(object);
      if (hasStatus) delete json.status;
      setGeneration(object, kind.hasGeneration ? 1 : undefined);
      kind.prepareCreate?.(json);
      normalizeAsGo(json, schema);
    },
    prepareUpdate(object, previous) {
      const json = jsonOf(object);
      const before = jsonOf(previous);
      if (hasStatus) replaceField(json, before, 'status');
      kind.prepareUpdate?.(json, before);
      const generation = objectAt(before, 'metadata')?.generation;
      if (!kind.hasGeneration) setGeneration(object, generation);
      else setGeneration(object, (typeof generation === 'number' ? generation : 0) + (sameDesire(json, before) ? 0 : 1));
    },
    prepareStatusUpdate(object, previous) {
      const json = jsonOf(object);
      const before = jsonOf(previous);
      for (const key of new Set([...Object.keys(json), ...Object.keys(before)]))
        if (key !== 'metadata' && key !== 'status' && key !== 'apiVersion' && key !== 'kind') replaceField(json, before, key);
      const metadata = ensureObject(json, 'metadata');
      const metadataBefore = objectAt(before, 'metadata') ?? {};
      for (const key of ['labels', 'ownerReferences', 'generation']) replaceField(metadata, metadataBefore, key);
    },
  };
}

function replaceField(target: JsonObject, from: JsonObject, key: string): void {
  if (from[key] === undefined) delete target[key];
  else target[key] = cloneJson(from[key]);
}

/** Everything but identity, metadata and status is what the user asks for. */
export function sameDesire(object: JsonObject, previous: JsonObject): boolean {
  for (const key of new Set([...Object.keys(object), ...Object.keys(previous)])) {
    if (key === 'metadata' || key === 'status' || key === 'apiVersion' || key === 'kind') continue;
    if (!equalJson(object[key], previous[key])) return false;
  }
  return true;
}
