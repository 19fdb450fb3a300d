import { readFileSync } from 'node:fs';
import type { CustomResourceDefinition, KubeObject } from '@tidegate/kube';
import { builtinResources } from '../resources/builtin-resources.js';
import { definitionsFromCrd } from '../resources/custom-resources.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { type Json, type JsonObject, cloneJson, ensureObject, isJsonObject, jsonOf, objectsAt } from '@tidegate/kube/json';
import { applyJsonPatch } from './json-patch.js';
import { applyMergePatch } from './merge-patch.js';
import { PatchRejected } from './patch-rejected.js';
import { applyServerSide, recordUpdate } from './server-side-apply.js';
import { applyStrategicMergePatch } from './strategic-merge-patch.js';

/**
 * Random writes by three managers, recorded with the answers of a kube-apiserver v1.37: creates, replaces, all four kinds of patches and
 * status writes. Object and managedFields must come out the same, and conflicts in the same words.
 */
interface Step {
  op: 'create' | 'apply' | 'force' | 'put' | 'merge' | 'strategic' | 'json' | 'status';
  manager: string;
  body: JsonObject;
  status: number;
  answer: JsonObject;
}
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const sequences: { kind: string; steps: Step[] }[] = JSON.parse(read('./testdata/recorded-writes.json'));
const custom: { definition: CustomResourceDefinition } = JSON.parse(read('../schema/testdata/recorded-refusals.json'));
const definitions = [...builtinResources(), ...definitionsFromCrd(custom.definition)];
const time = '2026-01-01T00:00:00Z';

function toKube(json: JsonObject): KubeObject {
  return json;
}

function write(definition: ResourceDefinition, live: JsonObject | undefined, step: Step): JsonObject {
  const apiVersion = definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
  const common = { schema: definition.schema, manager: step.manager, apiVersion, time, hasStatus: definition.hasStatus };
  const finish = (next: JsonObject): JsonObject => {
    const object = toKube(next);
    definition.decode(object);
    definition.prune(object);
    definition.setDefaults(object);
    if (!live) definition.prepareCreate(object);
    else if (step.op === 'status') definition.prepareStatusUpdate(object, toKube(live));
    else definition.prepareUpdate(object, toKube(live));
    return next;
  };
  if (step.op === 'apply' || step.op === 'force') {
    const result = applyServerSide({
      ...common,
      live: live && toKube(live),
      applied: toKube(cloneJson(step.body)),
      force: step.op === 'force',
      subresource: '',
    });
    if ('conflicts' in result) throw new Error(result.message);
    return finish(jsonOf(result.object));
  }
  const next = finish(changed(definition, live ?? {}, step));
  const subresource = step.op === 'status' ? 'status' : '';
  const metadata = ensureObject(next, 'metadata');
  delete metadata.managedFields;
  const entries = recordUpdate({ ...common, previous: live && toKube(live), next: toKube(next), subresource });
  if (entries) metadata.managedFields = entries.map((entry) => jsonOf(entry));
  return next;
}

function changed(definition: ResourceDefinition, live: JsonObject, step: Step): JsonObject {
  switch (step.op) {
    case 'merge':
    case 'status':
      return applyMergePatch(live, step.body);
    case 'strategic':
      return applyStrategicMergePatch(live, step.body, definition.schema);
    case 'json':
      return applyJsonPatch(live, step.body);
    default:
      return cloneJson(step.body);
  }
}

/** Without what only a server sets, and with entries in a fixed order. */
function comparable(object: JsonObject): Json {
  const copy = cloneJson(object);
  const metadata = ensureObject(copy, 'metadata');
  delete metadata.resourceVersion;
  for (const entry of objectsAt(metadata, 'managedFields')) delete entry.time;
  const text = (entry: JsonObject): string => `${String(entry.operation)} ${String(entry.manager)} ${String(entry.subresource)}`;
  if (Array.isArray(metadata.managedFields))
    metadata.managedFields.sort((a, b) => (isJsonObject(a) && isJsonObject(b) && text(a) < text(b) ? -1 : 1));
  return copy;
}

describe('writes answer as kube-apiserver did', () => {
  for (const [index, { kind, steps }] of sequences.entries()) {
    it(`sequence ${index} on ${kind}: ${steps.map((step) => step.op).join(', ')}`, () => {
      const definition = definitions.find((candidate) => candidate.plural === kind);
      if (!definition) throw new Error(`no definition of ${kind}`);
      let live: JsonObject | undefined;
      for (const step of steps) {
        let outcome: Json;
        try {
          outcome = comparable(write(definition, live, step));
        } catch (error) {
          if (!(error instanceof PatchRejected) && !(error instanceof Error && error.message.startsWith('Apply failed'))) throw error;
          outcome = { message: error.message };
        }
        const message = typeof step.answer.message === 'string' ? step.answer.message : '';
        // The words of validation have tests of their own.
        if (step.status === 422 && message.includes(' is invalid: ')) {
          expect(isJsonObject(outcome) && live && definition.validate(toKube(outcome), toKube(live)).length > 0).toBe(true);
        } else if (step.status >= 400) expect(outcome).toEqual({ message });
        else {
          expect(outcome).toEqual(comparable(step.answer));
          live = step.answer;
        }
      }
    });
  }
});
