import { readFileSync } from 'node:fs';
import type { CustomResourceDefinition, KubeObject } from '@tidegate/kube';
import { type JsonObject, cloneJson, ensureObject, isJsonObject, jsonOf } from '@tidegate/kube/json';
import { builtinResources } from './builtin-resources.js';
import { definitionsFromCrd } from './custom-resources.js';
import type { ResourceDefinition } from './resource-definition.js';

/** Recorded from a kube-apiserver v1.37: what it refuses and in which words, and what it stores. */
interface Cause {
  reason: string;
  field: string;
  message: string;
}
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const refusals: { path: string; object: JsonObject; causes?: Cause[]; message?: string }[] = JSON.parse(
  read('./testdata/recorded-refusals.json'),
);
const defaults: { given: JsonObject; stored: JsonObject }[] = JSON.parse(read('./testdata/recorded-defaults.json'));
const custom: { definition: CustomResourceDefinition; answers: { spec: JsonObject; causes: Cause[] }[] } = JSON.parse(
  read('../schema/testdata/recorded-refusals.json'),
);
const definitions = builtinResources();

function definitionOf(path: string): ResourceDefinition {
  const parts = path.split('/');
  const group = parts[0] === 'api' ? '' : parts[1];
  const found = definitions.find((definition) => definition.plural === parts.at(-1) && definition.group === group);
  if (!found) throw new Error(`no definition for ${path}`);
  return found;
}

/** What a create does before storing: the message of a 400, or the causes of a 422. */
function refusal(definition: ResourceDefinition, given: JsonObject): { message?: string; causes?: Cause[] } {
  const json = cloneJson(given);
  const metadata = ensureObject(json, 'metadata');
  if (definition.namespaced) metadata.namespace ??= 'default';
  if (metadata.generateName !== undefined && metadata.name === undefined) metadata.name = `${String(metadata.generateName)}abcde`;
  json.kind = definition.kind;
  const object: KubeObject = json;
  const prefix = `${definition.kind} in version "${definition.version}" cannot be handled as a ${definition.kind}: `;
  const error = definition.decode(object);
  if (error !== undefined) return { message: prefix + error };
  const unknown = definition.prune(object);
  if (unknown.length > 0)
    return { message: `${prefix}strict decoding error: ${unknown.map((path) => `unknown field "${path}"`).join(', ')}` };
  definition.setDefaults(object);
  definition.prepareCreate(object);
  return { causes: definition.validate(object).map(({ reason, field, message }) => ({ reason, field, message })) };
}

const inOrder = (causes: Cause[]): string[] => causes.map((cause) => `${cause.reason} ${cause.field} ${cause.message}`).sort();

describe('refusals of built-in kinds', () => {
  it.each(
    refusals.map((row) => ({
      ...row,
      name: `${row.path.split('/').pop()} ${row.message ?? row.causes?.[0]?.message ?? 'accepted'}`.slice(0, 110),
    })),
  )('$name', ({ path, object, causes, message }) => {
    const mine = refusal(definitionOf(path), object);
    if (message !== undefined && !causes) expect(mine.message).toBe(message);
    else expect(inOrder(mine.causes ?? [])).toEqual(inOrder(causes ?? []));
  });
});

describe('what built-in kinds are stored as', () => {
  it.each(defaults.map((row) => ({ ...row, name: `${String(row.given.kind)} ${String(ensureObject(row.given, 'metadata').name)}` })))(
    '$name',
    ({ given, stored }) => {
      const definition = definitions.find(
        ({ kind, group, version }) => kind === given.kind && (group === '' ? version : `${group}/${version}`) === given.apiVersion,
      );
      const object: KubeObject = cloneJson(given);
      expect(definition?.decode(object)).toBeUndefined();
      expect(definition?.prune(object)).toEqual([]);
      definition?.setDefaults(object);
      definition?.prepareCreate(object);
      expect(definition?.validate(object)).toEqual([]);
      const mine = jsonOf(object);
      delete mine.status;
      expect(mine).toEqual(stored);
      // Defaults are where defaulting stops.
      const again = cloneJson(mine);
      definition?.setDefaults(again);
      const { status: _status, ...rest } = again;
      expect(rest).toEqual(mine);
    },
  );
});

describe('refusals of custom kinds', () => {
  const [definition] = definitionsFromCrd(custom.definition);
  it.each(custom.answers.map((row) => ({ ...row, name: JSON.stringify(row.spec).slice(0, 100) })))('$name', ({ spec, causes }) => {
    const object: KubeObject & { spec: JsonObject } = {
      apiVersion: 'x.y/v1',
      kind: 'Bar',
      metadata: { name: 'z', namespace: 'default' },
      spec: cloneJson(spec),
    };
    definition?.prune(object);
    definition?.setDefaults(object);
    definition?.prepareCreate(object);
    const mine = definition?.validate(object) ?? [];
    expect(inOrder(mine)).toEqual(inOrder(causes));
  });

  it('shows printer columns as the server does', () => {
    const object: JsonObject = {
      apiVersion: 'x.y/v1',
      kind: 'Bar',
      metadata: { name: 'z', annotations: { 'x.y/z': 'an' } },
      spec: {
        req: 'a',
        w: 3,
        time: '2026-01-01T00:00:00Z',
        set: ['p', 'q'],
        obj: { k: 'v' },
        map: [
          { name: 'a', v: 1 },
          { name: 'b', v: 2 },
        ],
        b: true,
        num: 1.5,
      },
    };
    const now = Date.parse('2026-11-24T01:36:05Z');
    expect(definition?.cells(object, now)).toEqual(['z', 3, '327d', '["p","q"]', 'p', 'p', '{"k":"v"}', '1', true, null, 1.5, 'an']);
    expect(definition?.columns.every((column) => column.name !== '' && isJsonObject(column))).toBe(true);
  });
});
