import type { CustomResourceDefinition, KubeObject } from '@tidegate/kube';
import { OBJECT_META, builtinSchema } from '../openapi/builtin-schema.js';
import { applyDefaults } from '../schema/default-values.js';
import { normalizeAsGo } from '../schema/go-values.js';
import {
  type Json,
  type JsonObject,
  cloneJson,
  ensureObject,
  isJsonObject,
  jsonOf,
  objectAt,
  objectsAt,
  textAt,
  textsAt,
} from '@tidegate/kube/json';
import { parseJsonPath } from '../schema/json-path.js';
import { dropTypedNulls, pruneUnknownFields } from '../schema/prune.js';
import { validateValue } from '../schema/validate-values.js';
import { sameDesire } from './builtin-kind.js';
import { ageText } from './columns/duration-text.js';
import { agedTable, nameColumn, nameOf } from './columns/table-shape.js';
import { SchemaRules } from '../cel/run-rules.js';
import { invalidValue } from '../schema/field-errors.js';
import type { FieldError, ResourceDefinition, Schema, TableColumn } from './resource-definition.js';
import type { WebhookClient } from '../webhooks/webhook-rules.js';
import { metadataErrors, metadataUpdateErrors } from './validation/metadata-rules.js';

const allVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** One definition per served version of a CustomResourceDefinition. */
export function definitionsFromCrd(crd: CustomResourceDefinition): ResourceDefinition[] {
  const spec = objectAt(jsonOf(crd), 'spec');
  return objectsAt(spec, 'versions')
    .filter((version) => version.served === true)
    .map((version) => definitionOf(spec ?? {}, version));
}

function definitionOf(spec: JsonObject, version: JsonObject): ResourceDefinition {
  const names = objectAt(spec, 'names') ?? {};
  const kind = textAt(names, 'kind');
  const group = textAt(spec, 'group');
  const schema = resourceSchema(version);
  const namespaced = textAt(spec, 'scope') === 'Namespaced';
  const scale = objectAt(version, 'subresources', 'scale');
  const hasStatus = objectAt(version, 'subresources', 'status') !== undefined;
  const rules = new SchemaRules(schema);
  return {
    group,
    version: textAt(version, 'name'),
    kind,
    listKind: textAt(names, 'listKind') || `${kind}List`,
    plural: textAt(names, 'plural'),
    singular: textAt(names, 'singular') || kind.toLowerCase(),
    shortNames: textsAt(names, 'shortNames'),
    categories: textsAt(names, 'categories'),
    namespaced,
    ...conversionOf(spec),
    verbs: allVerbs,
    hasStatus,
    ...(scale && {
      scale: {
        specReplicasPath: textAt(scale, 'specReplicasPath'),
        statusReplicasPath: textAt(scale, 'statusReplicasPath'),
        ...(scale.labelSelectorPath !== undefined && { labelSelectorPath: textAt(scale, 'labelSelectorPath') }),
      },
    }),
    schema,
    component: [...group.split('.').reverse(), textAt(version, 'name'), kind].join('.'),
    selectableFields: objectsAt(version, 'selectableFields').map((field) => textAt(field, 'jsonPath').replace(/^\./, '')),
    decode: () => undefined,
    setDefaults(object) {
      const json = jsonOf(object);
      dropTypedNulls(json, schema);
      applyDefaults(json, schema);
      // Metadata is a built-in type in custom kinds as well.
      normalizeAsGo(ensureObject(json, 'metadata'), builtinSchema(OBJECT_META));
    },
    prune: (object) => pruneUnknownFields(jsonOf(object), schema),
    validate(object, previous, warnings = []) {
      const json = jsonOf(object);
      const before = previous && jsonOf(previous);
      const updates = before ? metadataUpdateErrors(json, before) : [];
      const body = bodyErrors(json, schema, before);
      return [...metadataErrors(json, namespaced, 'subdomain'), ...updates, ...body, ...ruleErrors(rules, json, before, body, warnings)];
    },
    ...lifecycleOf(hasStatus),
    ...tableOf(objectsAt(version, 'additionalPrinterColumns')),
  };
}

function conversionOf(spec: JsonObject): Pick<ResourceDefinition, 'conversion'> {
  const webhook = objectAt(spec, 'conversion', 'webhook');
  const client = objectAt(webhook, 'clientConfig');
  if (objectAt(spec, 'conversion')?.strategy !== 'Webhook' || !client) return {};
  const storageVersion = textAt(objectsAt(spec, 'versions').find((version) => version.storage === true), 'name');
  // Validation has checked its shape together with the definition.
  return { conversion: { storageVersion, client: client as WebhookClient, reviewVersions: textsAt(webhook, 'conversionReviewVersions') } };
}

