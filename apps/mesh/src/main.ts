import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { causeChain, createLogger, createRegistry, readConfig, systemClock, toUserText } from '@tidegate/kernel';
import { readFileSync } from 'node:fs';
import { MeshModule } from './app.module.js';
import { MeshConfig } from './config.js';

/** `node main.js CONFIG.json` */
async function main(file: string): Promise<void> {
  const config = readConfig(MeshConfig, JSON.parse(readFileSync(file, 'utf8')), file);
  const log = createLogger('mesh', config.logLevel);
  const fatal = (error: unknown): never => {
    log.fatal({ because: causeChain(error) }, toUserText(error));
    process.exit(1);
  };
  const context = { log, clock: systemClock, registry: createRegistry('mesh'), fatal };
  const app = await NestFactory.createApplicationContext(MeshModule.with(context, config), { logger: false, abortOnError: false });
  // As the first process of a container it would not be ended by the signal that Nest sends again.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
}

main(process.argv[2] ?? 'mesh.json').catch((error: unknown) => {
  process.stderr.write(`${toUserText(error)}\n`);
  process.exit(1);
});
