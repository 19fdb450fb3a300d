/**
 * Writes src/openapi/generated/{schemas,descriptions}.ts from the models of @kubernetes/client-node (Apache-2.0) and the table of
 * field extensions beside this file. Run from the project's folder: `node tools/generate-schemas.mjs`.
 * Descriptions are a file of their own, so that a server loads them only when somebody asks for OpenAPI documents.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as ext from './field-extensions.mjs';

const entry = createRequire(import.meta.url).resolve('@kubernetes/client-node');
const packageRoot = entry.slice(0, entry.lastIndexOf('/client-node/') + '/client-node'.length);
const models = join(packageRoot, 'dist/gen/models');
const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'));

const shortOf = new Map();
for (const [group, types] of Object.entries(ext.typesByPackage)) for (const type of types.trim().split(/\s+/)) shortOf.set(type, group);

/** `V1Deployment` -> `apps.v1.Deployment`. */
function shortName(model) {
  if (ext.renamedModels[model]) return ext.renamedModels[model];
  const bare = model.replace(/^V\d+/, '');
  const major = /^V(\d+)/.exec(model)?.[1] ?? '1';
  if (major === '2') return `autoscaling.v2.${bare}`;
  return `${shortOf.get(bare) ?? 'core.v1'}.${bare}`;
}

function componentName(short) {
  const [group, groupVersion, type] = short.split('.');
  return `${ext.packages[`${group}.${groupVersion}`]}.${type}`;
}

const core = (name, parts) => (name.split('.').length === parts ? `core.v1.${name}` : name);
const typeKey = (name) => core(name, 1);
const fieldKey = (name) => core(name, 2);

