import path from 'node:path';
import { golden } from '@tidegate/testing';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql';
import { Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.end());

it('is the schema that clients were promised', async () => {
  const { data } = await stage.ask(getIntrospectionQuery());
  const schema = `${printSchema(buildClientSchema(data as IntrospectionQuery))}\n`;
  expect(schema).toBe(golden(path.join(import.meta.dirname, '..', 'schema.graphql'), schema));
});
