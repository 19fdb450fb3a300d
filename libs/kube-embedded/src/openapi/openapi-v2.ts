import { isJsonObject, type Json, type JsonObject, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import type { OpenApiV3Document } from './openapi-v3.js';

export interface OpenApiV2Document {
  swagger: '2.0';
  info: { title: string; version: string };
  paths: Record<string, JsonObject>;
  definitions: Record<string, JsonObject>;
}

const FROM = '#/components/schemas/';
const TO = '#/definitions/';
/** Words that version 2 does not have, or that Kubernetes leaves out of it. */
const LEFT_OUT: ReadonlySet<string> = new Set(['oneOf', 'anyOf', 'not', 'allOf', 'nullable', 'x-kubernetes-int-or-string', 'x-kubernetes-validations']);

/** A schema of version 3 in the words of version 2. */
function toV2(schema: JsonObject): JsonObject {
  const [only] = objectsAt(schema, 'allOf');
  const ref = textAt(schema, '$ref') || textAt(only, '$ref');
  const result: JsonObject = ref === '' ? {} : { $ref: ref.replace(FROM, TO) };
  if (schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string') Object.assign(result, { type: 'string', format: 'int-or-string' });
  for (const [key, value] of Object.entries(schema)) {
    if (LEFT_OUT.has(key) || key === '$ref' || result[key] !== undefined || value === undefined) continue;
    result[key] = key === 'properties' && isJsonObject(value) ? mapped(value) : isSchemaKey(key) && isJsonObject(value) ? toV2(value) : value;
  }
  return result;
}

const isSchemaKey = (key: string): boolean => key === 'items' || key === 'additionalProperties';

function mapped(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, isJsonObject(value) ? toV2(value) : (value ?? null)]));
}

function parametersOf(of: JsonObject): Json[] {
  return objectsAt(of, 'parameters').map(({ schema, ...parameter }): Json => ({ ...parameter, ...(isJsonObject(schema) ? schema : {}) }));
}

function operationOf(operation: JsonObject): JsonObject {
  const { requestBody: _body, responses, parameters: _parameters, ...rest } = operation;
  const content = objectAt(operation, 'requestBody', 'content');
  const [first] = Object.values(content ?? {});
  const bodySchema = objectAt(isJsonObject(first) ? first : undefined, 'schema');
  const body: Json[] = bodySchema ? [{ name: 'body', in: 'body', required: true, schema: toV2(bodySchema) }] : [];
  const answers = Object.entries(isJsonObject(responses) ? responses : {}).map(([code, response]): [string, Json] => {
    const schema = objectAt(isJsonObject(response) ? response : undefined, 'content', 'application/json', 'schema');
    return [code, { description: textAt(isJsonObject(response) ? response : undefined, 'description'), ...(schema ? { schema: toV2(schema) } : {}) }];
  });
  return {
    ...rest,
    ...(content ? { consumes: Object.keys(content) } : {}),
    produces: ['application/json', 'application/yaml'],
    schemes: ['https'],
    parameters: [...body, ...parametersOf(operation)],
    responses: Object.fromEntries(answers),
  };
}

function pathItemOf(item: JsonObject): JsonObject {
  const operations = Object.entries(item).flatMap(([method, operation]): [string, Json][] =>
    method !== 'parameters' && isJsonObject(operation) ? [[method, operationOf(operation)]] : [],
  );
  return { ...Object.fromEntries(operations), parameters: parametersOf(item) };
}

/** All groups in one document of version 2, which kubectl before 1.28 asks for. */
export function openApiV2Document(documents: readonly OpenApiV3Document[], serverVersion: string): OpenApiV2Document {
  const paths: OpenApiV2Document['paths'] = {};
  const definitions: OpenApiV2Document['definitions'] = {};
  for (const document of documents) {
    for (const [path, item] of Object.entries(document.paths)) if (isJsonObject(item)) paths[path] = pathItemOf(item);
    for (const [name, schema] of Object.entries(document.components.schemas)) if (isJsonObject(schema)) definitions[name] ??= toV2(schema);
  }
  return { swagger: '2.0', info: { title: 'Kubernetes', version: serverVersion }, paths, definitions };
}
