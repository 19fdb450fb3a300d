import { builtinSchema } from '../openapi/builtin-schema.js';
import type { JsonObject } from '@tidegate/kube/json';
import { applyJsonPatch } from './json-patch.js';
import { applyMergePatch } from './merge-patch.js';
import { PatchRejected } from './patch-rejected.js';
import { applyStrategicMergePatch } from './strategic-merge-patch.js';

const pod = builtinSchema('io.k8s.api.core.v1.Pod');

describe('merge patches', () => {
  // Appendix A of RFC 7386, the rows whose target and result are objects.
  it.each([
    { name: 'replaces', target: { a: 'b' }, patch: { a: 'c' }, result: { a: 'c' } },
    { name: 'adds', target: { a: 'b' }, patch: { b: 'c' }, result: { a: 'b', b: 'c' } },
    { name: 'removes', target: { a: 'b' }, patch: { a: null }, result: {} },
    { name: 'removes one of two', target: { a: 'b', b: 'c' }, patch: { a: null }, result: { b: 'c' } },
    { name: 'replaces a list', target: { a: ['b'] }, patch: { a: 'c' }, result: { a: 'c' } },
    { name: 'merges below', target: { a: { b: 'c' } }, patch: { a: { b: 'd', c: null } }, result: { a: { b: 'd' } } },
    { name: 'does not look into lists', target: { a: [{ b: 'c' }] }, patch: { a: [1] }, result: { a: [1] } },
    { name: 'makes objects without their nulls', target: {}, patch: { a: { bb: { ccc: null } } }, result: { a: { bb: {} } } },
  ])('$name', ({ target, patch, result }) => {
    expect(applyMergePatch(target, patch)).toEqual(result);
  });

  it('keeps a key named __proto__ a key', () => {
    const patch: JsonObject = JSON.parse('{"data":{"__proto__":{"polluted":"yes"}}}');
    const result = applyMergePatch({ data: {} }, patch);
    expect(JSON.stringify(result)).toBe('{"data":{"__proto__":{"polluted":"yes"}}}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('JSON patches', () => {
  const target = { data: { a: '1' }, list: ['x', 'y'] };
  it.each([
    { name: 'add', patch: [{ op: 'add', path: '/data/b', value: '2' }], result: { data: { a: '1', b: '2' }, list: ['x', 'y'] } },
    { name: 'append', patch: [{ op: 'add', path: '/list/-', value: 'z' }], result: { data: { a: '1' }, list: ['x', 'y', 'z'] } },
    { name: 'remove', patch: [{ op: 'remove', path: '/list/0' }], result: { data: { a: '1' }, list: ['y'] } },
    {
      name: 'replace of a missing key adds',
      patch: [{ op: 'replace', path: '/data/c', value: '3' }],
      result: { data: { a: '1', c: '3' }, list: ['x', 'y'] },
    },
    { name: 'move', patch: [{ op: 'move', from: '/data/a', path: '/data/b' }], result: { data: { b: '1' }, list: ['x', 'y'] } },
    {
      name: 'escaped path',
      patch: [{ op: 'add', path: '/data/x~1y', value: '1' }],
      result: { data: { a: '1', 'x/y': '1' }, list: ['x', 'y'] },
    },
  ])('$name', ({ patch, result }) => {
    expect(applyJsonPatch(target, patch)).toEqual(result);
  });

  it.each([
    { name: 'no list', patch: { op: 'add' }, status: 400 },
    { name: 'unknown operation', patch: [{ op: 'foo', path: '/x' }], status: 422 },
    { name: 'failed test', patch: [{ op: 'test', path: '/data/a', value: '2' }], status: 422 },
    { name: 'missing key to remove', patch: [{ op: 'remove', path: '/data/z' }], status: 422 },
    { name: 'missing parent', patch: [{ op: 'add', path: '/x/y/z', value: 1 }], status: 422 },
    { name: 'the root itself', patch: [{ op: 'replace', path: '', value: 1 }], status: 422 },
    { name: 'too many operations', patch: new Array(10_001).fill({ op: 'test', path: '/data/a', value: '1' }), status: 413 },
  ])('refuses $name', ({ patch, status }) => {
    const attempt = (): unknown => applyJsonPatch(target, patch);
    expect(attempt).toThrow(PatchRejected);
    expect(attempt).toThrow(expect.objectContaining({ status }));
    expect(target).toEqual({ data: { a: '1' }, list: ['x', 'y'] });
  });
});

describe('strategic merge patches', () => {
  const target = {
    metadata: { finalizers: ['a.b/one', 'a.b/two'] },
    spec: {
      nodeSelector: { x: '1', y: '2' },
      containers: [
        { name: 'a', image: 'one', args: ['1'], ports: [{ containerPort: 80, protocol: 'TCP' }] },
        { name: 'b', image: 'two' },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
  };
  const namesOf = (result: JsonObject): unknown =>
    JSON.parse(JSON.stringify(result)).spec.containers.map((container: { name: string }) => container.name);

  it('merges containers by name and keeps the rest', () => {
    const result = applyStrategicMergePatch(target, { spec: { containers: [{ name: 'b', image: 'three' }] } }, pod);
    expect(result.spec).toMatchObject({
      containers: [
        { name: 'a', image: 'one' },
        { name: 'b', image: 'three' },
      ],
    });
  });
  it('deletes by name', () => {
    expect(namesOf(applyStrategicMergePatch(target, { spec: { containers: [{ name: 'a', $patch: 'delete' }] } }, pod))).toEqual(['b']);
  });
  it('replaces a whole list', () => {
    expect(
      namesOf(applyStrategicMergePatch(target, { spec: { containers: [{ name: 'c', image: 'x' }, { $patch: 'replace' }] } }, pod)),
    ).toEqual(['c']);
  });
  it('puts new items before those of the server and orders as told', () => {
    expect(namesOf(applyStrategicMergePatch(target, { spec: { containers: [{ name: 'c', image: 'x' }] } }, pod))).toEqual(['c', 'a', 'b']);
    const patch = { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } };
    expect(namesOf(applyStrategicMergePatch(target, patch, pod))).toEqual(['b', 'a']);
  });
  it('keeps only the retained keys of a volume', () => {
    const patch = { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] } };
    expect(applyStrategicMergePatch(target, patch, pod).spec).toMatchObject({ volumes: [{ name: 'v', configMap: { name: 'c' } }] });
    expect(JSON.stringify(applyStrategicMergePatch(target, patch, pod))).not.toContain('emptyDir');
  });
  it('removes scalars from a merged list', () => {
    const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a.b/one'] } };
    expect(applyStrategicMergePatch(target, patch, pod).metadata).toEqual({ finalizers: ['a.b/two'] });
  });
  it('replaces lists that have no merge key', () => {
    expect(applyStrategicMergePatch(target, { spec: { containers: [{ name: 'a', args: ['2'] }] } }, pod).spec).toMatchObject({
      containers: [{ args: ['2'] }, {}],
    });
  });
  it('says which merge key is missing', () => {
    expect(() => applyStrategicMergePatch(target, { spec: { containers: [{ image: 'x' }] } }, pod)).toThrow(
      'map: map[image:x] does not contain declared merge key: name',
    );
  });
});
