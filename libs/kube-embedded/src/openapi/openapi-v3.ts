import { createHash } from 'node:crypto';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { isBuiltinSchema } from './builtin-schema.js';
import { type Components, type DescriptionsOf, addBuiltin, addKind, listComponent, patchComponent } from './published-schemas.js';

export interface OpenApiV3Document {
  openapi: '3.0.0';
  info: { title: string; version: string };
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Components };
}

const deleteOptions = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
const status = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
const scale = 'io.k8s.api.autoscaling.v1.Scale';

/**
 * The OpenAPI v3 document of one group version, as `/openapi/v3/apis/<group>/<version>` serves it: schemas with descriptions, and
 * paths with the actions and query parameters that kubectl looks for. Descriptions are read on the first call only.
 * `definitions` are those of this group version; the server's version goes into `info`.
 */
export async function openApiV3Document(definitions: ResourceDefinition[], serverVersion: string): Promise<OpenApiV3Document> {
  const { descriptionTexts } = await import('./generated/descriptions.js');
  const descriptionsOf: DescriptionsOf = (name) => {
    const text = descriptionTexts[name];
    return text === undefined ? {} : JSON.parse(text);
  };
  const schemas: Components = {};
  for (const common of [deleteOptions, status, patchComponent]) addBuiltin(schemas, common, descriptionsOf);
  const paths: OpenApiV3Document['paths'] = {};
  for (const definition of definitions) {
    addKind(schemas, definition, descriptionsOf);
    if (definition.scale) addBuiltin(schemas, scale, descriptionsOf);
    Object.assign(paths, pathsOf(definition));
  }
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: serverVersion }, paths, components: { schemas: sorted } };
}

