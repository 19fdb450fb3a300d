import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { createLogger, createRegistry, readConfig, serveHealth, systemClock, toUserText } from '@tidegate/kernel';
import { connectSignals } from '@tidegate/telemetry-sinks';
import { parse } from 'yaml';
import { ApiConfig } from './config.js';
import { startApi } from './start-api.js';

/** `node main.js CONFIG.json` */
async function main(file: string): Promise<void> {
  const config = readConfig(ApiConfig, parse(readFileSync(file, 'utf8')), file);
  const log = createLogger('api', config.logLevel);
  const registry = createRegistry('api');
  const fatal = (error: unknown): never => {
    log.fatal(toUserText(error));
    process.exit(1);
  };
  const signals = connectSignals(config.signals, { log });
  const api = await startApi({ log, clock: systemClock, registry, fatal }, { ...config, signals });
  const health = await serveHealth({ registry, notReady: () => api.notReady() }, config.health);
  log.info({ port: api.address().port }, 'listening');
  const stop = async (): Promise<void> => {
    health.close();
    await api.stop();
    signals.close();
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => void stop().catch(fatal));
}

main(process.argv[2] ?? '/etc/tidegate/config.json').catch((error: unknown) => {
  process.stderr.write(`${toUserText(error)}\n`);
  process.exit(1);
});
