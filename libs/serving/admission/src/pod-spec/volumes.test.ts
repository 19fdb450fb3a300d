import type { JsonObject } from '../json.js';
import { complaints, container, features, service } from '../../test/objects.js';

const V = 'spec.template.spec.volumes[0]';
const M = 'spec.template.spec.containers[0].volumeMounts[0]';

/** A Service that mounts its volumes, each at a path of its own. */
const mounting = (...volumes: JsonObject[]): JsonObject => {
  const names = [...new Set(volumes.map((v) => v['name'] ?? ''))];
  const volumeMounts = names.map((name, i) => ({ name, mountPath: `/data/${i}` }));
  return service({ containers: [container({ volumeMounts })], volumes });
};
const mount = (more: JsonObject, volume: JsonObject = { emptyDir: {} }): JsonObject =>
  service({
    containers: [container({ volumeMounts: [{ name: 'v', mountPath: '/data', ...more }] })],
    volumes: [{ name: 'v', ...volume }],
  });
const claim = (more: JsonObject = {}): JsonObject => ({ name: 'v', persistentVolumeClaim: { claimName: 'disk', ...more } });

describe('a volume', () => {
  it.each([
    { name: 'of a secret', object: mounting({ name: 'v', secret: { secretName: 's' } }), says: [] },
    { name: 'of a config map', object: mounting({ name: 'v', configMap: { name: 'c', items: [{ key: 'a', path: 'b' }] } }), says: [] },
    {
      name: 'of a name that is there twice',
      object: mounting({ name: 'v', emptyDir: {} }, { name: 'v', emptyDir: {} }),
      says: ['duplicate volume name "v": spec.template.spec.volumes[1].name'],
    },
    { name: 'of no name', object: mounting({ emptyDir: {} }), says: [`missing field(s): ${V}.name`] },
    { name: 'of a name that is no label', object: mounting({ name: '-v', emptyDir: {} }), says: [`invalid value: -v: ${V}.name`] },
    {
      name: 'of nothing',
      object: mounting({ name: 'v' }),
      says: [`expected exactly one, got neither: ${V}.configMap, ${V}.emptyDir, ${V}.projected, ${V}.secret`],
    },
    {
      name: 'of two things',
      object: mounting({ name: 'v', secret: { secretName: 's' }, configMap: { name: 'c' } }),
      says: [`expected exactly one, got both: ${V}.configMap, ${V}.secret`],
    },
    {
      name: 'of a kind that there is no flag for',
      object: mounting({ name: 'v', nfs: { server: 'a', path: '/' } }),
      says: [
        `expected exactly one, got neither: ${V}.configMap, ${V}.emptyDir, ${V}.projected, ${V}.secret`,
        `must not set the field(s): ${V}.nfs`,
      ],
    },
    {
      name: 'of items without key and path',
      object: mounting({ name: 'v', secret: { secretName: 's', items: [{}] } }),
      says: [`missing field(s): ${V}.items[0].key, ${V}.items[0].path`],
    },
    {
      name: 'in a medium that is none',
      object: mounting({ name: 'v', emptyDir: { medium: 'Tape' } }),
      says: [`invalid value: Tape: ${V}.emptyDir.medium`],
    },
    {
      name: 'of a size below nothing',
      object: mounting({ name: 'v', emptyDir: { sizeLimit: '-1Gi' } }),
      says: [`invalid value: -1Gi: ${V}.emptyDir.sizeLimit`],
    },
    {
      name: 'of a claim, while flags are off',
      object: mounting(claim()),
      says: [
        'Persistent volume claim support is disabled, but found persistent volume claim disk: ',
        'Persistent volume write support is disabled, but found persistent volume claim disk that is not read-only: ',
        `must not set the field(s): ${V}.persistentVolumeClaim`,
      ],
    },
    {
      name: 'of a path of the node, while the flag is off',
      object: mounting({ name: 'v', hostPath: { path: '/var' } }),
      says: ['HostPath volume support is disabled, but found HostPath volume v: ', `must not set the field(s): ${V}.hostPath`],
    },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));

  it.each([
    ['emptyDir', 'EmptyDir', {}, 'emptydir'],
    ['csi', 'CSI', { driver: 'd' }, 'csi'],
    ['ephemeral', 'Ephemeral', {}, 'ephemeral'],
    ['image', 'Image', { reference: 'example.dev/data:1' }, 'image'],
  ])('of %s needs its flag', (source, called, value, flag) => {
    const object = mounting({ name: 'v', [source]: value });
    const key = `kubernetes.podspec-volumes-${flag}`;
    expect(complaints('Service', object, undefined, features({ [key]: 'disabled' }))).toEqual([
      `${called} volume support is disabled, but found ${called} volume v: `,
      `must not set the field(s): ${V}.${source}`,
    ]);
    expect(complaints('Service', object, undefined, features({ [key]: 'enabled' }))).toEqual([]);
  });

  it('of a claim is for reading, unless another flag is on too', () => {
    const reads = features({ 'kubernetes.podspec-persistent-volume-claim': 'enabled' });
    expect(complaints('Service', mounting(claim()), undefined, reads)).toEqual([
      'Persistent volume write support is disabled, but found persistent volume claim disk that is not read-only: ',
    ]);
    expect(complaints('Service', mount({}, claim({ readOnly: true })), undefined, reads)).toEqual([
      `volume is readOnly but volume mount is not: ${M}.readOnly`,
    ]);
    expect(complaints('Service', mount({ readOnly: true }, claim({ readOnly: true })), undefined, reads)).toEqual([]);
    const writes = features({
      'kubernetes.podspec-persistent-volume-claim': 'enabled',
      'kubernetes.podspec-persistent-volume-write': 'enabled',
    });
    expect(complaints('Service', mounting(claim()), undefined, writes)).toEqual([]);
  });

  it('of an image says which, and when it is pulled', () => {
    const on = features({ 'kubernetes.podspec-volumes-image': 'enabled' });
    expect(complaints('Service', mounting({ name: 'v', image: { pullPolicy: 'Perhaps' } }), undefined, on)).toEqual([
      `invalid value: Perhaps: ${V}.image.pullPolicy`,
      `missing field(s): ${V}.image.reference`,
    ]);
  });
});

