import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import { createRegistry, readConfig, silentLogger, systemClock } from '@tidegate/kernel';
import { MeshConfig, MeshModule } from '../src/index.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'tga-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function ask(socketPath: string, url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: url }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject);
    call.end();
  });
}

it('starts before the API is there, says what is missing, and ends cleanly', async () => {
  const kubeconfig = path.join(folder, 'kubeconfig');
  const part = { clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }], users: [{ name: 'u', user: {} }] };
  const contexts = [{ name: 'x', context: { cluster: 'c', user: 'u' } }];
  writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...part, contexts, 'current-context': 'x' }));
  const health = path.join(folder, 'h.sock');
  const config = readConfig(
    MeshConfig,
    { kubeconfig, listen: { socket: path.join(folder, 'x.sock') }, health: { socket: health } },
    'test',
  );
  const context = { log: silentLogger, clock: systemClock, registry: createRegistry('mesh'), fatal: () => undefined };
  const app = await NestFactory.createApplicationContext(MeshModule.with(context, config), { logger: false, abortOnError: false });
  expect((await ask(health, '/healthz')).status).toBe(200);
  const ready = await ask(health, '/readyz');
  expect(ready.status).toBe(503);
  expect(ready.body).toContain('mesh has not read gatewayclasses, gateways');
  expect((await ask(health, '/metrics')).body).toContain('tidegate_xds_proxies');
  await app.close();
  await expect(ask(health, '/healthz')).rejects.toThrow();
});

it('tells every problem of a configuration together', () => {
  const input = { listen: 1, health: { socket: '/h' }, typo: true, mode: 'both' };
  expect(() => readConfig(MeshConfig, input, 'mesh.json')).toThrow(/listen[\s\S]*mode[\s\S]*typo/);
});
