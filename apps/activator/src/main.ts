import { readFileSync } from 'node:fs';
import { createLogger, createRegistry, readConfig, serveHealth, systemClock, toUserText } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { connectRequestEvents } from '@tidegate/telemetry-sinks';
import { ActivatorConfig } from './config.js';
import { connectWake } from './remote-wake.js';
import { startActivator } from './start-activator.js';

/** `node main.js CONFIG.json` */
async function main(file: string): Promise<void> {
  const config = readConfig(ActivatorConfig, JSON.parse(readFileSync(file, 'utf8')), file);
  const log = createLogger('activator', config.logLevel);
  const registry = createRegistry('activator');
  const fatal = (error: unknown): never => {
    log.fatal(toUserText(error));
    process.exit(1);
  };
  const client = await connect({ kubeconfigPath: config.kubeconfig });
  const requestEvents = connectRequestEvents(config.signals, { log });
  const wake = connectWake(config.autoscaler, { clock: systemClock, log });
  const context = { log, clock: systemClock, registry, fatal };
  const activator = await startActivator(context, {
    client,
    listen: config.listen,
    wake,
    requestEvents,
    ...(config.peers ? { peers: { ...config.peers, host: process.env['POD_IP'] } } : {}),
  });
  const health = await serveHealth({ registry, notReady: () => activator.notReady() }, config.health);
  const stop = async (): Promise<void> => {
    await activator.stop();
    requestEvents.close();
    wake.close();
    health.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().then(() => process.exit(0), fatal));
}

main(process.argv[2] ?? '/etc/tidegate/config.json').catch((error: unknown) => {
  process.stderr.write(`${toUserText(error)}\n`);
  process.exit(1);
});
