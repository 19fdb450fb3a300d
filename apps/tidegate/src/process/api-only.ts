import path from 'node:path';
import { startApiOnly } from '@tidegate/kube-embedded';
import { writeFileAtomically } from '../instance/folder.js';
import { ApiOnlyConfig } from './config.js';
import { runProcess } from './run-process.js';

/** The Kubernetes API without controllers, nodes and the platform: for suites that bring their own. */
await runProcess('api-only', ApiOnlyConfig, async (config, frame) => {
  const running = await startApiOnly(frame.context('api'), { dataDir: config.data, apiPort: config.apiPort, auditLog: config.auditLog });
  frame.add(running);
  writeFileAtomically(
    path.join(config.data, 'private', 'admin.kubeconfig'),
    await running.api.issueKubeconfig('tidegate:owner', ['system:masters']),
  );
});
