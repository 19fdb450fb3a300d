import { type ServingConfig, defaultServingConfig } from '@tidegate/serving-config';
import { defaultServingObject } from './default-object.js';
import { messagesOf } from './field-errors.js';
import type { JsonObject } from './json.js';
import { type ServingKind, type ServingObject, readServingObject } from './serving-object.js';
import { validateServingObject } from './validate-object.js';

const IMAGE = 'example.dev/hello:1';
const container = (more: JsonObject = {}): JsonObject => ({ image: IMAGE, ...more });

function service(
  podSpec: JsonObject = {},
  more: { template?: JsonObject; metadata?: JsonObject; traffic?: JsonObject[] } = {},
): JsonObject {
  const spec = { containers: [container()], ...podSpec };
  return {
    metadata: { name: 'hello', namespace: 'default', ...more.metadata },
    spec: { template: { ...(more.template ? { metadata: more.template } : {}), spec }, ...(more.traffic ? { traffic: more.traffic } : {}) },
  };
}
const withContainer = (more: JsonObject): JsonObject => service({ containers: [container(more)] });

function readOrThrow(kind: ServingKind, object: JsonObject): ServingObject {
  const result = readServingObject(kind, object);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** What a client reads after "validation failed: ", for the object as it is once its defaults are in. */
function complaints(kind: ServingKind, given: JsonObject, before?: JsonObject, config: ServingConfig = defaultServingConfig): string[] {
  const old = before && readOrThrow(kind, before);
  const whole = old && { ...old, spec: defaultServingObject(kind, old, undefined, '', config).spec };
  const object = readOrThrow(kind, given);
  const { spec } = defaultServingObject(kind, object, whole, '', config);
  return messagesOf(validateServingObject(kind, { ...object, spec }, whole, config), 'error');
}

it('accepts a Service that only names an image', () => expect(complaints('Service', service())).toEqual([]));

describe('pod spec', () => {
  it.each([
    { name: 'no image', object: service({ containers: [{}] }), says: ['missing field(s): spec.template.spec.containers[0].image'] },
    {
      name: 'no container',
      object: service({ containers: [] }),
      says: ['missing field(s): spec.template.spec.containers'],
    },
    {
      name: 'an image that is no reference',
      object: withContainer({ image: 'Not An Image' }),
      says: [
        expect.stringMatching(
          /^Failed to parse image reference: spec\.template\.spec\.containers\[0\]\.image\nimage: "Not An Image", error: /,
        ),
      ],
    },
    {
      name: 'a field that Knative has not',
      object: service({ hostNetwork: true }),
      says: ['must not set the field(s): spec.template.spec.hostNetwork'],
    },
    {
      name: 'fields of a container that Knative has not, merged',
      object: withContainer({ stdin: true, tty: true }),
      says: ['must not set the field(s): spec.template.spec.containers[0].stdin, spec.template.spec.containers[0].tty'],
    },
    {
      name: 'a flag that is off',
      object: service({ nodeSelector: { a: 'b' } }),
      says: ['must not set the field(s): spec.template.spec.nodeSelector'],
    },
    {
      name: 'a reserved variable',
      object: withContainer({ env: [{ name: 'K_SERVICE', value: 'x' }] }),
      says: ['"K_SERVICE" is a reserved environment variable: spec.template.spec.containers[0].env[0].name'],
    },
    {
      name: 'a reserved name',
      object: withContainer({ name: 'queue-proxy' }),
      says: ['"queue-proxy" is a reserved container name: spec.template.spec.containers[0].name'],
    },
    {
      name: 'two ports',
      object: withContainer({ ports: [{ containerPort: 8080 }, { containerPort: 8181 }] }),
      says: [expect.stringMatching(/^more than one container port is set: spec\.template\.spec\.containers\[\*\]\.ports/)],
    },
    {
      name: 'a reserved port',
      object: withContainer({ ports: [{ containerPort: 8012 }] }),
      says: [expect.stringContaining('8012')],
    },
    {
      name: 'a port name that says nothing',
      object: withContainer({ ports: [{ name: 'web', containerPort: 8080 }] }),
      says: [expect.stringMatching(/^Port name web is not allowed: spec\.template\.spec\.containers\[0\]\.ports/)],
    },
    {
      name: 'a mount without its volume',
      object: withContainer({ volumeMounts: [{ name: 'none', mountPath: '/data' }] }),
      says: ['volumeMount has no matching volume: spec.template.spec.containers[0].volumeMounts[0].name'],
    },
    {
      name: 'a volume that nobody mounts',
      object: service({ volumes: [{ name: 'spare', emptyDir: {} }] }),
      says: [expect.stringContaining('volume with name "spare" not mounted')],
    },
    {
      name: 'a reserved path',
      object: service({
        containers: [container({ volumeMounts: [{ name: 'v', mountPath: '/dev' }] })],
        volumes: [{ name: 'v', emptyDir: {} }],
      }),
      says: ['mountPath "/dev" is a reserved path: spec.template.spec.containers[0].volumeMounts[0].mountPath'],
    },
    {
      name: 'more requests at once than the cluster allows',
      object: service({ containerConcurrency: 5000 }),
      says: ['expected 0 <= 5000 <= 1000: spec.template.spec.containerConcurrency'],
    },
    {
      name: 'a timeout that is too long',
      object: service({ timeoutSeconds: 5000 }),
      says: ['expected 0 <= 5000 <= 600: spec.template.spec.timeoutSeconds'],
    },
    {
      name: 'a service account that has no such name',
      object: service({ serviceAccountName: 'foo@bar.baz' }),
      says: [expect.stringContaining('foo@bar.baz: spec.template.spec.serviceAccountName')],
    },
    {
      name: 'a probe of two kinds',
      object: withContainer({ readinessProbe: { httpGet: { path: '/' }, tcpSocket: {} } }),
      says: [
        'expected exactly one, got both: spec.template.spec.containers[0].readinessProbe.httpGet, spec.template.spec.containers[0].readinessProbe.tcpSocket',
      ],
    },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));
});

describe('traffic', () => {
  const routed = (...traffic: JsonObject[]): JsonObject => service({}, { traffic });
  it.each([
    { name: 'all of it', object: routed({ latestRevision: true, percent: 100 }), says: [] },
    {
      name: 'too little',
      object: routed({ latestRevision: true, percent: 60 }, { revisionName: 'hello-00001', percent: 30 }),
      says: ['Traffic targets sum to 90, want 100: spec.traffic'],
    },
    {
      name: 'out of bounds',
      object: routed({ latestRevision: true, percent: 101 }),
      says: expect.arrayContaining(['expected 0 <= 101 <= 100: spec.traffic[0].percent']),
    },
    {
      name: 'one tag twice',
      object: routed({ latestRevision: true, percent: 50, tag: 'a' }, { revisionName: 'hello-00001', percent: 50, tag: 'a' }),
      says: ['Multiple definitions for "a": spec.traffic[0].tag, spec.traffic[1].tag'],
    },
    {
      name: 'a configuration, inside a Service',
      object: routed({ configurationName: 'hello', percent: 100 }),
      says: ['must not set the field(s): spec.traffic[0].configurationName'],
    },
    {
      name: 'a named revision as the latest',
      object: routed({ revisionName: 'hello-00001', latestRevision: true, percent: 100 }),
      says: [expect.stringMatching(/^may not set revisionName "hello-00001" when latestRevision is true/)],
    },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));

  it('of a Route must lead somewhere', () =>
    expect(complaints('Route', { metadata: { name: 'r' }, spec: { traffic: [{ percent: 100 }] } })).toEqual([
      'expected exactly one, got neither: spec.traffic[0].configurationName, spec.traffic[0].revisionName',
    ]));
});

describe('metadata', () => {
  it.each([
    {
      name: 'a name with a dot',
      object: service({}, { metadata: { name: 'a.b' } }),
      says: [expect.stringMatching(/^not a DNS 1035 label/)],
    },
    {
      name: 'autoscaling annotations on the Service',
      object: service({}, { metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '1' } } }),
      says: [expect.stringMatching(/^invalid key name "autoscaling\.knative\.dev\/min-scale": metadata\.annotations\n/)],
    },
    {
      name: 'a scale that is no number',
      object: service({}, { template: { annotations: { 'autoscaling.knative.dev/min-scale': 'few' } } }),
      says: [expect.stringMatching(/^invalid value: few: spec\.template\.metadata\.annotations\.autoscaling\.knative\.dev\/min-scale/)],
    },
    {
      name: 'a maximum below the minimum',
      object: service(
        {},
        { template: { annotations: { 'autoscaling.knative.dev/min-scale': '3', 'autoscaling.knative.dev/max-scale': '2' } } },
      ),
      says: [expect.stringMatching(/^max-scale=2 is less than min-scale=3: /)],
    },
    {
      name: 'a window that is too short',
      object: service({}, { template: { annotations: { 'autoscaling.knative.dev/window': '1s' } } }),
      says: [expect.stringContaining('autoscaling.knative.dev/window')],
    },
    {
      name: "a revision's name without the Service's in front",
      object: service({}, { template: { name: 'other' } }),
      says: ['invalid value: "other" must have prefix "hello-": spec.template.metadata.name'],
    },
    {
      name: 'a rollout that takes a part of a second',
      object: service({}, { metadata: { annotations: { 'serving.knative.dev/rollout-duration': '1500ms' } } }),
      says: [expect.stringContaining('serving.knative.dev/rollout-duration')],
    },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));
});