/** The index at `/openapi/v3`: one entry per group version, whose hash changes with its kinds and schemas. */
export function openApiV3Index(definitions: ResourceDefinition[]): { paths: Record<string, { serverRelativeURL: string }> } {
  const byVersion = Map.groupBy(definitions, ({ group, version }) => (group === '' ? `api/${version}` : `apis/${group}/${version}`));
  const entries = [...byVersion].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    paths: Object.fromEntries(entries.map(([path, kinds]) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(kinds)}` }])),
  };
}

function hashOf(definitions: ResourceDefinition[]): string {
  const hash = createHash('sha256');
  for (const definition of definitions) {
    hash.update(`${definition.plural} ${definition.component} ${definition.hasStatus} ${definition.scale !== undefined}\n`);
    // Built-in schemas change with the program only.
    if (!isBuiltinSchema(definition.component)) hash.update(JSON.stringify(definition.schema));
  }
  return hash.digest('hex').toUpperCase();
}

interface Operation {
  verb: string;
  /** x-kubernetes-action */
  action: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
}

const collectionOperations: Operation[] = [
  { verb: 'list', action: 'list', method: 'get' },
  { verb: 'create', action: 'post', method: 'post' },
  { verb: 'deletecollection', action: 'deletecollection', method: 'delete' },
];
const objectOperations: Operation[] = [
  { verb: 'get', action: 'get', method: 'get' },
  { verb: 'update', action: 'put', method: 'put' },
  { verb: 'delete', action: 'delete', method: 'delete' },
  { verb: 'patch', action: 'patch', method: 'patch' },
];
const subresourceOperations = objectOperations.filter((operation) => operation.verb !== 'delete');

function pathsOf(definition: ResourceDefinition): OpenApiV3Document['paths'] {
  const root = definition.group === '' ? `/api/${definition.version}` : `/apis/${definition.group}/${definition.version}`;
  const collection = `${root}/${definition.namespaced ? 'namespaces/{namespace}/' : ''}${definition.plural}`;
  const paths: OpenApiV3Document['paths'] = {
    [collection]: pathItem(definition, collectionOperations, definition.component, false),
    [`${collection}/{name}`]: pathItem(definition, objectOperations, definition.component, true),
  };
  if (definition.namespaced)
    paths[`${root}/${definition.plural}`] = pathItem(definition, collectionOperations.slice(0, 1), definition.component, false, true);
  if (definition.hasStatus) paths[`${collection}/{name}/status`] = pathItem(definition, subresourceOperations, definition.component, true);
  if (definition.scale)
    paths[`${collection}/{name}/scale`] = pathItem(
      { ...definition, group: 'autoscaling', version: 'v1', kind: 'Scale' },
      subresourceOperations,
      scale,
      true,
    );
  return paths;
}

function pathItem(
  definition: ResourceDefinition,
  operations: Operation[],
  component: string,
  named: boolean,
  allNamespaces = false,
): Record<string, unknown> {
  const served = operations.filter((operation) => definition.verbs.includes(operation.verb));
  const item: Record<string, unknown> = Object.fromEntries(
    served.map((operation) => [operation.method, operationOf(definition, operation, component)]),
  );
  item.parameters = [
    ...(named ? [parameter('name', 'path', `name of the ${definition.kind}`)] : []),
    ...(definition.namespaced && !allNamespaces
      ? [parameter('namespace', 'path', 'object name and auth scope, such as for teams and projects')]
      : []),
    parameter('pretty', 'query', "If 'true', then the output is pretty printed."),
  ];
  return item;
}

function operationOf(definition: ResourceDefinition, { action, method }: Operation, component: string): Record<string, unknown> {
  const { group, version, kind } = definition;
  const answer = action === 'list' ? listComponent(definition) : method === 'delete' ? status : component;
  const body = method === 'patch' ? patchComponent : method === 'delete' ? deleteOptions : component;
  return {
    description: `${action} ${kind}`,
    ...(method !== 'get' && {
      parameters: writeParameters(method),
      requestBody: { required: method !== 'delete', content: requestContent(method, body) },
    }),
    ...(action === 'list' && { parameters: listParameters() }),
    responses: {
      '200': { description: 'OK', content: { 'application/json': { schema: { $ref: `#/components/schemas/${answer}` } } } },
      '401': { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}

function requestContent(method: string, component: string): Record<string, unknown> {
  const schema = { $ref: `#/components/schemas/${component}` };
  if (method !== 'patch') return { 'application/json': { schema } };
  const types = ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json'];
  return Object.fromEntries(types.map((type) => [`application/${type}`, { schema }]));
}

function parameter(name: string, place: 'query' | 'path', description: string, type = 'string'): Record<string, unknown> {
  return { name, in: place, description, ...(place === 'path' && { required: true }), schema: { type, uniqueItems: true } };
}

/** kubectl asks the document whether the server knows dryRun and fieldValidation before it sends them. */
function writeParameters(method: string): Record<string, unknown>[] {
  const dryRun = parameter(
    'dryRun',
    'query',
    'When present, indicates that modifications should not be persisted. The only valid value is All.',
  );
  if (method === 'delete')
    return [
      dryRun,
      parameter('gracePeriodSeconds', 'query', 'The duration in seconds before the object should be deleted.', 'integer'),
      parameter('propagationPolicy', 'query', 'Whether and how garbage collection will be performed: Orphan, Background or Foreground.'),
    ];
  return [
    dryRun,
    parameter('fieldManager', 'query', 'A name associated with the actor or entity that is making these changes, at most 128 characters.'),
    parameter('fieldValidation', 'query', 'How to handle unknown or duplicate fields: Ignore, Warn (the default) or Strict.'),
    ...(method === 'patch'
      ? [parameter('force', 'query', 'Takes over fields that other managers own. For apply requests only.', 'boolean')]
      : []),
  ];
}

function listParameters(): Record<string, unknown>[] {
  return [
    parameter('continue', 'query', 'The continue token of the previous answer.'),
    parameter('fieldSelector', 'query', 'Restricts the list by fields.'),
    parameter('labelSelector', 'query', 'Restricts the list by labels.'),
    parameter('limit', 'query', 'The maximum number of objects in one answer.', 'integer'),
    parameter('resourceVersion', 'query', 'The resource version to read or to watch from.'),
    parameter('resourceVersionMatch', 'query', 'How resourceVersion is applied to list calls.'),
    parameter('timeoutSeconds', 'query', 'Timeout of the call.', 'integer'),
    parameter('watch', 'query', 'Watch for changes instead of listing.', 'boolean'),
    parameter('sendInitialEvents', 'query', 'Start a watch with the objects there are.', 'boolean'),
    parameter('allowWatchBookmarks', 'query', 'Ask for bookmarks in a watch.', 'boolean'),
  ];
}
