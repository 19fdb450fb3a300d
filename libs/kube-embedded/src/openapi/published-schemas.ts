import type { ResourceDefinition, Schema } from '../resources/resource-definition.js';
import { OBJECT_META, isBuiltinSchema, rawSchema } from './builtin-schema.js';

/** Documents use references where the server works on resolved schemas. */
const prefix = '#/components/schemas/';
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const listMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';
export const patchComponent = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';

const fixed: Record<string, Schema> = {
  [quantity]: {
    oneOf: [{ type: 'string' }, { type: 'number' }],
    description: 'Quantity is a fixed-point representation of a number, e.g. 500m or 1Gi.',
  },
  [intOrString]: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }], description: 'An int32 or a string.' },
  [patchComponent]: {
    type: 'object',
    description: 'Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.',
  },
};

export type Components = Record<string, Schema>;
/** Descriptions of a component: '' is its own, the others are its fields'. */
export type DescriptionsOf = (component: string) => Record<string, string>;

/** Adds a built-in component and all it refers to. */
export function addBuiltin(components: Components, name: string, descriptionsOf: DescriptionsOf): void {
  if (components[name]) return;
  const known = fixed[name];
  if (known) {
    components[name] = known;
    return;
  }
  const schema = rawSchema(name);
  components[name] = schema;
  const descriptions = descriptionsOf(name);
  if (descriptions['']) schema.description = descriptions[''];
  const refer = (target: string): string => {
    addBuiltin(components, target, descriptionsOf);
    return prefix + target;
  };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const published = publish(property, refer);
    const description = descriptions[key];
    // A bare reference may have no neighbours in OpenAPI 3.0, hence allOf.
    const open = published.$ref !== undefined && (description || Object.keys(published).length > 1) ? wrapped(published) : published;
    if (schema.properties) schema.properties[key] = description ? { description, ...open } : open;
  }
}

function wrapped({ $ref, ...rest }: Schema): Schema {
  return { ...rest, allOf: [{ $ref }] };
}

function publish(node: Schema, refer: (target: string) => string): Schema {
  const schema = { ...node };
  if (schema.$ref !== undefined) schema.$ref = refer(schema.$ref);
  if (schema.items) schema.items = publish(schema.items, refer);
  if (typeof schema.additionalProperties === 'object') schema.additionalProperties = publish(schema.additionalProperties, refer);
  if (schema['x-kubernetes-int-or-string']) return { $ref: refer(intOrString) };
  if (schema.format === 'quantity') return { $ref: refer(quantity) };
  if (schema.format === 'date-time-micro') schema.format = 'date-time';
  return schema;
}

/** Adds a served kind and its list. */
export function addKind(components: Components, definition: ResourceDefinition, descriptionsOf: DescriptionsOf): void {
  const { group, version, kind, component, listKind } = definition;
  if (isBuiltinSchema(component)) addBuiltin(components, component, descriptionsOf);
  else components[component] = customSchema(definition, components, descriptionsOf);
  const own = components[component];
  if (own) own['x-kubernetes-group-version-kind'] = [{ group, version, kind }];
  addBuiltin(components, listMeta, descriptionsOf);
  components[listComponent(definition)] = {
    type: 'object',
    description: `${listKind} is a list of ${kind}`,
    required: ['items'],
    properties: {
      ...typeMeta(),
      items: { type: 'array', description: `List of ${definition.plural}.`, items: { $ref: prefix + component } },
      metadata: wrapped({ $ref: prefix + listMeta, description: 'Standard list metadata.' }),
    },
    'x-kubernetes-group-version-kind': [{ group, version, kind: listKind }],
  };
}

export const listComponent = (definition: ResourceDefinition): string =>
  definition.component.slice(0, definition.component.lastIndexOf('.') + 1) + definition.listKind;

function customSchema(definition: ResourceDefinition, components: Components, descriptionsOf: DescriptionsOf): Schema {
  addBuiltin(components, OBJECT_META, descriptionsOf);
  const metadata = wrapped({ $ref: prefix + OBJECT_META, description: "Standard object's metadata." });
  return { ...definition.schema, properties: { ...definition.schema.properties, ...typeMeta(), metadata } };
}

function typeMeta(): Record<string, Schema> {
  return {
    apiVersion: { type: 'string', description: 'APIVersion defines the versioned schema of this representation of an object.' },
    kind: { type: 'string', description: 'Kind is a string value representing the REST resource this object represents.' },
  };
}
