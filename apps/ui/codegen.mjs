// Types and documents from the committed schema and the `.graphql` files beside the pages. `node codegen.mjs` writes the generated
// files; `node codegen.mjs --check` fails when they are not what would be written.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildASTSchema, isObjectType, parse } from 'graphql';

const here = import.meta.dirname;
const schema = parse(readFileSync(path.join(here, '..', 'api', 'schema.graphql'), 'utf8'));
const sources = readdirSync(path.join(here, 'src'), { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.graphql'))
  .sort();
const documents = sources.map((file) => ({ location: file, document: parse(readFileSync(path.join(here, 'src', file), 'utf8')) }));
const HEAD = '/* Made by codegen.mjs from the schema and the documents; not edited by hand. */\n';

async function documentsText() {
  return codegen({
    filename: 'documents.ts',
    schema,
    documents,
    plugins: [{ operations: {} }, { typedDocumentNode: {} }],
    pluginMap: { operations, typedDocumentNode },
    config: {
      enumsAsTypes: true,
      skipTypename: true,
      useTypeImports: true,
      avoidOptionals: { field: true },
      scalars: { DateTime: 'string', JSON: 'unknown' },
      dedupeFragments: true,
      optimizeDocumentNode: true,
    },
  });
}

/** Types without an `id` live inside of the object that holds them; the cache has to be told. */
function embeddedText() {
  const types = Object.values(buildASTSchema(schema).getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__') && !['Query', 'Mutation', 'Subscription'].includes(type.name),
  );
  const names = types.filter((type) => !('id' in type.getFields())).map((type) => type.name);
  return `/** Object types without an id. */\nexport const EMBEDDED_TYPES = [\n${names
    .sort()
    .map((name) => `  '${name}',\n`)
    .join('')}] as const;\n`;
}

const folder = path.join(here, 'src', 'api', 'generated');
const files = { 'documents.ts': HEAD + (await documentsText()), 'embedded-types.ts': HEAD + embeddedText() };
const differing = Object.entries(files).filter(([name, text]) => {
  const at = path.join(folder, name);
  return !existsSync(at) || readFileSync(at, 'utf8') !== text;
});
if (process.argv.includes('--check')) {
  if (differing.length > 0) {
    console.error(`Not up to date: ${differing.map(([name]) => name).join(', ')}. Run \`node codegen.mjs\` in apps/ui and commit what it writes.`);
    process.exit(1);
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of differing) writeFileSync(path.join(folder, name), text);
  console.log(`${sources.length} documents; ${differing.length} files written.`);
}
