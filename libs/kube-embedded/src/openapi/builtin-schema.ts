import type { Schema } from '../resources/resource-definition.js';
import { schemaTexts } from './generated/schemas.js';

/** One object per component, shared by everything that refers to it: the whole set stays a few megabytes. Bounded by the generated table. */
const resolved = new Map<string, Schema>();
const componentNames = new WeakMap<Schema, string>();

function resolve(node: Schema): Schema {
  if (node.$ref !== undefined) {
    const { $ref: name, ...own } = node;
    const target = builtinSchema(name);
    if (Object.keys(own).length === 0) return target;
    const merged = { ...target, ...own };
    componentNames.set(merged, name);
    return merged;
  }
  if (node.properties) for (const key of Object.keys(node.properties)) node.properties[key] = resolve(node.properties[key] ?? {});
  if (node.items) node.items = resolve(node.items);
  if (typeof node.additionalProperties === 'object') node.additionalProperties = resolve(node.additionalProperties);
  return node;
}

/** The schema of a built-in type by its component name, e.g. `io.k8s.api.apps.v1.Deployment`, with every reference resolved. Do not change it. */
export function builtinSchema(name: string): Schema {
  const known = resolved.get(name);
  if (known) return known;
  const schema = rawSchema(name);
  resolved.set(name, schema);
  componentNames.set(schema, name);
  return resolve(schema);
}

/** The same with references left in place, as OpenAPI documents publish it. Each call gives a new object. */
export function rawSchema(name: string): Schema {
  const text = schemaTexts[name];
  if (text === undefined) throw new Error(`no built-in schema ${name}`);
  const schema: Schema = JSON.parse(text);
  return schema;
}

export function isBuiltinSchema(name: string): boolean {
  return schemaTexts[name] !== undefined;
}

/** Name of the component that a resolved node is, when it is one. */
export function componentOf(schema: Schema): string | undefined {
  return componentNames.get(schema);
}

export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
