import { availableParallelism, hostname, totalmem } from 'node:os';
import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import { type ClusterNode, type KubeClient, isAlreadyExists, kinds, microTime, timestamp } from '@tidegate/kube';
import { MAX_PODS } from '../pods/node-agent.js';

export const NODE_NAME = 'embedded';
const LEASE_NAMESPACE = 'kube-node-lease';
/** As a kubelet: the lease holds 40 s and is renewed every 10. */
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;

/** Writes the one Node and keeps its lease. `stop` ends the renewals; the Node stays. */
export async function registerNode(
  context: { client: KubeClient; clock: Clock; log: Logger },
  hostIP: string,
  version: string,
): Promise<{ stop(): void }> {
  const { client, clock, log } = context;
  const wanted = clusterNode(hostIP, version, clock.now());
  await client.create(kinds.nodes, { metadata: wanted.metadata, spec: wanted.spec }).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  await client.patch(kinds.nodes, NODE_NAME, undefined, { type: 'merge', body: { status: wanted.status } }, { subresource: 'status' });
  let cancel = (): void => undefined;
  let stopped = false;
  const renew = async (): Promise<void> => {
    const spec = { holderIdentity: NODE_NAME, leaseDurationSeconds: LEASE_SECONDS, renewTime: microTime(clock.now()) };
    try {
      const existing = await client.get(kinds.leases, NODE_NAME, LEASE_NAMESPACE);
      if (existing) await client.patch(kinds.leases, NODE_NAME, LEASE_NAMESPACE, { type: 'merge', body: { spec } });
      else await client.create(kinds.leases, { metadata: { name: NODE_NAME, namespace: LEASE_NAMESPACE }, spec });
    } catch (error) {
      log.warn({ error: causeChain(error) }, 'the node lease was not renewed');
    }
    if (!stopped) cancel = clock.after(RENEW_MS, () => void renew());
  };
  await renew();
  return {
    stop() {
      stopped = true;
      cancel();
    },
  };
}

function clusterNode(hostIP: string, version: string, now: number): ClusterNode {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const resources = { cpu: String(availableParallelism()), memory: `${Math.floor(totalmem() / 1024)}Ki`, pods: String(MAX_PODS) };
  const at = timestamp(now);
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: at,
    lastTransitionTime: at,
  });
  const labels = {
    'kubernetes.io/hostname': NODE_NAME,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': arch,
    'tidegate.dev/embedded': 'true',
  };
  const status = {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address: hostIP },
      { type: 'Hostname', address: hostname() },
    ],
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', "pods are local processes; memory is the machine's"),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', "disk is the machine's"),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', "processes are the machine's"),
      condition('Ready', 'True', 'KubeletReady', 'pods run as local processes of this machine'),
    ],
    nodeInfo: {
      architecture: arch,
      operatingSystem: 'linux',
      kubeletVersion: version,
      kubeProxyVersion: '',
      containerRuntimeVersion: `process://${process.versions.node}`,
      kernelVersion: '',
      osImage: 'Tidegate embedded',
      machineID: '',
      systemUUID: '',
      bootID: '',
    },
  };
  return { metadata: { name: NODE_NAME, labels }, spec: {}, status };
}
