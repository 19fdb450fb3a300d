import path from 'node:path';
import { golden } from '@tidegate/testing';
import { stringify } from 'yaml';
import { z } from 'zod';
import { crdFor } from './crd.js';
import { defineKind, type KubeObject } from './kind.js';
import { structuralSchema } from './structural-schema.js';

const kind = defineKind<KubeObject>({
  group: 'test.tidegate.dev',
  version: 'v1alpha1',
  kind: 'Parcel',
  plural: 'parcels',
  namespaced: true,
});

const spec = z
  .strictObject({
    service: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
      .describe('Name of the Service.'),
    weight: z.number().min(0).max(100).default(5).describe('Percent.'),
    replicas: z.int32().min(0).optional(),
    port: z.union([z.int(), z.string()]).describe('Number or name.'),
    mode: z.enum(['Fast', 'Slow']).default('Fast'),
    labels: z.record(z.string(), z.string()).optional(),
    ratio: z.number().gt(0).lt(1).optional(),
    note: z.string().nullable().optional(),
    steps: z
      .array(z.strictObject({ name: z.string(), weight: z.number().optional() }))
      .max(20)
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
      .optional(),
    source: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('Git'), url: z.string() }),
      z.strictObject({ type: z.literal('Image'), image: z.string(), digest: z.string().optional() }),
    ]),
    since: z.iso.datetime().optional(),
    template: z.unknown().optional(),
    limits: z.strictObject({ seconds: z.int().default(30) }).prefault({}),
  })
  .meta({ 'x-kubernetes-validations': [{ rule: "self.mode != 'Slow' || self.weight < 50", message: 'slow parcels weigh less than 50' }] });

export const parcel = crdFor({
  kind,
  scope: 'Namespaced',
  description: 'Everything that a definition can say.',
  shortNames: ['pcl'],
  categories: ['tidegate'],
  schema: spec,
  statusSchema: z.object({ phase: z.string().optional(), replicas: z.int().optional(), observedGeneration: z.int().optional() }),
  columns: [{ name: 'Phase', type: 'string', jsonPath: '.status.phase' }],
  scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
  validations: [{ rule: 'self.metadata.name.size() < 50', message: 'the name is too long' }],
});

describe('crdFor', () => {
  it('writes a structural definition', () => {
    const text = stringify(parcel);
    expect(text).toBe(golden(path.join(import.meta.dirname, '../testdata/parcel-crd.yaml'), text));
  });
  it('refuses a scope that contradicts the kind', () => {
    expect(() => crdFor({ kind, scope: 'Cluster', schema: spec })).toThrow('Parcel is Namespaced');
  });
});

describe('structuralSchema', () => {
  it.each([
    {
      name: 'a union without a discriminator',
      schema: z.object({ a: z.union([z.string(), z.boolean()]) }),
      says: 'a union of string, boolean at ".a"',
    },
    { name: 'a pattern with look-ahead', schema: z.object({ p: z.string().regex(/^(?!x)/) }), says: 'a pattern that Go cannot run' },
    {
      name: 'branches that disagree about a field',
      schema: z.discriminatedUnion('t', [z.object({ t: z.literal('a'), v: z.int() }), z.object({ t: z.literal('b'), v: z.string() })]),
      says: 'a field that differs between the branches',
    },
  ])('refuses $name', ({ schema, says }) => {
    expect(() => structuralSchema(schema)).toThrow(says);
  });
  it.each([
    { name: 'nullable', schema: z.string().nullable(), is: { type: 'string', nullable: true } },
    { name: 'literals', schema: z.union([z.literal('a'), z.literal('b')]), is: { type: 'string', enum: ['a', 'b'] } },
    { name: 'anything', schema: z.unknown(), is: { 'x-kubernetes-preserve-unknown-fields': true } },
    { name: 'a map', schema: z.record(z.string(), z.boolean()), is: { type: 'object', additionalProperties: { type: 'boolean' } } },
    { name: 'an integer has no bounds of JavaScript', schema: z.int(), is: { type: 'integer' } },
  ])('says $name', ({ schema, is }) => {
    expect(JSON.parse(JSON.stringify(structuralSchema(schema)))).toEqual(is);
  });
});
