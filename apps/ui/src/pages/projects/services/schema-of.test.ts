import { schemaOf } from './schema-of';

const pod = { 'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }], type: 'object' };
const other = { type: 'string' };
const document = JSON.stringify({ components: { schemas: { 'io.k8s.Pod': pod, 'io.k8s.Other': other } } });

it('finds the kind, and all that it may refer to', () => {
  const found = schemaOf(document, 'v1', 'Pod');
  expect(found?.root).toEqual(pod);
  expect(found?.names.get('#/components/schemas/io.k8s.Other')).toEqual(other);
});

it.each([
  { apiVersion: 'apps/v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Service' },
])('knows no $kind of $apiVersion', ({ apiVersion, kind }) => expect(schemaOf(document, apiVersion, kind)).toBeUndefined());

it('an empty document has no kinds', () => expect(schemaOf('{}', 'v1', 'Pod')).toBeUndefined());
