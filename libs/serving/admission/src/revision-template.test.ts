import type { JsonObject } from './json.js';
import { complaints, container, service, warnings } from '../test/objects.js';

const M = 'spec.template.metadata';
const A = `${M}.annotations`;
const annotated = (annotations: Record<string, string>): JsonObject => service({}, { template: { annotations } });
const SIDECAR = 'queue.sidecar.serving.knative.dev';

describe('annotations of a template', () => {
  it.each<{ name: string; annotations: Record<string, string>; says: string[] }>([
    { name: 'of the network', annotations: { 'networking.knative.dev/ingress-class': 'x' }, says: [] },
    {
      name: 'of the network that it has not',
      annotations: { 'networking.knative.dev/colour': 'red' },
      says: [`invalid key name "networking.knative.dev/colour": ${A}`],
    },
    { name: 'of a deadline', annotations: { 'serving.knative.dev/progress-deadline': '5m' }, says: [] },
    {
      name: 'of a deadline that is no duration',
      annotations: { 'serving.knative.dev/progress-deadline': 'soon' },
      says: [`invalid value: soon: ${A}.serving.knative.dev/progress-deadline`],
    },
    {
      name: 'of a deadline of a part of a second',
      annotations: { 'serving.knative.dev/progress-deadline': '1s500ms' },
      says: [`progress-deadline=1s500ms is not at second precision: ${A}.serving.knative.dev/progress-deadline`],
    },
    {
      name: 'of a deadline that has been',
      annotations: { 'serving.knative.dev/progress-deadline': '-1s' },
      says: [`progress-deadline=-1s must be positive: ${A}.serving.knative.dev/progress-deadline`],
    },
    {
      name: 'of resources that are none',
      annotations: { [`${SIDECAR}/cpu-resource-request`]: 'half' },
      says: [`invalid value: half: ${A}.[${SIDECAR}/cpu-resource-request]`],
    },
    {
      name: 'of a share beyond all',
      annotations: { [`${SIDECAR}/resource-percentage`]: '200' },
      says: [`expected 0.1 <= 200 <= 100: ${A}.[${SIDECAR}/resource-percentage]`],
    },
  ])('$name', ({ annotations, says }) => expect(complaints('Service', annotated(annotations))).toEqual(says));

  it('of a share are warned about', () =>
    expect(warnings(annotated({ [`${SIDECAR}/resource-percentage`]: '20' }))).toContainEqual(
      expect.stringMatching(/^Queue proxy resource percentage annotation is deprecated\./),
    ));
});

describe("a revision's name", () => {
  const named = (template: JsonObject, metadata: JsonObject = {}): JsonObject => service({}, { template, metadata });
  it.each([
    { name: 'below its Service', object: named({ name: 'hello-one' }), says: [] },
    {
      name: 'with capitals',
      object: named({ name: 'hello-One' }),
      says: [expect.stringMatching(/^invalid value: not a DNS 1035 label: \[.*\]: spec\.template\.metadata\.name$/)],
    },
    {
      name: 'that begins with a digit, generated',
      object: named({ generateName: '1x-' }),
      says: [expect.stringMatching(/^invalid value: not a DNS 1035 label prefix: \[.*\]: spec\.template\.metadata\.generateName$/)],
    },
    {
      name: 'below a name that is not known yet',
      object: named({ name: 'hello-one' }, { name: '', generateName: 'hello-' }),
      says: [`must not set the field(s): ${M}.name`],
    },
    {
      name: 'below a name that was generated',
      object: named({ name: 'hello-x-one' }, { name: 'hello-x', generateName: 'hello-' }),
      says: [],
    },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));
});

describe('labels that name an owner', () => {
  const spec = { template: { spec: { containers: [container()] } } };
  const owned = (kind: string): JsonObject => ({
    name: 'hello',
    labels: { 'serving.knative.dev/service': 'hello' },
    ownerReferences: [{ kind, name: 'hello', apiVersion: 'serving.knative.dev/v1', uid: 'u' }],
  });
  const MISSING = 'missing field(s): metadata.labels.serving.knative.dev/service';
  it('are true', () => {
    expect(complaints('Configuration', { metadata: owned('Service'), spec })).toEqual([]);
    expect(complaints('Configuration', { metadata: owned('Job'), spec })).toEqual([MISSING]);
    const traffic = [{ configurationName: 'hello', percent: 100 }];
    expect(complaints('Route', { metadata: owned('Service'), spec: { traffic } })).toEqual([]);
    expect(complaints('Route', { metadata: owned('Job'), spec: { traffic } })).toEqual([MISSING]);
  });
  it('of a Revision are true too', () => {
    const revision = {
      metadata: { name: 'r', labels: { 'serving.knative.dev/configuration': 'hello' } },
      spec: { containers: [container()] },
    };
    expect(complaints('Revision', revision)).toEqual(['missing field(s): metadata.labels.serving.knative.dev/configuration']);
  });
});

describe('metadata', () => {
  it.each<{ name: string; metadata: JsonObject; says: unknown[] }>([
    { name: 'without any name', metadata: { name: '' }, says: ['name or generateName is required: metadata.name'] },
    { name: 'with a prefix that ends in a dash', metadata: { name: '', generateName: 'hello-' }, says: [] },
    {
      name: 'with a prefix that is none',
      metadata: { name: '', generateName: 'a.b' },
      says: [expect.stringMatching(/^not a DNS 1035 label prefix: \[.*\]: metadata\.generateName$/)],
    },
    {
      name: 'with a rollout that is no duration',
      metadata: { annotations: { 'serving.knative.dev/rollout-duration': 'long' } },
      says: ['invalid value: long: metadata.annotations.serving.knative.dev/rollout-duration'],
    },
    {
      name: 'with a rollout below nothing, in the older spelling',
      metadata: { annotations: { 'serving.knative.dev/rolloutDuration': '-1s' } },
      says: ['rollout-duration=-1s must be positive: metadata.annotations.serving.knative.dev/rolloutDuration'],
    },
  ])('$name', ({ metadata, says }) => expect(complaints('Service', service({}, { metadata }))).toEqual(says));

  it('is signed by whoever changed the spec, and by nobody without a change', () => {
    const by = (lastModifier: string, image = 'a/bb'): JsonObject =>
      service(
        { containers: [{ image }], enableServiceLinks: false },
        { metadata: { annotations: { 'serving.knative.dev/lastModifier': lastModifier } } },
      );
    expect(complaints('Service', by('eve'), by('ann'))).toEqual([
      'invalid value: eve: metadata.annotations.serving.knative.dev/lastModifier',
    ]);
    expect(complaints('Service', by('eve', 'a/cc'), by('ann'))).toEqual([]);
  });
});
