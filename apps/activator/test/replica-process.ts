// A replica of what answers proxies, in a process of its own so that it can be killed: telemetry and the activator. Prints `ready`, and the name of
// each revision that is to be waked.
import { rmSync } from 'node:fs';
import { createLogger, createRegistry, serveHealth, systemClock, type PartContext } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import { startActivator } from '../src/index.js';

const [identity = '', folder = '', kubeconfigPath = ''] = process.argv.slice(2);
const at = (name: string): string => `${folder}/${identity}-${name}.sock`;
const registry = createRegistry('replica');
const context: PartContext = {
  log: createLogger(identity, 'warn'),
  clock: systemClock,
  registry,
  fatal: (error) => {
    throw error;
  },
};
const client = await connect({ kubeconfigPath });
const telemetry = await startTelemetry(context, { listen: { socket: at('telemetry') }, signals: { socket: at('signals') } });
const activator = await startActivator(context, {
  client,
  listen: { socket: at('activator') },
  wake: { wake: ({ name }) => void process.stdout.write(`wake ${name}\n`) },
  requestEvents: telemetry.requestEvents,
  peers: { identity, listen: { socket: at('peers') } },
});
// Of one that was killed.
rmSync(at('health'), { force: true });
await serveHealth({ notReady: () => activator.notReady(), registry }, { socket: at('health') });
process.stdout.write('ready\n');
process.on('SIGTERM', () => {
  void (async () => {
    await activator.stop();
    await telemetry.stop();
    process.exit(0);
  })();
});
