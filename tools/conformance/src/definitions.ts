import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gatewayApiCrds } from '@tidegate/mesh-contract';
import { parseAllDocuments } from 'yaml';
import { type Definition, definitionDifferences } from './definition-differences.js';

/** `node dist/definitions.js DIR`: our definitions of the Gateway API's kinds beside the published ones, `config/crd/standard` of a release. */
const [dir] = process.argv.slice(2);
if (dir === undefined) {
  console.error('Name the folder with the published definitions, config/crd/standard of the release.');
  process.exit(2);
}
const published = readdirSync(dir)
  .flatMap((file) =>
    parseAllDocuments(readFileSync(path.join(dir, file), 'utf8')).map((document) => document.toJS() as Definition & { kind?: string }),
  )
  .filter((object) => object?.kind === 'CustomResourceDefinition');
// The same JSON that the API server gets.
const ours = JSON.parse(JSON.stringify(gatewayApiCrds())) as Definition[];
const differences = definitionDifferences(published, ours);
for (const { path: at, theirs, ours: own, why } of differences)
  console.log(`${why ? `meant (${why})` : 'DIFFERS'}  ${at}: theirs ${theirs}, ours ${own}`);
const mistakes = differences.filter(({ why }) => why === undefined).length;
console.log(`${published.length} kinds, ${mistakes} differences, and ${differences.length - mistakes} that are meant`);
process.exitCode = mistakes === 0 ? 0 : 1;