/** The version's schema with identity and metadata filled in, which the author leaves open. */
function resourceSchema(version: JsonObject): Schema {
  const given = objectAt(version, 'schema', 'openAPIV3Schema');
  // The API server has checked the schema as part of the CustomResourceDefinition, so its shape is that of a schema.
  const schema: Schema = given ? cloneJson(given) : { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  schema.properties = {
    ...schema.properties,
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: builtinSchema(OBJECT_META),
  };
  return schema;
}

/** Metadata has rules of its own, and its schema's are those of Go's decoder. */
function bodyOf(object: JsonObject): JsonObject {
  const { metadata: _metadata, ...body } = object;
  return body;
}

function bodyErrors(object: JsonObject, schema: Schema, previous: JsonObject | undefined): FieldError[] {
  const { required, ...rest } = schema;
  const wanted: Schema = { ...rest, ...(required ? { required: required.filter((key) => key !== 'metadata') } : {}) };
  return validateValue(bodyOf(object), wanted, '', previous && bodyOf(previous));
}

/** Rules read an object of the schema's types: another one is refused before they run. */
function ruleErrors(rules: SchemaRules, object: JsonObject, previous: JsonObject | undefined, body: readonly FieldError[], warnings: string[]): FieldError[] {
  if (rules.isEmpty) return [];
  const isUnfit = body.some(({ reason }) => reason === 'FieldValueRequired' || reason === 'FieldValueTypeInvalid');
  if (isUnfit) return [invalidValue('<nil>', null, UNCHECKED)];
  const { errors, tolerated } = rules.check(object, previous);
  warnings.push(...tolerated.map(({ field, message }) => `${field}: ${message}`));
  return errors;
}
const UNCHECKED = 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

function lifecycleOf(hasStatus: boolean): Pick<ResourceDefinition, 'prepareCreate' | 'prepareUpdate' | 'prepareStatusUpdate'> {
  const generationOf = (object: JsonObject): number => {
    const generation = objectAt(object, 'metadata')?.generation;
    return typeof generation === 'number' ? generation : 1;
  };
  const sameIgnoringStatus = (object: JsonObject, previous: JsonObject): boolean =>
    hasStatus
      ? sameDesire(object, previous)
      : sameDesire({ ...object, statusToo: object.status }, { ...previous, statusToo: previous.status });
  return {
    prepareCreate(object: KubeObject) {
      const json = jsonOf(object);
      if (hasStatus) delete json.status;
      ensureObject(json, 'metadata').generation = 1;
    },
    prepareUpdate(object, previous) {
      const json = jsonOf(object);
      const before = jsonOf(previous);
      if (hasStatus) copyField(json, before, 'status');
      ensureObject(json, 'metadata').generation = generationOf(before) + (sameIgnoringStatus(json, before) ? 0 : 1);
    },
    prepareStatusUpdate(object, previous) {
      const json = jsonOf(object);
      const before = jsonOf(previous);
      const managedFields = objectAt(json, 'metadata')?.managedFields;
      const resourceVersion = objectAt(json, 'metadata')?.resourceVersion;
      const status = json.status;
      for (const key of Object.keys(json)) delete json[key];
      Object.assign(json, cloneJson(before));
      if (status === undefined) delete json.status;
      else json.status = status;
      const metadata = ensureObject(json, 'metadata');
      if (managedFields !== undefined) metadata.managedFields = managedFields;
      if (resourceVersion !== undefined) metadata.resourceVersion = resourceVersion;
    },
  };
}

function copyField(target: JsonObject, from: JsonObject, key: string): void {
  if (from[key] === undefined) delete target[key];
  else target[key] = cloneJson(from[key]);
}

/** Printer columns; without any, name and age as for kinds that say nothing. */
function tableOf(printerColumns: JsonObject[]): Pick<ResourceDefinition, 'columns' | 'cells'> {
  if (printerColumns.length === 0) return { columns: agedTable.columns, cells: (object, now) => agedTable.cells(jsonOf(object), now) };
  const columns = printerColumns.map((column): TableColumn => {
    const path = textAt(column, 'jsonPath');
    return {
      name: textAt(column, 'name'),
      type: columnType(textAt(column, 'type')),
      format: textAt(column, 'format'),
      description: textAt(column, 'description') || `Custom resource definition column (in JSONPath format): ${path}`,
      priority: typeof column.priority === 'number' ? column.priority : 0,
    };
  });
  const paths = printerColumns.map((column) => parseJsonPath(textAt(column, 'jsonPath')));
  return {
    columns: [nameColumn, ...columns],
    cells(object, now) {
      const json = jsonOf(object);
      return [nameOf(json), ...columns.map((column, index) => cellOf(paths[index]?.(json) ?? [], column.type, now))];
    },
  };
}

function columnType(type: string): TableColumn['type'] {
  return type === 'integer' || type === 'number' || type === 'boolean' || type === 'date' ? type : 'string';
}

/** The first result in the column's type; null when there is none or it is of another type. */
function cellOf(found: Json[], type: TableColumn['type'], now: number): Json {
  const [value] = found;
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return ageText(value, now);
    case 'string':
      return isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
  }
}
