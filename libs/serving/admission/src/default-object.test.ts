import { defaultServingConfig } from '@tidegate/serving-config';
import fc from 'fast-check';
import { defaultServingObject } from './default-object.js';
import { messagesOf } from './field-errors.js';
import type { JsonObject } from './json.js';
import { type ServingKind, type ServingObject, readServingObject } from './serving-object.js';
import { validateServingObject } from './validate-object.js';

function read(kind: ServingKind, object: JsonObject): ServingObject {
  const result = readServingObject(kind, object);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
const defaulted = (kind: ServingKind, object: JsonObject, old?: JsonObject, user = 'ann') =>
  defaultServingObject(kind, read(kind, object), old && read(kind, old), user, defaultServingConfig);
const hello = (more: JsonObject = {}): JsonObject => ({
  metadata: { name: 'hello', namespace: 'default' },
  spec: { template: { spec: { containers: [{ image: 'example.dev/hello:1' }] } }, ...more },
});

it('fills in what a Service leaves open, and signs it', () => {
  expect(defaulted('Service', hello())).toEqual({
    spec: {
      template: {
        spec: {
          containerConcurrency: 0,
          timeoutSeconds: 300,
          enableServiceLinks: false,
          containers: [
            {
              name: 'user-container',
              image: 'example.dev/hello:1',
              readinessProbe: { tcpSocket: expect.objectContaining({}), successThreshold: 1 },
              resources: {},
            },
          ],
        },
      },
      traffic: [{ latestRevision: true, percent: 100 }],
    },
    annotations: { 'serving.knative.dev/creator': 'ann', 'serving.knative.dev/lastModifier': 'ann' },
  });
});

it('is signed anew by who changes the spec, and by nobody else', () => {
  const other = hello({ traffic: [{ latestRevision: true, percent: 100, tag: 'now' }] });
  expect(defaulted('Service', other, hello(), 'bob').annotations).toEqual({ 'serving.knative.dev/lastModifier': 'bob' });
  expect(defaulted('Service', hello(), hello(), 'bob').annotations).toEqual({});
});

it('leaves a template alone whose author brought its name', () => {
  const named = (): JsonObject => ({
    metadata: { name: 'hello' },
    spec: { template: { metadata: { name: 'hello-one' }, spec: { containers: [{ image: 'a/b' }] } } },
  });
  expect(defaulted('Service', named(), named()).spec['template']).toEqual(read('Service', named()).spec['template']);
});

it('of several containers names each, and keeps names that are given', () => {
  const containers: JsonObject[] = [
    { image: 'a', ports: [{ containerPort: 8080 }] },
    { image: 'b', name: 'side' },
  ];
  const spec = { template: { spec: { containers } } };
  const { template } = defaulted('Service', { metadata: { name: 'hello' }, spec }).spec as {
    template: { spec: { containers: { name: string }[] } };
  };
  expect(template.spec.containers.map((c) => c.name)).toEqual(['user-container-0', 'side']);
});

const podSpec = fc.record(
  {
    containers: fc.tuple(
      fc.record(
        {
          image: fc.constantFrom('example.dev/hello:1', 'hello', 'ghcr.io/x/y@sha256:' + 'a'.repeat(64)),
          env: fc.array(fc.record({ name: fc.constantFrom('A', 'B_C'), value: fc.string() }), { maxLength: 2 }),
          ports: fc.constantFrom([], [{ containerPort: 8080 }], [{ name: 'h2c', containerPort: 9000 }]),
          readinessProbe: fc.constantFrom({ httpGet: { path: '/ready' } }, { tcpSocket: {} }, { periodSeconds: 3 }),
        },
        { requiredKeys: ['image'] },
      ),
    ),
    containerConcurrency: fc.integer({ min: 0, max: 1000 }),
    timeoutSeconds: fc.integer({ min: 1, max: 600 }),
  },
  { requiredKeys: ['containers'] },
);

it('gives an object that is valid, and that further defaults leave as it is', () => {
  fc.assert(
    fc.property(podSpec, (spec) => {
      const object: JsonObject = {
        metadata: { name: 'hello' },
        spec: { template: { spec: JSON.parse(JSON.stringify(spec)) as JsonObject } },
      };
      const once = defaulted('Service', object).spec;
      const twice = defaulted('Service', { ...object, spec: once }).spec;
      expect(twice).toEqual(once);
      const findings = validateServingObject('Service', read('Service', { ...object, spec: once }), undefined, defaultServingConfig);
      expect(messagesOf(findings, 'error')).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
