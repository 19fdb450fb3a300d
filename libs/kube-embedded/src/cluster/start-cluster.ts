import type { PartContext, RunningPart } from '@tidegate/kernel';
import { KubeClient } from '@tidegate/kube';
import { SERVER_VERSION } from '../api/kubernetes-api.js';
import { type EmbeddedApi, startEmbeddedApi } from '../server/start-embedded-api.js';
import { clusterFolders } from './folders.js';
import { keepKubernetesService, publishKubernetesService } from './kubernetes-service.js';
import { openDoor } from '../network/door.js';
import { type Workloads, type WorkloadsOptions, prepareWorkloads } from './workloads.js';

export interface ClusterOptions extends Omit<WorkloadsOptions, 'version'> {
  /** Where the Kubernetes API listens on 127.0.0.1; 0 for any free port. */
  apiPort: number;
  /** File to which every request over HTTPS is written; none without it. */
  auditLog?: string | undefined;
}

/** The whole embedded cluster in this process. */
export interface RunningCluster extends RunningPart {
  api: EmbeddedApi;
  /** All rights, without a network. */
  client: KubeClient;
  workloads: Workloads;
}

const HOST = '127.0.0.1';

/**
 * Starts the Kubernetes API, the controllers and the node. Resolves once every pod's status is true again and the ports of Services are
 * settled, so that Envoy may start. Throws EMB_RANGE_TAKEN and what the store and the API's port throw.
 */
export async function startCluster(context: PartContext, options: ClusterOptions): Promise<RunningCluster> {
  const { clock, log } = context;
  const workloads = await prepareWorkloads(context, { ...options, version: SERVER_VERSION.gitVersion });
  let api: EmbeddedApi | undefined;
  let door: { close(): Promise<void> } | undefined;
  let ready = false;
  let stopping: Promise<void> | undefined;
  let stopKeeping = (): void => undefined;
  const stop = async (): Promise<void> => {
    ready = false;
    stopKeeping();
    await workloads.stop();
    await door?.close();
    await api?.stop();
  };
  try {
    const { private: dir } = clusterFolders(options.dataDir);
    const { apiHost, hooks } = workloads;
    const started = await startEmbeddedApi({ dir, host: HOST, names: [apiHost], port: options.apiPort, auditLog: options.auditLog, clock, log, hooks });
    api = started;
    if (apiHost !== HOST) door = await openDoor(apiHost, started.port, HOST);
    const client = new KubeClient(started.transport('system:tidegate-embedded', ['system:masters']), { fieldManager: 'tidegate-embedded' });
    await workloads.readAddresses(client);
    await publishKubernetesService(client, HOST, started.port);
    await workloads.start(client, started);
    stopKeeping = keepKubernetesService({ client, clock, log }, HOST, started.port);
    ready = true;
    return {
      name: 'cluster',
      api: started,
      client,
      workloads,
      notReady: () => (ready ? [] : ['the embedded cluster is stopping']),
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
