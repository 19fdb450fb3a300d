import type { Schema } from '../resources/resource-definition.js';
import { structuralErrors } from './structural.js';

const within = (a: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  properties: { spec: { type: 'object', properties: { a }, ...more } },
});
const at = 'schema.properties[spec].properties[a]';

// Messages as kube-apiserver v1.37 answers them.
describe('structural schemas', () => {
  it.each<{ name: string; schema: Schema; errors: string[] }>([
    { name: 'a plain one', schema: within({ type: 'string' }), errors: [] },
    { name: 'no type at the root', schema: { properties: {} }, errors: ['schema.type: Required value: must not be empty at the root'] },
    {
      name: 'a root that is no object',
      schema: { type: 'string' },
      errors: ['schema.type: Invalid value: "string": must be object at the root'],
    },
    {
      name: 'a field without type',
      schema: within({}),
      errors: [`${at}.type: Required value: must not be empty for specified object fields`],
    },
    { name: 'an array without items', schema: within({ type: 'array' }), errors: [`${at}.items: Required value: must be specified`] },
    {
      name: 'properties beside additionalProperties',
      schema: within({ type: 'object', properties: { x: { type: 'string' } }, additionalProperties: { type: 'string' } }),
      errors: [`${at}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`],
    },
    {
      name: 'types below oneOf',
      schema: within({ type: 'object', properties: { x: { type: 'string' } }, oneOf: [{ properties: { x: { type: 'string' } } }] }),
      errors: [`${at}.oneOf[0].properties[x].type: Forbidden: must be empty to be structural`],
    },
    { name: 'references', schema: within({ $ref: '#/x' }), errors: [`${at}.$ref: Forbidden: $ref is not supported`] },
    {
      name: 'a default of the wrong type',
      schema: within({ type: 'integer', default: 'x' }),
      errors: [`${at}.default: Invalid value: "string":  in body must be of type integer: "string"`],
    },
    {
      name: 'a default with unknown fields',
      schema: within({ type: 'object', default: { z: 1 }, properties: { x: { type: 'string' } } }),
      errors: [`${at}.default: Invalid value: {"z":1}: must not have unknown fields`],
    },
    {
      name: 'a map list without keys',
      schema: within({ type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map' }),
      errors: [`${at}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`],
    },
    {
      name: 'fields of metadata',
      schema: { type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } },
      errors: [
        'schema.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
      ],
    },
    {
      name: 'int-or-string with a branch that types',
      schema: within({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
      errors: [],
    },
  ])('$name', ({ schema, errors }) => {
    expect(structuralErrors(schema, 'schema').map((error) => `${error.field}: ${error.message}`)).toEqual(errors);
  });

  it('bounds what a schema of endless depth can cost', () => {
    const endless: Schema = { type: 'object' };
    endless.properties = { again: endless };
    expect(structuralErrors(endless, 'schema')).toEqual([]);
  });
});