/** Field extensions as one map from `group.version.Type.field` to what is merged into the property. */
function fieldExtensions() {
  const table = new Map();
  const add = (field, value) => table.set(fieldKey(field), { ...table.get(fieldKey(field)), ...value });
  for (const [keys, patchKey, strategy, fields] of ext.mapLists)
    for (const field of fields)
      add(field, {
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': keys,
        ...(patchKey && { 'x-kubernetes-patch-merge-key': patchKey, 'x-kubernetes-patch-strategy': strategy }),
      });
  for (const field of ext.setLists) add(field, { 'x-kubernetes-list-type': 'set' });
  for (const field of ext.mergedSets) add(field, { 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' });
  for (const [key, fields] of ext.patchedAtomicLists)
    for (const field of fields) add(field, { 'x-kubernetes-patch-merge-key': key, 'x-kubernetes-patch-strategy': 'merge' });
  for (const [strategy, fields] of ext.patchedObjects) for (const field of fields) add(field, { 'x-kubernetes-patch-strategy': strategy });
  for (const field of ext.atomicMaps) add(field, { 'x-kubernetes-map-type': 'atomic' });
  for (const field of ext.quantities) add(field, { quantity: true });
  for (const [values, fields] of ext.enums) for (const field of fields) add(field, { enum: values });
  for (const [value, fields] of ext.defaults) for (const field of fields) add(field, { default: value });
  return table;
}

const extensions = fieldExtensions();
const atomicTypes = new Set(ext.atomicTypes.map(typeKey));
const used = new Set();
const schemas = new Map();
const descriptions = new Map();

const unescape = (text) => text.replace(/\\'/g, "'").replace(/\\"/g, '"').replace(/\\\\/g, '\\');

/** Descriptions and requiredness, which only the declaration file has. */
function readDeclaration(source) {
  const fields = new Map();
  const body = source.slice(source.indexOf('export declare class'));
  const pattern = /(?:\/\*\*\n\s*\* ((?:(?!\*\/)[\s\S])*?)\n\s*\*\/\n)?\s*'(\w+)'(\?)?: /g;
  for (const match of body.matchAll(pattern)) fields.set(match[2], { description: match[1] && unescape(match[1]), optional: match[3] === '?' });
  const about = /\/\*\*\n\* ((?:(?!\*\/)[\s\S])*?)\n\*\/\nexport declare class/.exec(source);
  return { description: about ? unescape(about[1]) : undefined, fields };
}

const embeddedNames = new Set(['metadata', 'spec', 'status', ...ext.embeddedFields]);
const embeddedKeys = new Set(ext.embeddedIn.map(fieldKey));
const pointerKeys = new Set(ext.pointers.map(fieldKey));

function isEmbedded(short, field, property) {
  if (property.$ref === undefined || pointerKeys.has(`${short}.${field}`)) return false;
  return embeddedKeys.has(`${short}.${field}`) || embeddedNames.has(field);
}

const opaque = { 'x-kubernetes-preserve-unknown-fields': true };

async function toSchema(type, format) {
  const list = /^Array<(.*)>$/.exec(type);
  if (list) return { type: 'array', items: await toSchema(list[1], format) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return { type: 'object', additionalProperties: await toSchema(map[1], format) };
  if (type === 'string') return format && format !== 'int-or-string' ? { type, format } : { type };
  if (type === 'number') return format.startsWith('int') ? { type: 'integer', format } : { type: 'number', format: 'double' };
  if (type === 'boolean') return { type };
  if (type === 'Date') return { type: 'string', format: 'date-time' };
  if (type === 'V1MicroTime') return { type: 'string', format: 'date-time-micro' };
  if (type === 'IntOrString') return { 'x-kubernetes-int-or-string': true };
  if (type === 'any') return opaque;
  if (type === 'V1JSONSchemaProps') return { type: 'object', ...opaque };
  await readModel(type);
  return { $ref: componentName(shortName(type)) };
}

async function readModel(model) {
  const short = shortName(model);
  const name = componentName(short);
  if (schemas.has(name)) return;
  const schema = { type: 'object' };
  schemas.set(name, schema);
  const exported = await import(join(models, `${model}.js`));
  const declaration = readDeclaration(await readFile(join(models, `${model}.d.ts`), 'utf8'));
  const about = {};
  const required = [];
  const properties = {};
  for (const field of exported[model].attributeTypeMap) {
    const property = await toSchema(field.type, field.format);
    const key = `${short}.${field.baseName}`;
    const { quantity, ...extension } = extensions.get(key) ?? {};
    if (extensions.has(key)) used.add(key);
    if (quantity) Object.assign(property.additionalProperties ?? property, { format: 'quantity' });
    properties[field.baseName] = { ...property, ...extension, ...(isEmbedded(short, field.baseName, property) && { default: {} }) };
    const declared = declaration.fields.get(field.name);
    if (!declared) throw new Error(`${model}.d.ts does not declare ${field.name}`);
    if (declared.description) about[field.baseName] = declared.description;
    if (!declared.optional) required.push(field.baseName);
  }
  if (Object.keys(properties).length > 0) schema.properties = properties;
  if (required.length > 0) schema.required = required;
  if (atomicTypes.has(short)) {
    schema['x-kubernetes-map-type'] = 'atomic';
    used.add(short);
  }
  if (Object.keys(properties).length === 0 && name.endsWith('.FieldsV1')) Object.assign(schema, opaque);
  descriptions.set(name, { '': declaration.description ?? '', ...about });
}

for (const root of ext.roots) await readModel(root);
const unused = [...extensions.keys(), ...atomicTypes].filter((key) => !used.has(key));
if (unused.length > 0) throw new Error(`field extensions name fields that no model has: ${unused.join(', ')}`);

const literal = (text) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
const rows = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `  ${literal(name)}: ${literal(JSON.stringify(value))},`);
const target = join(dirname(new URL(import.meta.url).pathname), '../src/openapi/generated');
const header = `// Generated from @kubernetes/client-node ${version} (Apache-2.0) by tools/generate-schemas.mjs. Do not edit.\n`;
await writeFile(
  join(target, 'schemas.ts'),
  `${header}\n/** Component name to its schema as JSON text, parsed when it is first needed. $ref holds a component's name. */\n// prettier-ignore\nexport const schemaTexts: Readonly<Record<string, string>> = {\n${rows(schemas).join('\n')}\n};\n`,
);
await writeFile(
  join(target, 'descriptions.ts'),
  `${header}\n/** Component name to its descriptions as JSON text: '' is the type's own, the others are its fields'. */\n// prettier-ignore\nexport const descriptionTexts: Readonly<Record<string, string>> = {\n${rows(descriptions).join('\n')}\n};\n`,
);
