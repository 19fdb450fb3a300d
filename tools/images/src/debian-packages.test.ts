import path from 'node:path';
import { controlFields, packageFile, pinnedPackages } from './debian-packages.js';

const pins = path.resolve(import.meta.dirname, '../debian-packages.json');

it('pins what Node and Envoy are linked with', () => {
  const names = pinnedPackages(pins, 'amd64').map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['libc6', 'libstdc++6', 'libgcc-s1', 'ca-certificates']));
});

it('refuses an architecture without pins in words', () => {
  expect(() => pinnedPackages(pins, 'sparc')).toThrow('No Debian packages are pinned for sparc.');
});

it("writes an epoch as Debian's file names do", () => {
  expect(packageFile({ name: 'zlib1g', version: '1:1.2.13', architecture: 'amd64', sha256: '' })).toBe('zlib1g_1%3a1.2.13_amd64.deb');
});

it('reads the one-line fields of a control paragraph', () => {
  const fields = controlFields('Package: libc6\nVersion: 2.36-9\nDescription: GNU C Library\n long text: not a field\nSHA256: ab\n');
  expect(fields).toEqual({ Package: 'libc6', Version: '2.36-9', Description: 'GNU C Library', SHA256: 'ab' });
});
