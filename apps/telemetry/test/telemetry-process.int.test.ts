import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createRegistry, readConfig, silentLogger, systemClock } from '@tidegate/kernel';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TelemetryConfig, TelemetryModule } from '../src/index.js';

function get(socketPath: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.once('error', reject).end();
  });
}

it('starts ready, shows its metrics, and leaves no socket behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tg-app-'));
  const socket = (name: string): string => join(folder, `${name}.sock`);
  const input = { listen: { socket: socket('t') }, signals: { socket: socket('s') }, health: { socket: socket('h') } };
  const config = readConfig(TelemetryConfig, input, 'the test');
  const context = { log: silentLogger, clock: systemClock, registry: createRegistry('telemetry'), fatal: () => undefined };
  const app = await NestFactory.createApplicationContext(TelemetryModule.with(context, config), { logger: false });
  expect(await get(input.health.socket, '/readyz')).toEqual({ status: 200, text: 'ok\n' });
  expect((await get(input.health.socket, '/metrics')).text).toContain('tidegate_telemetry_streams');
  expect(
    Object.values(input)
      .map((address) => address.socket)
      .map(existsSync),
  ).toEqual([true, true, true]);
  await app.close();
  expect(
    Object.values(input)
      .map((address) => address.socket)
      .map(existsSync),
  ).toEqual([false, false, false]);
  await rm(folder, { recursive: true });
});

it('names every wrong setting at once', () => {
  expect(() => readConfig(TelemetryConfig, { listen: 1, nonsense: true }, 'x.json')).toThrow(/listen[^]*signals[^]*nonsense/);
});
