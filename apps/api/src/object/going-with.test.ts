import { goingWith } from './going-with.js';
import type { SeenObject } from './namespace-contents.js';

const seen = (name: string, ...owners: string[]): SeenObject => ({
  group: '',
  kind: 'ConfigMap',
  object: { metadata: { name, uid: `uid-${name}`, ...(owners.length > 0 ? { ownerReferences: owners.map((o) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: o, uid: `uid-${o}` })) } : {}) } },
});

it.each<[string, SeenObject[], string[]]>([
  ['what it owns', [seen('own', 'root'), seen('free')], ['own']],
  ['what that owns in turn, in whatever order it is found', [seen('grandchild', 'child'), seen('child', 'root')], ['child', 'grandchild']],
  ['not what somebody else owns too', [seen('shared', 'root', 'other'), seen('below', 'shared')], []],
  ['what has two owners that both go', [seen('a', 'root'), seen('b', 'root'), seen('both', 'a', 'b')], ['a', 'b', 'both']],
  ['not itself, though it is in a circle', [seen('root', 'child'), seen('child', 'root')], ['child']],
])('takes along %s', (_, all, names) => {
  expect(goingWith('uid-root', all).map((o) => o.object.metadata?.name)).toEqual(names);
});
