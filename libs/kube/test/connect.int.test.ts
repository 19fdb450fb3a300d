import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../src/connect.js';
import { kinds } from '../src/kinds.js';

let dir: string;
let server: Server;
let seen: (string | undefined)[];

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'tidegate-kube-'));
  seen = [];
  server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  rmSync(dir, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function kubeconfig(user: unknown): string {
  const { port } = server.address() as AddressInfo;
  const file = path.join(dir, 'config');
  const content = {
    'current-context': 'main',
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

describe('connect', () => {
  it.each([
    { name: 'a token', user: { token: 'secret' }, header: 'Bearer secret' },
    { name: 'a name and password', user: { username: 'a', password: 'b' }, header: `Basic ${Buffer.from('a:b').toString('base64')}` },
    { name: 'nothing', user: {}, header: undefined },
    {
      name: 'a token file beside the kubeconfig',
      user: { 'auth-provider': { name: 'tokenFile', config: { tokenFile: 'token' } } },
      header: 'Bearer of-file',
    },
    {
      name: 'an exec plugin',
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/echo', args: ['{"status":{"token":"of-plugin"}}'] } },
      header: 'Bearer of-plugin',
    },
  ])('authenticates with $name', async ({ user, header }) => {
    writeFileSync(path.join(dir, 'token'), 'of-file\n');
    const client = await connect({ kubeconfigPath: kubeconfig(user) });
    await client.list(kinds.pods);
    expect(seen).toEqual([header]);
  });

  it('says what is wrong with a kubeconfig', async () => {
    const file = kubeconfig({});
    await expect(connect({ kubeconfigPath: file, context: 'other' })).rejects.toMatchObject({
      code: 'KUBE_CONFIG_INVALID',
      remedy: 'It has: main.',
    });
    await expect(connect({ kubeconfigPath: path.join(dir, 'none') })).rejects.toThrow('cannot be read');
    writeFileSync(file, 'clusters: [{name: x}]\n');
    await expect(connect({ kubeconfigPath: file })).rejects.toThrow('cluster is missing');
    const unreadable = await connect({ kubeconfigPath: kubeconfig({ 'client-certificate': 'no-such.pem' }) }).catch((e: unknown) => e);
    expect(unreadable).toMatchObject({ code: 'KUBE_CONFIG_INVALID' });
  });

  it('tells that a login plugin failed', async () => {
    const plugin = path.join(dir, 'login');
    writeFileSync(plugin, '#!/bin/sh\necho expired >&2\nexit 1\n');
    chmodSync(plugin, 0o700);
    const client = await connect({ kubeconfigPath: kubeconfig({ exec: { command: plugin } }) });
    await expect(client.list(kinds.pods)).rejects.toMatchObject({ code: 'KUBE_CONFIG_INVALID' });
  });
});
