import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { createLogger, createRegistry, readConfig, serveHealth, systemClock, toUserText, type RunningPart } from '@tidegate/kernel';
import { parse } from 'yaml';
import { TenancyControllerConfig } from './config.js';
import { TENANCY, TenancyModule } from './tenancy.module.js';

/** `node main.js CONFIG.json` */
const file = process.argv[2] ?? '/etc/tidegate/config.json';
const config = readConfig(TenancyControllerConfig, parse(readFileSync(file, 'utf8')), file);
const log = createLogger('tenancy-controller', config.logLevel);
const registry = createRegistry('tenancy-controller');
const fatal = (error: unknown): void => {
  log.fatal(toUserText(error));
  process.exit(1);
};

try {
  const app = await NestFactory.createApplicationContext(TenancyModule.with({ log, clock: systemClock, registry, fatal }, config), {
    logger: false,
  });
  // As the first process of a container it would not be ended by the signal that Nest sends again.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  const part = app.get<RunningPart>(TENANCY);
  await serveHealth({ notReady: () => part.notReady(), registry }, config.health);
} catch (error) {
  fatal(error);
}
