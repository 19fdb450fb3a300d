// The schema as TypeScript types, which documents are checked by. `node codegen.mjs` writes the generated file; `node codegen.mjs --check` fails when it is not
// what would be written.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { minifyIntrospection, preprocessIntrospection } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';

const here = import.meta.dirname;
const file = path.join(here, 'src', 'generated', 'schema.ts');
const schema = buildSchema(readFileSync(path.join(here, '..', '..', 'apps', 'api', 'schema.graphql'), 'utf8'));
const types = preprocessIntrospection(minifyIntrospection(introspectionFromSchema(schema, { descriptions: false })));
const text = `/* Made by codegen.mjs from the schema; not edited by hand. */\nexport type Introspection = ${types};\n`;

const read = () => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
if (!process.argv.includes('--check')) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
} else if (read() !== text) {
  console.error('The types of the client are not those of the schema. Run `node codegen.mjs` in libs/client and commit what it writes.');
  process.exit(1);
}
