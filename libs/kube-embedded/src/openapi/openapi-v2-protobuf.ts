import { isJsonObject, type Json, type JsonObject, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import type { OpenApiV2Document } from './openapi-v2.js';

/** What Go's clients ask /openapi/v2 for. Field numbers: github.com/google/gnostic-models/openapiv2/OpenAPIv2.proto. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

function field(number: number, value: Buffer | string | boolean | undefined): Buffer {
  if (value === undefined || value === '' || value === false) return Buffer.alloc(0);
  if (value === true) return Buffer.concat([varint(number * 8), varint(1)]);
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

const texts = (number: number, values: readonly string[]): Buffer => Buffer.concat(values.map((value) => field(number, value)));
const named = (name: string, value: Buffer): Buffer => Buffer.concat([field(1, name), field(2, value)]);

/** NamedAny of every `x-` word; JSON is YAML. */
function extensions(number: number, object: JsonObject): Buffer {
  const words = Object.entries(object).filter(([key, value]) => key.startsWith('x-') && value !== undefined);
  return Buffer.concat(words.map(([key, value]) => field(number, named(key, field(2, JSON.stringify(value))))));
}

function schema(object: JsonObject): Buffer {
  const { properties, items, additionalProperties, type } = object;
  const inner = isJsonObject(additionalProperties) ? field(1, schema(additionalProperties)) : field(2, additionalProperties === true);
  return Buffer.concat([
    field(1, textAt(object, '$ref')),
    field(2, textAt(object, 'format')),
    field(4, textAt(object, 'description')),
    texts(19, textsAt(object, 'required')),
    additionalProperties === undefined ? Buffer.alloc(0) : field(21, inner),
    typeof type === 'string' ? field(22, field(1, type)) : Buffer.alloc(0),
    isJsonObject(items) ? field(23, field(1, schema(items))) : Buffer.alloc(0),
    isJsonObject(properties) ? field(25, namedSchemas(1, properties)) : Buffer.alloc(0),
    extensions(31, object),
  ]);
}

function namedSchemas(number: number, schemas: Record<string, Json | undefined>): Buffer {
  return Buffer.concat(Object.entries(schemas).map(([name, value]) => (isJsonObject(value) ? field(number, named(name, schema(value))) : Buffer.alloc(0))));
}

function parameter(object: JsonObject): Buffer {
  const place = textAt(object, 'in');
  const body = objectAt(object, 'schema');
  if (place === 'body')
    return field(1, field(1, Buffer.concat([field(2, textAt(object, 'name')), field(3, 'body'), field(4, true), field(5, body ? schema(body) : undefined)])));
  const plain = Buffer.concat([
    field(1, object.required === true),
    field(2, place),
    field(3, textAt(object, 'description')),
    field(4, textAt(object, 'name')),
    // A parameter in a path has no word about empty values, which shifts what follows.
    field(place === 'path' ? 5 : 6, textAt(object, 'type')),
  ]);
  return field(1, field(2, field(place === 'path' ? 4 : 3, plain)));
}

function operation(object: JsonObject): Buffer {
  return Buffer.concat([
    field(3, textAt(object, 'description')),
    texts(6, textsAt(object, 'produces')),
    texts(7, textsAt(object, 'consumes')),
    ...objectsAt(object, 'parameters').map((item) => field(8, parameter(item))),
    texts(10, textsAt(object, 'schemes')),
    extensions(13, object),
  ]);
}

const METHODS: Record<string, number> = { get: 2, put: 3, post: 4, delete: 5, patch: 8 };

function pathItem(object: JsonObject): Buffer {
  return Buffer.concat([
    ...Object.entries(METHODS).map(([method, number]) => {
      const found = objectAt(object, method);
      return found ? field(number, operation(found)) : Buffer.alloc(0);
    }),
    ...objectsAt(object, 'parameters').map((item) => field(9, parameter(item))),
  ]);
}

export function encodeOpenApiV2({ swagger, info, paths, definitions }: OpenApiV2Document): Buffer {
  const items = Object.entries(paths).map(([path, item]) => field(2, named(path, pathItem(item))));
  return Buffer.concat([
    field(1, swagger),
    field(2, Buffer.concat([field(1, info.title), field(2, info.version)])),
    field(8, Buffer.concat(items)),
    field(9, namedSchemas(1, definitions)),
  ]);
}
