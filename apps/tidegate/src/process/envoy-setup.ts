import { writeFileSync } from 'node:fs';
import { envoyBootstrap, provideEnvoy } from '@tidegate/mesh-xds-server';
import { writeFileAtomically } from '../instance/folder.js';
import { EnvoyConfig } from './config.js';
import { runProcess } from './run-process.js';

/** Runs once at each start: finds or fetches Envoy and writes its bootstrap. The supervisor then runs the binary. */
await runProcess('envoy-setup', EnvoyConfig, async (config, frame) => {
  const { log } = frame.context('envoy');
  const { binary } = await provideEnvoy({ dataDir: config.data, log, onProgress: (text) => frame.progress(text) });
  const bootstrap = envoyBootstrap({
    nodeId: 'embedded',
    adminSocket: config.adminSocket,
    xdsSocket: config.xdsSocket,
    telemetrySocket: config.telemetrySocket,
    activatorSocket: config.activatorSocket,
  });
  writeFileSync(config.bootstrap, JSON.stringify(bootstrap, null, 2), { mode: 0o600 });
  writeFileAtomically(config.binaryFile, `${binary}\n`);
});
