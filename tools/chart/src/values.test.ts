import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const chart = path.resolve(import.meta.dirname, '../../../charts/tidegate');
interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: boolean | Schema;
  definitions?: Record<string, Schema>;
  $ref?: string;
}
const schema: Schema = JSON.parse(readFileSync(path.join(chart, 'values.schema.json'), 'utf8'));
const values: unknown = parse(readFileSync(path.join(chart, 'values.yaml'), 'utf8'));
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function everyObject(of: Schema, at = 'values'): { at: string; schema: Schema }[] {
  const inside = [
    ...Object.entries(of.properties ?? {}),
    ...Object.entries(of.definitions ?? {}),
    ...(of.items ? [['items', of.items] as const] : []),
  ];
  return [...(of.type === 'object' ? [{ at, schema: of }] : []), ...inside.flatMap(([name, s]) => everyObject(s, `${at}.${name}`))];
}

it('refuses what it does not know, at every level', () => {
  const open = everyObject(schema).filter(({ schema: s }) => s.additionalProperties === undefined || s.additionalProperties === true);
  expect(open.map(({ at }) => at)).toEqual([]);
});

function namesBeside(of: Schema, value: unknown, at: string): string[] {
  const resolved = of.$ref ? schema.definitions?.[of.$ref.replace('#/definitions/', '')] : of;
  if (!resolved?.properties || !isObject(value)) return [];
  const known = Object.keys(resolved.properties).sort();
  const given = Object.keys(value).sort();
  const differences = [
    ...known.filter((k) => !given.includes(k)).map((k) => `${at}.${k} is not in values.yaml`),
    ...given.filter((k) => !known.includes(k)).map((k) => `${at}.${k} is not in the schema`),
  ];
  // Limits of the CPU are a choice that the defaults do not make.
  const shown = /\.resources(\.|$)/.test(at) ? [] : differences;
  return [...shown, ...known.flatMap((k) => namesBeside(resolved.properties?.[k] ?? {}, value[k], `${at}.${k}`))];
}

it('shows every option of the schema in values.yaml, and no other', () => {
  expect(namesBeside(schema, values, 'values')).toEqual([]);
});

it('reads every option in a template', () => {
  const templates = globSync('templates/**/*', { cwd: chart, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  const options = everyObject(schema).flatMap(({ at, schema: s }) => Object.keys(s.properties ?? {}).map((name) => `${at}.${name}`));
  const leaves = options.filter(
    (option) => !/\.(components|resources|tolerations|definitions|providers\.items)(\.|$)/.test(option) && !options.some((o) => o.startsWith(`${option}.`)),
  );
  expect(leaves.length).toBeGreaterThan(20);
  expect(leaves.filter((option) => !templates.includes(option.replace('values.', '.Values.')))).toEqual([]);
});
