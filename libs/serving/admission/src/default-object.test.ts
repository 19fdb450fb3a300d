import { defaultServingConfig } from '@tidegate/serving-config';
import fc from 'fast-check';
import { defaultServingObject } from './default-object.js';
import { messagesOf } from './field-errors.js';
import type { JsonObject } from './json.js';
import type { ServingKind } from './serving-object.js';
import { configured, features, readOrThrow } from '../test/objects.js';
import { validateServingObject } from './validate-object.js';

const defaulted = (kind: ServingKind, object: JsonObject, old?: JsonObject, user = 'ann', config = defaultServingConfig) =>
  defaultServingObject(kind, readOrThrow(kind, object), old && readOrThrow(kind, old), user, config);
const hello = (more: JsonObject = {}): JsonObject => ({
  metadata: { name: 'hello', namespace: 'default' },
  spec: { template: { spec: { containers: [{ image: 'example.dev/hello:1' }] } }, ...more },
});

it('fills in what a Service leaves open, and signs it', () => {
  expect(defaulted('Service', hello())).toEqual({
    spec: {
      template: {
        metadata: {},
        spec: {
          containerConcurrency: 0,
          timeoutSeconds: 300,
          enableServiceLinks: false,
          containers: [
            {
              name: 'user-container',
              image: 'example.dev/hello:1',
              readinessProbe: { tcpSocket: { port: 0 }, successThreshold: 1 },
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
  const { metadata, spec } = defaulted('Service', named(), named()).spec['template'] as JsonObject;
  expect({ metadata, spec }).toEqual({
    metadata: { name: 'hello-one' },
    spec: { containers: [{ name: '', image: 'a/b', resources: {} }] },
  });
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

/** The revision's spec that a Service gets for this one. */
function revisionSpec(spec: JsonObject, config = defaultServingConfig, old?: JsonObject): JsonObject {
  const whole = (of: JsonObject): JsonObject => ({ metadata: { name: 'hello', namespace: 'shop' }, spec: { template: { spec: of } } });
  const { template } = defaulted('Service', whole(spec), old && whole(old), 'ann', config).spec as { template: { spec: JsonObject } };
  return template.spec;
}
const one = (more: JsonObject = {}): JsonObject => ({ containers: [{ image: 'example.dev/hello:1', ...more }] });
const first = (spec: JsonObject): JsonObject => (spec['containers'] as JsonObject[])[0] ?? {};

describe('timeouts', () => {
  const asked = (spec: JsonObject, data: Record<string, string> = {}) =>
    revisionSpec({ ...one(), ...spec }, configured({ 'config-defaults': data }));
  it.each<{ name: string; spec: JsonObject; data: Record<string, string>; has: JsonObject }>([
    { name: 'of zero are the default', spec: { timeoutSeconds: 0 }, data: {}, has: { timeoutSeconds: 300 } },
    { name: 'are kept', spec: { timeoutSeconds: 7 }, data: {}, has: { timeoutSeconds: 7 } },
    {
      name: 'until the first byte are only set below the whole',
      spec: { timeoutSeconds: 500 },
      data: {},
      has: { timeoutSeconds: 500, responseStartTimeoutSeconds: 300 },
    },
    {
      name: 'without a byte come from the cluster',
      spec: {},
      data: { 'revision-idle-timeout-seconds': '50' },
      has: { timeoutSeconds: 300, idleTimeoutSeconds: 50 },
    },
    {
      name: 'that are given stay, zero too',
      spec: { idleTimeoutSeconds: 0, responseStartTimeoutSeconds: 9 },
      data: { 'revision-idle-timeout-seconds': '50' },
      has: { timeoutSeconds: 300, idleTimeoutSeconds: 0, responseStartTimeoutSeconds: 9 },
    },
  ])('$name', ({ spec, data, has }) => {
    const { timeoutSeconds, idleTimeoutSeconds, responseStartTimeoutSeconds } = asked(spec, data);
    expect({ timeoutSeconds, idleTimeoutSeconds, responseStartTimeoutSeconds }).toEqual(has);
  });
});

it('says no to service links once, when the object is new', () => {
  expect(revisionSpec(one())['enableServiceLinks']).toBe(false);
  expect(revisionSpec(one(), defaultServingConfig, one())['enableServiceLinks']).toBeUndefined();
  expect(revisionSpec({ ...one(), enableServiceLinks: true })['enableServiceLinks']).toBe(true);
});

it('gives containers the resources that the cluster sets', () => {
  const config = configured({ 'config-defaults': { 'revision-cpu-request': '100m', 'revision-memory-limit': '200M' } });
  expect(first(revisionSpec(one({ resources: { requests: { cpu: '1000m' } } }), config))['resources']).toEqual({
    requests: { cpu: '1' },
    limits: { memory: '200M' },
  });
});

it('names containers by the template of the cluster', () => {
  const config = configured({ 'config-defaults': { 'container-name-template': '{{.Name}}-app' } });
  expect(first(revisionSpec(one(), config))['name']).toBe('hello-app');
});

it.each<{ name: string; probe: JsonObject; is: JsonObject }>([
  { name: 'of nothing asks the port', probe: {}, is: { tcpSocket: { port: 0 }, successThreshold: 1 } },
  {
    name: 'with a period gets what Kubernetes gives it',
    probe: { httpGet: { path: '/' }, periodSeconds: 5 },
    is: { httpGet: { path: '/', port: 0 }, periodSeconds: 5, successThreshold: 1, failureThreshold: 3, timeoutSeconds: 1 },
  },
  { name: 'of gRPC asks for the whole server', probe: { grpc: {} }, is: { grpc: { port: 0, service: '' }, successThreshold: 1 } },
])('a readiness probe $name', ({ probe, is }) => expect(first(revisionSpec(one({ readinessProbe: probe })))['readinessProbe']).toEqual(is));

it('mounts for reading what cannot be written', () => {
  const volumes: JsonObject[] = [
    { name: 's', secret: { secretName: 's' } },
    { name: 'e', emptyDir: {} },
  ];
  const spec = { ...one({ volumeMounts: ['s', 'e'].map((name) => ({ name, mountPath: `/${name}` })) }), volumes };
  expect(first(revisionSpec(spec))['volumeMounts']).toEqual([
    { name: 's', mountPath: '/s', readOnly: true },
    { name: 'e', mountPath: '/e' },
  ]);
});

it('secures containers when the cluster asks for it', () => {
  const low = one({ ports: [{ containerPort: 80 }] });
  expect(first(revisionSpec(low, features({ 'secure-pod-defaults': 'enabled' })))['securityContext']).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  const root = first(revisionSpec(one(), features({ 'secure-pod-defaults': 'AllowRootBounded' })))['securityContext'];
  expect(root).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } });
  expect(first(revisionSpec(one()))['securityContext']).toBeUndefined();
});

it('says of each target of a Route whether it moves on, and its share', () => {
  const traffic: JsonObject[] = [
    { configurationName: 'hello', percent: 100 },
    { revisionName: 'hello-00001', tag: 'old' },
  ];
  expect(defaulted('Route', { metadata: { name: 'r' }, spec: { traffic } })).toEqual({
    spec: {
      traffic: [
        { configurationName: 'hello', latestRevision: true, percent: 100 },
        { tag: 'old', revisionName: 'hello-00001', latestRevision: false, percent: 0 },
      ],
    },
    annotations: { 'serving.knative.dev/creator': 'ann', 'serving.knative.dev/lastModifier': 'ann' },
  });
});

it('gives a new Revision its defaults, an old one nothing, and neither a signature', () => {
  const revision = { metadata: { name: 'hello-00001' }, spec: one() };
  const made = defaulted('Revision', revision);
  expect(made).toMatchObject({ spec: { timeoutSeconds: 300, containers: [{ name: 'user-container' }] }, annotations: {} });
  expect(defaulted('Revision', revision, revision)).toMatchObject({ spec: { containers: [{ name: '' }] }, annotations: {} });
});

it('leads a DomainMapping to its own namespace', () => {
  const ref = { kind: 'Service', name: 'hello', apiVersion: 'serving.knative.dev/v1' };
  const mapping = defaulted('DomainMapping', { metadata: { name: 'shop.example.com', namespace: 'shop' }, spec: { ref } });
  expect(mapping.spec).toEqual({ ref: { ...ref, namespace: 'shop' } });
});

it('leaves it to the owner to sign', () => {
  const owned = { name: 'hello', ownerReferences: [{ kind: 'Service', name: 'hello', apiVersion: 'serving.knative.dev/v1', uid: 'u' }] };
  for (const kind of ['Configuration', 'Route'] as const) expect(defaulted(kind, { metadata: owned, spec: {} }).annotations).toEqual({});
});

it('knows one spec in two spellings for the same', () => {
  const stored = defaulted('Service', hello()).spec;
  // As clients written in Go send back what they have read.
  const again = JSON.parse(
    JSON.stringify(stored)
      .replace('"template":{', '"template":{"metadata":{"creationTimestamp":null,"labels":{}},')
      .replace('"timeoutSeconds":300', '"timeoutSeconds":300,"volumes":[],"hostNetwork":false'),
  ) as JsonObject;
  const { spec, annotations } = defaulted('Service', { ...hello(), spec: again }, { ...hello(), spec: stored }, 'bob');
  expect({ spec, annotations }).toEqual({ spec: stored, annotations: {} });
});

const probe = fc.constantFrom({ httpGet: { path: '/ready' } }, { tcpSocket: {} }, { periodSeconds: 3 }, { grpc: { port: 9000 } });
const anyContainer = fc.record(
  {
    image: fc.constantFrom('example.dev/hello:1', 'hello', 'ghcr.io/x/yy@sha256:' + 'a'.repeat(64)),
    env: fc.array(fc.record({ name: fc.constantFrom('A', 'B_C'), value: fc.string() }), { maxLength: 2 }),
    resources: fc.record({ limits: fc.constantFrom({}, { cpu: '1500m' }, { memory: 1024, cpu: 2 }) }, { requiredKeys: [] }),
    volumeMounts: fc.constantFrom([], [{ name: 'scratch', mountPath: '/scratch' }], [{ name: 'settings', mountPath: '/etc/app' }]),
    securityContext: fc.record({ runAsUser: fc.nat(), runAsNonRoot: fc.boolean(), privileged: fc.constant(false) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['image'] },
);
const serving = fc
  .tuple(anyContainer, fc.record({ readinessProbe: probe, livenessProbe: fc.constant({ httpGet: { path: '/' } }) }, { requiredKeys: [] }))
  .map(([c, probes]) => ({ ...c, ...probes }));
const port = fc.constantFrom(
  { containerPort: 8080 },
  { name: 'h2c', containerPort: 9000 },
  { name: 'http1', containerPort: 80, protocol: 'TCP' },
);
const containers = fc.oneof(
  fc.tuple(serving),
  fc.tuple(serving, port).map(([c, p]) => [{ ...c, ports: [p] }]),
  fc.tuple(serving, port, anyContainer).map(([c, p, side]) => [{ ...c, ports: [p] }, side]),
);
const podSpec = fc
  .record(
    {
      containers,
      containerConcurrency: fc.integer({ min: 0, max: 1000 }),
      timeoutSeconds: fc.integer({ min: 0, max: 600 }),
      idleTimeoutSeconds: fc.integer({ min: 0, max: 600 }),
      serviceAccountName: fc.constant('builder'),
    },
    { requiredKeys: ['containers'] },
  )
  .map((spec) => {
    const text = JSON.stringify(spec);
    const volumes = [
      { name: 'scratch', emptyDir: {} },
      { name: 'settings', configMap: { name: 'settings' } },
    ].filter((v) => text.includes(`"name":"${v.name}"`));
    return { ...spec, volumes };
  });

it('gives an object that is valid, and that neither further defaults nor another user without a change touch', () => {
  fc.assert(
    fc.property(podSpec, fc.constantFrom('disabled', 'enabled', 'AllowRootBounded'), (spec, secure) => {
      const config = features({ 'secure-pod-defaults': secure });
      const metadata = { name: 'hello' };
      const given = JSON.parse(JSON.stringify(spec)) as JsonObject;
      const once = defaulted('Service', { metadata, spec: { template: { spec: given } } }, undefined, 'ann', config).spec;
      const object = { metadata, spec: once };
      expect(defaulted('Service', object, undefined, 'ann', config).spec).toEqual(once);
      expect(defaulted('Service', object, object, 'bob', config)).toEqual({ spec: once, annotations: {} });
      const findings = validateServingObject('Service', readOrThrow('Service', object), undefined, config);
      expect(messagesOf(findings, 'error')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