describe('a projected volume', () => {
  const projected = (...sources: JsonObject[]): JsonObject => mounting({ name: 'v', projected: { sources } });
  const P = `${V}.projected[0]`;
  it.each([
    {
      name: 'of all four sources',
      object: projected(
        { secret: { name: 's' } },
        { configMap: { name: 'c' } },
        { serviceAccountToken: { path: 'token' } },
        { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      ),
      says: [],
    },
    {
      name: 'of an empty source',
      object: projected({}),
      says: [`expected exactly one, got neither: ${P}.configMap, ${P}.downwardAPI, ${P}.secret, ${P}.serviceAccountToken`],
    },
    {
      name: 'of two in one',
      object: projected({ secret: { name: 's' }, configMap: { name: 'c' } }),
      says: [`expected exactly one, got both: ${P}.configMap, ${P}.secret`],
    },
    {
      name: 'without names and paths',
      object: projected({ secret: {} }, { serviceAccountToken: {} }, { configMap: { name: 'c', items: [{ key: 'k' }] } }),
      says: [
        `missing field(s): ${V}.projected[0].secret.name, ${V}.projected[1].serviceAccountToken.path, ${V}.projected[2].configMap.items[0].path`,
      ],
    },
    {
      name: 'of a file with no field, and one with two',
      object: projected({
        downwardAPI: {
          items: [{ path: 'a' }, { fieldRef: { fieldPath: 'metadata.name' }, resourceFieldRef: { resource: 'limits.cpu' } }],
        },
      }),
      says: [
        `Within a single item, cannot set both: ${P}.downwardAPI.items[1].fieldRef, ${P}.downwardAPI.items[1].resourceFieldRef`,
        `expected exactly one, got neither: ${P}.downwardAPI.items[0].fieldRef, ${P}.downwardAPI.items[0].resourceFieldRef`,
        `missing field(s): ${P}.downwardAPI.items[1].path`,
      ],
    },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));
});

describe('a mount', () => {
  it.each([
    { name: 'nowhere', object: mount({ mountPath: '' }), says: [`missing field(s): ${M}.mountPath`] },
    { name: 'at the root', object: mount({ mountPath: '/./' }), says: [`mountPath "/" is a reserved path: ${M}.mountPath`] },
    { name: 'at /dev/log', object: mount({ mountPath: '/dev//log/' }), says: [`mountPath "/dev/log" is a reserved path: ${M}.mountPath`] },
    { name: 'below /dev', object: mount({ mountPath: '/dev/shm' }), says: [] },
    { name: 'at a relative path', object: mount({ mountPath: 'data' }), says: [`invalid value: data: ${M}.mountPath`] },
    {
      name: 'with fields that Knative has not',
      object: mount({ subPathExpr: '$(A)', recursiveReadOnly: 'Enabled' }),
      says: [`must not set the field(s): ${M}.recursiveReadOnly, ${M}.subPathExpr`],
    },
    {
      name: 'that propagates, while the flag is off',
      object: mount({ mountPropagation: 'HostToContainer' }),
      says: [
        'Volume Mount Propagation support is disabled, but found volume mount v with mount propagation: ',
        `must not set the field(s): ${M}.mountPropagation`,
      ],
    },
  ])('$name', ({ object, says }) => expect(complaints('Service', object)).toEqual(says));

  it('has a path of its own', () => {
    const volumeMounts = ['/data', '/data/'].map((mountPath) => ({ name: 'v', mountPath }));
    const object = service({ containers: [container({ volumeMounts })], volumes: [{ name: 'v', emptyDir: {} }] });
    expect(complaints('Service', object)).toEqual([
      'invalid value: "/data/" must be unique: spec.template.spec.containers[0].volumeMounts[1].mountPath',
    ]);
  });

  it('propagates from the node at most', () => {
    const on = features({ 'kubernetes.podspec-volumes-mount-propagation': 'enabled' });
    expect(complaints('Service', mount({ mountPropagation: 'Bidirectional' }), undefined, on)).toEqual([
      `mount propagation should be set to None or HostToContainer: ${M}.mountPropagation`,
    ]);
    expect(complaints('Service', mount({ mountPropagation: 'HostToContainer' }), undefined, on)).toEqual([]);
  });
});
