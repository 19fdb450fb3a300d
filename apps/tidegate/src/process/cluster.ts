import path from 'node:path';
import { startCluster } from '@tidegate/kube-embedded';
import { writeFileAtomically } from '../instance/folder.js';
import { installPlatform, userOf } from '../install/install-platform.js';
import { loadSamples } from '../install/load-sample.js';
import { identities } from '../install/rights.js';
import { ClusterConfig } from './config.js';
import { runProcess } from './run-process.js';

/** The embedded cluster: Kubernetes API, pods, controllers. It also does what Helm does on a real one: kinds, rights, sample. */
await runProcess('cluster', ClusterConfig, async (config, frame) => {
  const images = path.join(config.data, 'public', 'images');
  frame.progress('Starting the Kubernetes API and the node ...');
  const cluster = await startCluster(frame.context('cluster'), {
    dataDir: config.data,
    apiPort: config.apiPort,
    portBlock: config.portBlock,
    portBlockSize: config.portBlockSize,
    podNetwork: config.podNetwork,
    auditLog: config.auditLog,
  });
  frame.add(cluster);
  await installPlatform(cluster.client);
  const keep = async (file: string, user: string, groups: string[]): Promise<void> =>
    writeFileAtomically(path.join(config.data, 'private', `${file}.kubeconfig`), await cluster.api.issueKubeconfig(user, groups));
  await keep('admin', 'tidegate:owner', ['system:masters']);
  for (const identity of Object.keys(identities)) await keep(identity, userOf(identity), []);
  const progress = (text: string): void => frame.progress(text);
  if (config.sample) frame.add(await loadSamples(frame.context('samples'), { client: cluster.client, imageStore: images, progress }));
});