describe('changes', () => {
  // As stored: a template whose author named it gets no new defaults.
  const named = (image: string): JsonObject => {
    const object = service({ containers: [container()] }, { template: { name: 'hello-one' } });
    const stored = defaultServingObject('Service', readOrThrow('Service', object), undefined, '', defaultServingConfig).spec;
    return { ...object, spec: JSON.parse(JSON.stringify(stored).replace(IMAGE, image)) as JsonObject };
  };

  it('of a template keep its name only when nothing else changes', () => {
    expect(complaints('Service', named(IMAGE), named(IMAGE))).toEqual([]);
    expect(complaints('Service', named('example.dev/hello:2'), named(IMAGE))).toEqual([
      expect.stringMatching(
        /^Saw the following changes without a name change \(-old \+new\): spec\.template\.metadata\.name\n[\s\S]*hello:2/,
      ),
    ]);
  });

  it('of the spec of a Revision are refused', () => {
    const revision = (image: string): JsonObject => ({ metadata: { name: 'hello-00001' }, spec: { containers: [{ image }] } });
    expect(complaints('Revision', revision('a/b:2'), revision('a/b:1'))).toEqual([
      expect.stringMatching(/^Immutable fields changed \(-old \+new\): spec\n/),
    ]);
  });

  it('of who created it are refused', () => {
    const by = (creator: string): JsonObject => service({}, { metadata: { annotations: { 'serving.knative.dev/creator': creator } } });
    expect(complaints('Service', by('eve'), by('ann'))).toEqual([
      expect.stringMatching(/annotation value is immutable[\s\S]*metadata\.annotations\.serving\.knative\.dev\/creator/),
    ]);
  });
});

describe('DomainMapping', () => {
  const mapping = (name: string, ref: JsonObject): JsonObject => ({ metadata: { name, namespace: 'default' }, spec: { ref } });
  const ref = { kind: 'Service', name: 'hello', apiVersion: 'serving.knative.dev/v1' };
  it.each([
    { name: 'fine', object: mapping('shop.example.com', ref), says: [] },
    {
      name: 'one word',
      object: mapping('shop', ref),
      says: [
        expect.stringMatching(
          /^invalid name "shop": name: Invalid value: "shop": should be a domain with at least two segments.*: metadata\.name$/,
        ),
      ],
    },
    {
      name: "the cluster's own",
      object: mapping('hello.default.svc.cluster.local', ref),
      says: [expect.stringContaining('must not be a subdomain of cluster local domain "cluster.local"')],
    },
    {
      name: 'another namespace',
      object: mapping('shop.example.com', { ...ref, namespace: 'other' }),
      says: [expect.stringMatching(/^mismatched namespaces: spec\.ref\.namespace\n/)],
    },
  ])('$name', ({ object, says }) => expect(complaints('DomainMapping', object)).toEqual(says));
});
