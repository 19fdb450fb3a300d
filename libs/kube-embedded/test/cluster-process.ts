// A child process of cluster-crash: a cluster that runs until it is killed. Prints one line of JSON once it is ready.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { buildImage, startCluster } from '../src/index.js';

const [dataDir = '', portBlock = '0', programs = ''] = process.argv.slice(2);
await buildImage({ dir: programs, storeDir: path.join(dataDir, 'public', 'images') });
const began = performance.now();
const cluster = await startCluster(
  {
    log: silentLogger,
    clock: systemClock,
    registry: createRegistry('test'),
    fatal: (error) => {
      throw error;
    },
  },
  { dataDir, apiPort: 0, portBlock: Number(portBlock), portBlockSize: 50, claimsDir: path.join(dataDir, 'claims'), drainMs: 50 },
);
const kubeconfig = path.join(dataDir, 'private', 'admin.kubeconfig');
writeFileSync(kubeconfig, await cluster.api.issueKubeconfig('admin', ['system:masters']), { mode: 0o600 });
process.stdout.write(`${JSON.stringify({ kubeconfig, startedInMs: performance.now() - began })}\n`);
process.on('SIGTERM', () => void cluster.stop().then(() => process.exit(0)));
