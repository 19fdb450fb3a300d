import type { FieldError, Schema } from '../resources/resource-definition.js';
import { applyDefaults } from './default-values.js';
import { forbiddenValue, invalidType, invalidValue, requiredValue, unsupportedValue } from './field-errors.js';
import { type Json, cloneJson, isJsonObject } from '@tidegate/kube/json';
import { compiledPattern } from './patterns.js';
import { pruneUnknownFields } from './prune.js';
import { validateValue } from './validate-values.js';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
/** Deeper than this is no schema that a person wrote. */
const maxDepth = 100;

/** What keeps a custom kind's schema from being structural, with the words of Kubernetes. `field` leads to the schema in the CRD. */
export function structuralErrors(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const rootType: string | undefined = schema.type;
  if (rootType === undefined) errors.push(requiredValue(`${field}.type`, 'must not be empty at the root'));
  else if (rootType !== 'object') errors.push(invalidValue(`${field}.type`, rootType, 'must be object at the root'));
  checkMetadata(schema, field, errors);
  if (errors.length === 0) checkNode(schema, field, 0, 'root', errors);
  return errors;
}

function checkMetadata(schema: Schema, field: string, errors: FieldError[]): void {
  const metadata = schema.properties?.metadata;
  const extra = Object.keys(metadata?.properties ?? {}).some((key) => key !== 'name' && key !== 'generateName');
  if (extra || metadata?.additionalProperties)
    errors.push(
      forbiddenValue(
        `${field}.properties[metadata]`,
        'must not specify anything other than name and generateName, but metadata is implicitly specified',
      ),
    );
}

type Place = 'root' | 'field' | 'item';

function checkNode(schema: Schema, field: string, depth: number, place: Place, errors: FieldError[]): void {
  if (depth > maxDepth || errors.length > maxDepth) return;
  checkType(schema, field, place, errors);
  checkForbidden(schema, field, errors);
  checkListType(schema, field, errors);
  if (schema.pattern !== undefined && compiledPattern(schema.pattern) === undefined)
    errors.push(invalidValue(`${field}.pattern`, schema.pattern, "must be a valid regular expression, but isn't"));
  checkDefault(schema, field, errors);
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    if (!(place === 'root' && key === 'metadata')) checkNode(property, `${field}.properties[${key}]`, depth + 1, 'field', errors);
  if (schema.items) checkNode(schema.items, `${field}.items`, depth + 1, 'item', errors);
  if (typeof schema.additionalProperties === 'object')
    checkNode(schema.additionalProperties, `${field}.additionalProperties`, depth + 1, 'field', errors);
  checkLogic(schema, field, depth, errors);
}

function checkType(schema: Schema, field: string, place: Place, errors: FieldError[]): void {
  const type: string | undefined = schema.type;
  const free =
    schema.$ref !== undefined || schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === undefined && !free) {
    const detail = place === 'item' ? 'must not be empty for specified array items' : 'must not be empty for specified object fields';
    if (place !== 'root') errors.push(requiredValue(`${field}.type`, detail));
  } else if (type !== undefined && !types.includes(type)) errors.push(unsupportedValue(`${field}.type`, type, types));
  if (type === 'array' && !schema.items) errors.push(requiredValue(`${field}.items`, 'must be specified'));
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object')
    errors.push(invalidValue(`${field}.type`, type ?? '', 'must be object if x-kubernetes-embedded-resource is true'));
}

function checkForbidden(schema: Schema, field: string, errors: FieldError[]): void {
  if (schema.$ref !== undefined) errors.push(forbiddenValue(`${field}.$ref`, '$ref is not supported'));
  if (schema.uniqueItems)
    errors.push(forbiddenValue(`${field}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  if (typeof schema.additionalProperties === 'object' && Object.keys(schema.properties ?? {}).length > 0)
    errors.push(forbiddenValue(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
}

function checkListType(schema: Schema, field: string, errors: FieldError[]): void {
  const listType = schema['x-kubernetes-list-type'];
  if (listType === undefined) return;
  if (schema.type !== 'array')
    errors.push(invalidValue(`${field}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'));
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType === 'map' && keys.length === 0)
    errors.push(requiredValue(`${field}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  const items = schema.items;
  if (listType === 'map')
    for (const key of keys) {
      const property = items?.properties?.[key];
      if (!property) errors.push(invalidValue(`${field}.x-kubernetes-list-map-keys`, key, 'entries must all be names of item properties'));
      else if (property.default === undefined && !items?.required?.includes(key)) {
        const detail = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
        errors.push(requiredValue(`${field}.items.properties[${key}].default`, detail));
      }
    }
  if (listType === 'set' && items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    errors.push(
      invalidValue(
        `${field}.items.x-kubernetes-map-type`,
        items['x-kubernetes-map-type'],
        'must be atomic as item of a list with x-kubernetes-list-type=set',
      ),
    );
}

function checkDefault(schema: Schema, field: string, errors: FieldError[]): void {
  if (schema.default === undefined) return;
  const holder: { default?: Json } = JSON.parse(JSON.stringify({ default: schema.default }));
  const value = holder.default;
  if (isJsonObject(value)) {
    const probe = cloneJson(value);
    if (pruneUnknownFields({ default: probe }, { type: 'object', properties: { default: schema } }).length > 0) {
      errors.push(invalidValue(`${field}.default`, value, 'must not have unknown fields'));
      return;
    }
    applyDefaults(value, schema);
  }
  for (const error of validateValue(value, schema, '')) {
    const at = error.field === '' ? `${field}.default` : `${field}.default.${error.field}`;
    errors.push(
      error.reason === 'FieldValueTypeInvalid' ? { ...invalidType(at, '', ''), message: error.message } : { ...error, field: at },
    );
  }
}

const typeDefining = [
  'type',
  'description',
  'default',
  'additionalProperties',
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
] as const;

/** Below allOf, anyOf, oneOf and not a schema may restrict values but not say what they are. */
function checkLogic(schema: Schema, field: string, depth: number, errors: FieldError[]): void {
  const branches: [string, Schema][] = [];
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const)
    schema[key]?.forEach((branch, index) => branches.push([`${field}.${key}[${index}]`, branch]));
  if (schema.not) branches.push([`${field}.not`, schema.not]);
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  for (const [at, branch] of branches) checkBranch(branch, at, depth + 1, isIntOrString, errors);
}

function checkBranch(schema: Schema, field: string, depth: number, mayType: boolean, errors: FieldError[]): void {
  if (depth > maxDepth) return;
  for (const key of typeDefining) {
    if (schema[key] === undefined || (key === 'type' && mayType)) continue;
    errors.push(forbiddenValue(`${field}.${key}`, 'must be empty to be structural'));
  }
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    checkBranch(property, `${field}.properties[${key}]`, depth + 1, false, errors);
  if (schema.items) checkBranch(schema.items, `${field}.items`, depth + 1, false, errors);
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const)
    schema[key]?.forEach((branch, index) => checkBranch(branch, `${field}.${key}[${index}]`, depth + 1, mayType, errors));
  if (schema.not) checkBranch(schema.not, `${field}.not`, depth + 1, mayType, errors);
}
