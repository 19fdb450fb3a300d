import { LockFile } from './lock-file.js';
import { billOfMaterials, debianComponents, npmComponents } from './sbom.js';

const lock = LockFile.parse({
  packages: {
    'node_modules/@a/b': { version: '1.2.3', license: 'MIT', integrity: `sha512-${Buffer.from('ab').toString('base64')}` },
    'node_modules/c': { version: '1.0.0', license: '(MIT OR Apache-2.0)' },
    'node_modules/@a/b/node_modules/c': { version: '1.0.0', license: 'SEE LICENSE IN FILE' },
    'libs/own': {},
  },
});

it('names each npm package once, with its hash and licence', () => {
  expect(npmComponents(lock, ['node_modules/@a/b', 'node_modules/c', 'libs/own'])).toEqual([
    {
      type: 'library',
      name: '@a/b',
      version: '1.2.3',
      purl: 'pkg:npm/%40a/b@1.2.3',
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: '6162' }],
    },
    { type: 'library', name: 'c', version: '1.0.0', purl: 'pkg:npm/c@1.0.0', licenses: [{ expression: '(MIT OR Apache-2.0)' }] },
  ]);
  const twice = npmComponents(lock, ['node_modules/c', 'node_modules/@a/b/node_modules/c']);
  expect(twice).toHaveLength(1);
  expect(twice[0]?.licenses).toEqual([{ license: { name: 'SEE LICENSE IN FILE' } }]);
});

it('is the same whatever the order of the components', () => {
  const components = [
    ...npmComponents(lock, ['node_modules/c', 'node_modules/@a/b']),
    ...debianComponents([{ name: 'libstdc++6', version: '1:12+x', architecture: 'amd64', sha256: 'f'.repeat(64) }]),
  ];
  const text = JSON.stringify(billOfMaterials({ name: 'i', version: '1' }, components));
  expect(JSON.stringify(billOfMaterials({ name: 'i', version: '1' }, components.toReversed()))).toBe(text);
  expect(text).toContain('pkg:deb/debian/libstdc%2B%2B6@1%3A12%2Bx?arch=amd64');
});
