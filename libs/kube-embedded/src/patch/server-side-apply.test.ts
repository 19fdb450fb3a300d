import type { KubeObject } from '@tidegate/kube';
import { builtinSchema } from '../openapi/builtin-schema.js';
import { type JsonObject, jsonOf, objectAt } from '@tidegate/kube/json';
import { type ApplyResult, applyServerSide, recordUpdate } from './server-side-apply.js';
import { PatchRejected } from './patch-rejected.js';

const schema = builtinSchema('io.k8s.api.apps.v1.Deployment');
const common = { schema, apiVersion: 'apps/v1', subresource: '', hasStatus: true };

function deployment(spec: JsonObject, metadata: JsonObject = {}): KubeObject {
  const object: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'default', ...metadata },
    spec,
  };
  return object;
}
function apply(
  live: KubeObject | undefined,
  applied: KubeObject,
  manager: string,
  options: { force?: boolean; time?: string } = {},
): ApplyResult {
  return applyServerSide({
    ...common,
    live,
    applied,
    manager,
    force: options.force ?? false,
    time: options.time ?? '2026-01-01T00:00:00Z',
  });
}
function applied(result: ApplyResult): KubeObject {
  if ('conflicts' in result) throw new Error(result.message);
  return result.object;
}
const specOf = (object: KubeObject): JsonObject | undefined => objectAt(jsonOf(object), 'spec');
const container = (name: string, image: string): JsonObject => ({ name, image });
const withContainers = (...containers: JsonObject[]): JsonObject => ({ template: { spec: { containers } } });

describe('server-side apply', () => {
  it('makes an object and owns what it names', () => {
    const object = applied(apply(undefined, deployment({ replicas: 2 }, { labels: { a: 'b' } }), 'one'));
    expect(object.metadata?.managedFields).toEqual([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { 'f:a': {} } }, 'f:spec': { 'f:replicas': {} } },
      },
    ]);
  });

  it('applied twice changes nothing, not even a time', () => {
    const first = applied(apply(undefined, deployment({ replicas: 2 }), 'one'));
    const second = apply(first, deployment({ replicas: 2 }), 'one', { time: '2027-01-01T00:00:00Z' });
    expect(second).toEqual({ object: first, changed: false });
  });

  it('refuses to change a field of somebody else, and says whose it is', () => {
    const live = applied(apply(undefined, deployment({ replicas: 2 }), 'one'));
    const result = apply(live, deployment({ replicas: 3 }), 'two');
    expect(result).toEqual({
      conflicts: [{ field: '.spec.replicas', message: 'conflict with "one"', manager: '"one"' }],
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
    });
  });

  it('names several conflicts by item', () => {
    const created = deployment({ replicas: 1, ...withContainers(container('a', 'x')) });
    const managedFields = recordUpdate({
      ...common,
      previous: undefined,
      next: created,
      manager: 'kubectl-create',
      time: '2026-01-01T00:00:00Z',
    });
    const live = { ...created, metadata: { ...created.metadata, managedFields } };
    const result = apply(live, deployment({ replicas: 5, ...withContainers(container('a', 'z')) }), 'bob');
    expect('message' in result && result.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "kubectl-create" using apps/v1:\n- .spec.replicas\n- .spec.template.spec.containers[name="a"].image',
    );
  });

  it('shares a field that two managers want alike, and takes it with force', () => {
    const live = applied(apply(undefined, deployment({ replicas: 2 }), 'one'));
    const shared = applied(apply(live, deployment({ replicas: 2 }), 'two'));
    expect(shared.metadata?.managedFields).toHaveLength(2);
    const forced = applied(apply(shared, deployment({ replicas: 4 }), 'two', { force: true }));
    expect(specOf(forced)).toEqual({ replicas: 4 });
    expect(forced.metadata?.managedFields?.map((entry) => entry.manager)).toEqual(['two']);
  });

  it('removes what its manager no longer applies, unless somebody else owns it', () => {
    const both = deployment(withContainers(container('a', 'x'), container('b', 'y')), { labels: { mine: '1', ours: '1' } });
    let live = applied(apply(undefined, both, 'one'));
    live = applied(apply(live, deployment({}, { labels: { ours: '1' } }), 'two'));
    live = applied(apply(live, deployment(withContainers(container('b', 'y'))), 'one'));
    expect(specOf(live)).toEqual(withContainers(container('b', 'y')));
    expect(live.metadata?.labels).toEqual({ ours: '1' });
    expect(live.metadata?.name).toBe('d');
  });

  it('keeps items of other managers in their place', () => {
    const live = applied(
      apply(undefined, deployment(withContainers(container('a', '1'), container('b', '1'), container('c', '1'))), 'one'),
    );
    const next = applied(apply(live, deployment(withContainers(container('c', '1'), container('new', '1'), container('a', '1'))), 'two'));
    expect(specOf(next)).toMatchObject({
      template: { spec: { containers: [{ name: 'b' }, { name: 'c' }, { name: 'new' }, { name: 'a' }] } },
    });
  });

  it('leaves an unowned object to before-first-apply', () => {
    const result = apply(deployment({ replicas: 1 }), deployment({ replicas: 2 }), 'one');
    expect('message' in result && result.message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas',
    );
  });

  it('writes no status through the main resource', () => {
    const object = applied(apply(undefined, Object.assign(deployment({ replicas: 1 }), { status: { replicas: 7 } }), 'one'));
    expect(JSON.stringify(object)).not.toContain('status');
  });

  it.each([
    { name: 'managedFields', given: deployment({}, { managedFields: [{ manager: 'x' }] }), message: 'metadata.managedFields must be nil' },
    {
      name: 'items without their key',
      given: deployment(withContainers({ image: 'x' })),
      message:
        'failed to create typed patch object: .spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    },
  ])('refuses $name', ({ given, message }) => {
    expect(() => apply(undefined, given, 'one')).toThrow(PatchRejected);
    expect(() => apply(undefined, given, 'one')).toThrow(message);
  });
});

describe('recorded updates', () => {
  it('give the changed fields to the updater and take them from the others', () => {
    const live = applied(apply(undefined, deployment({ replicas: 2, paused: true }), 'one'));
    const next = deployment({ replicas: 3, paused: true });
    const entries = recordUpdate({ ...common, previous: live, next, manager: 'kubectl-scale', time: '2026-01-02T00:00:00Z' });
    expect(entries?.map(({ manager, operation, fieldsV1 }) => ({ manager, operation, fieldsV1 }))).toEqual([
      { manager: 'one', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:paused': {} } } },
      { manager: 'kubectl-scale', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ]);
  });

  it('fold old updaters together, so that the list stays bounded', () => {
    let live = deployment({ replicas: 0 }, { labels: {} });
    for (let index = 0; index < 40; index += 1) {
      const next = deployment({ replicas: 0 }, { labels: { ...live.metadata?.labels, [`l${index}`]: 'x' } });
      const time = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
      const previous = index === 0 ? undefined : live;
      live = {
        ...next,
        metadata: { ...next.metadata, managedFields: recordUpdate({ ...common, previous, next, manager: `m${index}`, time }) },
      };
    }
    expect(live.metadata?.managedFields).toHaveLength(10);
    expect(live.metadata?.managedFields?.map((entry) => entry.manager)).toContain('ancient-changes');
  });
});
