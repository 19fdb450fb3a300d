import type { Clock, Logger } from '@tidegate/kernel';
import type { EventRecorder, Informer, KubeClient, Pod, Service } from '@tidegate/kube';
import type { ImageStore } from '../images/image-store.js';
import type { AddressBook } from '../network/address-book.js';
import type { CallerAddresses, ObjectName } from '../network/caller-addresses.js';
import type { LoopbackPorts } from '../network/loopback-ports.js';
import type { PodNetwork } from '../network/pod-network.js';
import type { RealPorts } from '../network/real-ports.js';
import type { NamespaceUsers } from './namespace-users.js';
import type { ProcessRecords } from './orphans.js';

/** Everything of the node that pods need. */
export interface NodeContext {
  nodeName: string;
  /** The node's own address; pods see it as status.hostIP. */
  hostIP: string;
  /** Where programs in pods reach the Kubernetes API. */
  api: { host: string; port: number };
  client: KubeClient;
  events: EventRecorder;
  clock: Clock;
  log: Logger;
  services: Informer<Service>;
  book: AddressBook;
  callers: CallerAddresses;
  loopbackPorts: LoopbackPorts;
  realPorts: RealPorts;
  /** Pods have network namespaces of their own: their ports are their own too. */
  network?: PodNetwork;
  images: ImageStore;
  records: ProcessRecords;
  /** Only as root. */
  users?: NamespaceUsers;
  instanceId: string;
  /** PATH of containers, with the runtimes first. */
  searchPath: string;
  podsDir: string;
  /** Folders of claims. */
  claimsDir: string;
  logsDir: string;
  /**
   * Between a pod's leaving the endpoints and SIGTERM: proxies learn of it meanwhile, so that a program which stops listening at once
   * loses no request. Part of the grace period. Milliseconds.
   */
  drainMs: number;
}

/** The workload that a pod belongs to, as its callees know it: its Deployment, else its controller, else the pod itself. */
export function callerOfPod(pod: Pod): ObjectName {
  const { namespace = '', name = '', labels } = pod.metadata ?? {};
  const owner = pod.metadata?.ownerReferences?.find((o) => o.controller);
  if (!owner) return { namespace, name };
  const hash = labels?.['pod-template-hash'];
  const suffix = `-${hash}`;
  const workload = owner.kind === 'ReplicaSet' && hash && owner.name.endsWith(suffix) ? owner.name.slice(0, -suffix.length) : owner.name;
  return { namespace, name: workload };
}
