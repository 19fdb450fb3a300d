import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { queries } from './queries.js';

const schema = buildSchema(readFileSync(path.resolve(import.meta.dirname, '../../../api/schema.graphql'), 'utf8'));

it.each(Object.entries(queries))('%s is a document of the schema', (_, document) => {
  expect(validate(schema, parse(document)).map((e) => e.message)).toEqual([]);
});
