import type { JsonObject } from '../json.js';
import { decode } from './decode.js';
import { sameMeaning, shortDiff } from './diff.js';
import { encode } from './encode.js';
import { struct } from './types.js';

const SPEC = 'v1.RevisionSpec';
const read = (spec: JsonObject) => decode(spec, struct(SPEC), { struct: 'Revision', field: 'spec' });
function decoded(spec: JsonObject): JsonObject {
  const result = read(spec);
  if (!result.ok) throw new Error(result.error);
  return result.value.value;
}
const one = (more: JsonObject = {}): JsonObject => ({ containers: [{ image: 'a/b', ...more }] });

describe('decoding', () => {
  it('keeps what Go can tell from nothing', () => {
    const spec = { ...one({ stdin: false, workingDir: '', env: null, livenessProbe: {} }), timeoutSeconds: 0, volumes: [] };
    expect(decoded(spec)).toEqual({ containers: [{ image: 'a/b', livenessProbe: {} }], timeoutSeconds: 0, volumes: [] });
  });

  it('writes quantities in one form', () =>
    expect(decoded(one({ resources: { limits: { cpu: '1000m', memory: 1024, 'ephemeral-storage': '1024Mi' } } }))).toEqual(
      one({ resources: { limits: { cpu: '1', memory: '1024', 'ephemeral-storage': '1Gi' } } }),
    ));

  it('names fields that there are not', () => {
    const result = read(one({ imag: 'x', ports: [{ containerPort: 1, prot: 2 }] }));
    expect(result).toMatchObject({ ok: true, value: { unknown: ['spec.containers[0].imag', 'spec.containers[0].ports[0].prot'] } });
  });

  it.each<{ spec: JsonObject; says: unknown }>([
    {
      spec: { containers: {} },
      says: 'json: cannot unmarshal object into Go struct field RevisionSpec.spec.PodSpec.containers of type []v1.Container',
    },
    {
      spec: { timeoutSeconds: '5' },
      says: 'json: cannot unmarshal string into Go struct field RevisionSpec.spec.timeoutSeconds of type int64',
    },
    {
      spec: one({ resources: { limits: { cpu: 'much' } } }),
      says: expect.stringContaining('quantities must match the regular expression'),
    },
  ])('refuses $says', ({ spec, says }) => {
    const result = read(spec);
    expect(result.ok ? '' : result.error).toEqual(says);
  });
});

it('encodes as Go does: structs and required fields always, empty collections never', () => {
  expect(encode(decoded({ ...one({ ports: [{ name: 'h2c' }], args: [] }), volumes: [] }), struct(SPEC))).toEqual({
    containers: [{ name: '', image: 'a/b', ports: [{ name: 'h2c', containerPort: 0 }], resources: {} }],
  });
});

describe('a change', () => {
  const diff = (old: JsonObject, current: JsonObject): string => shortDiff(decoded(old), decoded(current), SPEC);
  it.each<{ name: string; old: JsonObject; current: JsonObject; is: string }>([
    { name: 'of nothing', old: one(), current: one({ stdin: false }), is: '' },
    {
      name: 'of a field',
      old: one(),
      current: one({ image: 'a/c' }),
      is: '{v1.RevisionSpec}.PodSpec.Containers[0].Image:\n\t-: "a/b"\n\t+: "a/c"\n',
    },
    {
      name: 'of an optional number',
      old: { timeoutSeconds: 1 },
      current: { timeoutSeconds: 2 },
      is: '*{v1.RevisionSpec}.TimeoutSeconds:\n\t-: "1"\n\t+: "2"\n',
    },
    {
      name: 'of a number that was not there',
      old: {},
      current: { timeoutSeconds: 2 },
      is: '{v1.RevisionSpec}.TimeoutSeconds:\n\t-: "<nil>"\n\t+: "2"\n',
    },
    {
      name: 'of one more variable',
      old: one({ env: [{ name: 'A', value: '1' }] }),
      current: one({
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      }),
      is: '{v1.RevisionSpec}.PodSpec.Containers[0].Env[?->1]:\n\t+: v1.EnvVar: "{Name:B Value:2}"\n',
    },
    {
      name: 'of the spelling of a quantity',
      old: one({ resources: { limits: { cpu: '1' } } }),
      current: one({ resources: { limits: { cpu: '1000m' } } }),
      is: '',
    },
  ])('$name', ({ old, current, is }) => expect(diff(old, current)).toBe(is));

  it('from no list to an empty one means nothing', () => {
    expect(sameMeaning(decoded({ ...one(), volumes: [] }), decoded(one()), SPEC)).toBe(true);
    expect(sameMeaning(decoded(one()), decoded(one({ image: 'a/c' })), SPEC)).toBe(false);
  });
});
