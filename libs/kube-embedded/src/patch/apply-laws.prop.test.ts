import fc from 'fast-check';
import type { KubeObject } from '@tidegate/kube';
import { builtinSchema } from '../openapi/builtin-schema.js';
import { type Json, type JsonObject, equalJson, isJsonObject, jsonOf } from '@tidegate/kube/json';
import { fromFieldsV1, toFieldsV1 } from './field-set.js';
import { applyMergePatch } from './merge-patch.js';
import { applyServerSide } from './server-side-apply.js';
import { applyStrategicMergePatch } from './strategic-merge-patch.js';
import { compareFields, fieldsOf } from './typed-fields.js';

const schema = builtinSchema('io.k8s.api.core.v1.Pod');
const key = fc.constantFrom('a', 'b', 'c');
const labels = fc.dictionary(key, fc.constantFrom('1', '2'), { maxKeys: 3 });
const container = fc.record(
  {
    name: key,
    image: fc.constantFrom('x', 'y'),
    args: fc.array(fc.constantFrom('p', 'q'), { maxLength: 2 }),
    env: fc.uniqueArray(fc.record({ name: key, value: fc.constantFrom('1', '2') }), { selector: (item) => item.name, maxLength: 3 }),
    ports: fc.uniqueArray(fc.record({ containerPort: fc.constantFrom(80, 81), protocol: fc.constantFrom('TCP', 'UDP') }), {
      // Strategic merge patches know a port by its number alone.
      selector: (port) => port.containerPort,
      maxLength: 3,
    }),
  },
  { requiredKeys: ['name'] },
);
const pod = fc
  .record(
    {
      labels,
      nodeSelector: labels,
      containers: fc.uniqueArray(container, { selector: (item) => item.name, maxLength: 3 }),
      tolerations: fc.array(fc.record({ key }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  )
  .map(({ labels: own, ...spec }): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', ...(own && { labels: own }) },
    spec,
  }));

function apply(live: KubeObject | undefined, applied: JsonObject, manager: string): KubeObject {
  const result = applyServerSide({
    live,
    applied,
    schema,
    manager,
    force: true,
    apiVersion: 'v1',
    subresource: '',
    time: '2026-01-01T00:00:00Z',
    hasStatus: true,
  });
  if ('conflicts' in result) throw new Error('force never conflicts');
  return result.object;
}

/** Whether `whole` says everything that `part` says. Nobody owns an empty list or map, so it may be absent. */
function contains(whole: Json | undefined, part: Json | undefined): boolean {
  if (whole === undefined && typeof part === 'object' && part !== null) return Object.keys(part).length === 0;
  if (isJsonObject(part) && isJsonObject(whole)) return Object.keys(part).every((name) => contains(whole[name], part[name]));
  if (Array.isArray(part) && Array.isArray(whole))
    return part.every((item) => whole.some((other) => (isJsonObject(item) ? contains(other, item) : equalJson(item, other))));
  return equalJson(whole, part);
}

describe('laws of apply', () => {
  it('a forced apply leaves the object saying what was applied', () => {
    fc.assert(
      fc.property(pod, pod, pod, (first, second, third) => {
        const live = apply(apply(undefined, first, 'one'), second, 'two');
        expect(contains(jsonOf(apply(live, third, 'one')), third)).toBe(true);
      }),
    );
  });

  it('applying again changes nothing', () => {
    fc.assert(
      fc.property(pod, pod, (first, second) => {
        const live = apply(apply(undefined, first, 'one'), second, 'two');
        expect(apply(live, second, 'two')).toEqual(live);
      }),
    );
  });

  it('applying nothing takes back what only this manager had', () => {
    fc.assert(
      fc.property(pod, pod, (first, second) => {
        const nothing: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } };
        const base = apply(undefined, first, 'one');
        const back = apply(apply(base, second, 'two'), nothing, 'two');
        const owned = fieldsOf(jsonOf(back), schema, false);
        expect(back.metadata?.managedFields?.some((entry) => entry.manager === 'two') ?? false).toBe(false);
        expect(owned.isEmpty()).toBe(false);
      }),
    );
  });

  it('field sets survive the wire, and differ by nothing from themselves', () => {
    fc.assert(
      fc.property(pod, pod, (first, second) => {
        const [a, b] = [fieldsOf(first, schema, true), fieldsOf(second, schema, true)];
        expect(fromFieldsV1(toFieldsV1(a)).equals(a)).toBe(true);
        expect(a.difference(a).isEmpty()).toBe(true);
        expect(a.union(b).difference(b).intersection(b).isEmpty()).toBe(true);
        expect(a.intersection(b).union(a).equals(a)).toBe(true);
      }),
    );
  });

  it('a comparison with itself is empty, and swapping sides swaps added and removed', () => {
    fc.assert(
      fc.property(pod, pod, (first, second) => {
        const same = compareFields(first, first, schema);
        expect(same.added.isEmpty() && same.removed.isEmpty() && same.modified.isEmpty()).toBe(true);
        const [there, back] = [compareFields(first, second, schema), compareFields(second, first, schema)];
        expect(there.added.equals(back.removed)).toBe(true);
        expect(there.modified.equals(back.modified)).toBe(true);
      }),
    );
  });
});

describe('laws of patches', () => {
  it('a merge patch applied twice is applied once, and leaves its target alone', () => {
    fc.assert(
      fc.property(pod, pod, (target, patch) => {
        const before = JSON.stringify(target);
        const once = applyMergePatch(target, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
        expect(JSON.stringify(target)).toBe(before);
      }),
    );
  });

  it('a strategic merge patch applied twice is applied once', () => {
    fc.assert(
      fc.property(pod, pod, (target, patch) => {
        const once = applyStrategicMergePatch(target, patch, schema);
        expect(applyStrategicMergePatch(once, patch, schema)).toEqual(once);
      }),
    );
  });
});
