import { homedir } from 'node:os';
import path from 'node:path';
import { type PartContext, TidegateError } from '@tidegate/kernel';
import { EventRecorder, InformerSet, type KubeClient, type Pod, kinds } from '@tidegate/kube';
import { ApiError } from '../api/api-error.js';
import type { ApiHooks } from '../api/api-options.js';
import type { ControllerContext } from '../controllers/controller-context.js';
import { startAutoscalerController } from '../controllers/autoscaler-controller.js';
import { startCronJobController } from '../controllers/cron-job-controller.js';
import { startDaemonSetController } from '../controllers/daemon-set-controller.js';
import { startDeploymentController } from '../controllers/deployment-controller.js';
import { startDisruptionController } from '../controllers/disruption-controller.js';
import { startEndpointSliceController } from '../controllers/endpoint-slice-controller.js';
import { GarbageCollector } from '../controllers/garbage-collector.js';
import { startJobController } from '../controllers/job-controller.js';
import { startNamespaceController } from '../controllers/namespace-controller.js';
import { startNamespaceDefaultsController } from '../controllers/namespace-defaults-controller.js';
import {
  startCallerAddressController,
  startClusterIpController,
  startGatewayAddressController,
  startLoopbackPortsController,
} from '../controllers/network-controllers.js';
import { NODE_NAME, registerNode } from '../controllers/node-registration.js';
import { startRealPortsController } from '../controllers/real-ports-controller.js';
import { startReplicaSetController } from '../controllers/replica-set-controller.js';
import { startStatefulSetController } from '../controllers/stateful-set-controller.js';
import { publishStandardClass, startClaimController, startVolumeController } from '../controllers/volume-controllers.js';
import { ImageStore } from '../images/image-store.js';
import { AddressBook } from '../network/address-book.js';
import { holdAddressRange } from '../network/address-range.js';
import { CallerAddresses } from '../network/caller-addresses.js';
import { codes } from '../network/errors.js';
import { firstAllowedPort } from '../network/free-port.js';
import { LoopbackPorts } from '../network/loopback-ports.js';
import { PodNetwork } from '../network/pod-network.js';
import { RealPorts } from '../network/real-ports.js';
import { viewsArePossible } from '../pods/container-view.js';
import { NamespaceUsers } from '../pods/namespace-users.js';
import { type ContainerUsage, NodeAgent } from '../pods/node-agent.js';
import type { NodeContext } from '../pods/node-context.js';
import { ProcessRecords } from '../pods/orphans.js';
import { prepareRuntimes } from '../pods/runtimes.js';
import { allocator } from './allocate.js';
import { type ClusterFolders, clusterFolders, instanceId, makeFolders } from './folders.js';
import { MeasuredUsages } from './measured-usage.js';
import { attachSession } from './pod-attach.js';
import { execSession } from './pod-exec.js';
import { answerPodLog } from './pod-log.js';
import { servicePlace } from './proxy-places.js';
import { podPlace, portForwardSession } from './pod-port-forward.js';
import { serviceResolver } from './resolve-service.js';

/** The Kubernetes API as programs in pods reach it, on 127.0.0.1. */
export interface ServedApi {
  port: number;
  caPem: string;
}

export interface WorkloadsOptions {
  dataDir: string;
  /** The instance's own ports for Service and Gateway ports that cannot be bound as they are. */
  portBlock: number;
  portBlockSize: number;
  /** Folder shared by all instances of this user; default ~/.local/state/tidegate/ranges. */
  claimsDir?: string;
  /** Wait between a pod's leaving the endpoints and SIGTERM, milliseconds; default 1000. */
  drainMs?: number;
  /** As `kubectl get nodes` shows it. */
  version?: string;
  /** `loopback`, the default: an address of the machine's loopback. `namespace`: a network namespace for each pod, as root on Linux. */
  podNetwork?: 'loopback' | 'namespace';
}

const HOST_IP = '127.0.0.1';
const DRAIN_MS = 1000;
/** Programs that ignore SIGTERM may not hold up the end of the instance. */
const STOP_LIMIT_MS = 8000;

/**
 * Pods, controllers and addresses of the embedded cluster, over any client of a Kubernetes API.
 *
 *   prepareWorkloads ──► hooks for the API ──► start(client): addresses are read, ports checked, orphans ended, controllers and node run
 */
export class Workloads {
  private client: KubeClient | undefined;
  private informers: InformerSet | undefined;
  private agent: NodeAgent | undefined;
  private readonly measured: MeasuredUsages;
  private readonly ends: (() => Promise<void> | void)[] = [];
  private readonly context: PartContext;
  private readonly options: WorkloadsOptions;
  private readonly folders: ClusterFolders;
  private readonly slot: number;
  private readonly book: AddressBook;
  private readonly network: PodNetwork | undefined;

  constructor(
    context: PartContext,
    options: WorkloadsOptions,
    folders: ClusterFolders,
    { slot, book, network }: HeldAddresses,
    release: () => Promise<void>,
  ) {
    this.context = context;
    this.options = options;
    this.folders = folders;
    this.slot = slot;
    this.book = book;
    this.network = network;
    this.measured = new MeasuredUsages(context.clock, () => this.usage());
    this.ends.push(release);
  }

  /** What the API asks of the cluster. They answer from the moment that `start` has read the addresses. */
  get hooks(): Required<Pick<ApiHooks, 'allocate' | 'special' | 'streams' | 'proxies' | 'usage' | 'givesAccounts' | 'resolveService'>> {
    const isUsed = (clusterIp: string): boolean =>
      this.informers
        ?.informer(kinds.services)
        .list()
        .some((s) => s.spec?.clusterIP === clusterIp) ?? true;
    return {
      allocate: allocator({ book: this.book, clock: this.context.clock, isUsed, isOpen: () => this.client !== undefined }),
      special: {
        '/pods/log': (request) => {
          const { folders, node: agent } = this;
          return Promise.resolve(answerPodLog({ logsDir: folders.podLogs, agent, clock: this.context.clock }, request));
        },
      },
      streams: {
        '/pods/exec': (request) => execSession(this.node, request),
        '/pods/attach': (request) => attachSession(this.node, request),
        '/pods/portforward': (request) => portForwardSession(this.node, request),
      },
      proxies: {
        '/pods/proxy': ({ object, port }) => podPlace(this.node, object, port),
        '/services/proxy': ({ object, id, port }) => {
          const slices = this.informers?.informer(kinds.endpointSlices).list(object.metadata?.namespace) ?? [];
          return servicePlace(object, slices, port, id);
        },
      },
      usage: this.measured,
      givesAccounts: true,
      resolveService: (namespace, name, port) => (this.informers ? serviceResolver(this.informers)(namespace, name, port) : undefined),
    };
  }

  private get node(): NodeAgent {
    if (!this.agent) throw new ApiError(503, 'ServiceUnavailable', 'the node does not run yet: try again in a moment');
    return this.agent;
  }

  /** Where programs in pods reach the Kubernetes API: an address of the machine. */
  get apiHost(): string {
    return this.network?.plan.api ?? HOST_IP;
  }

  /** CPU and memory of running containers. */
  usage(): { pod: Pod; containers: ContainerUsage[] }[] {
    return this.agent?.usage() ?? [];
  }

  /** Reads the addresses in use; before that no Service may be created. */
  async readAddresses(client: KubeClient): Promise<void> {
    const [services, addresses] = await Promise.all([client.listAll(kinds.services), client.listAll(kinds.ipAddresses)]);
    this.book.remember(services.items, addresses.items);
    this.client = client;
  }

  /** Resolves once the status of every pod says what is true now. Needs namespaces tidegate-system and kube-node-lease. */
  async start(client: KubeClient, api: ServedApi): Promise<void> {
    if (this.client !== client) await this.readAddresses(client);
    const { clock, log, registry } = this.context;
    const informers = new InformerSet(client, { clock, log });
    this.informers = informers;
    this.ends.push(() => informers.stop());
    const events = new EventRecorder({ client, component: 'tidegate-embedded', instance: NODE_NAME, clock, log });
    const controllers: ControllerContext = { client, informers, events, clock, log, registry };
    const ports = this.loopbackPorts(client, events);
    this.ends.push(() => ports.stop());
    await ports.verify();
    const node = await this.nodeContext(controllers, ports, api.port);
    const lease = await registerNode({ client, clock, log }, HOST_IP, this.options.version ?? 'v1.34.0+tidegate');
    this.ends.push(() => lease.stop());
    this.agent = new NodeAgent(node, informers.informer(kinds.pods));
    await publishStandardClass(controllers);
    this.startControllers(controllers, ports, api.caPem, node.users);
    const collector = new GarbageCollector(controllers);
    await collector.start();
    this.ends.push(() => collector.stop());
    const agent = this.agent;
    await agent.start();
    this.ends.push(() => agent.stop(STOP_LIMIT_MS));
    this.measured.start();
    this.ends.push(() => this.measured.stop());
    await informers.informer(kinds.services).synced;
  }

  /** Ends in reverse order: pods first, the address range last. */
  async stop(): Promise<void> {
    for (const end of this.ends.splice(0).reverse()) await end();
  }

  private startControllers(
    context: ControllerContext,
    ports: LoopbackPorts,
    caCertificate: string,
    users: NamespaceUsers | undefined,
  ): void {
    const running = [
      startReplicaSetController(context),
      startDeploymentController(context),
      startStatefulSetController(context),
      startJobController(context),
      startAutoscalerController(context, this.measured),
      startCronJobController(context),
      startDaemonSetController(context),
      startDisruptionController(context),
      startClaimController(context, this.folders.claims),
      startVolumeController(context, this.folders.claims),
      startEndpointSliceController(context),
      startRealPortsController(context),
      startNamespaceController(context, (namespace) => users?.forget(namespace)),
      startNamespaceDefaultsController(context, caCertificate),
      startLoopbackPortsController(context, ports),
      startGatewayAddressController(context, this.book),
      startCallerAddressController(context, this.book),
      startClusterIpController(context, this.book),
    ];
    for (const controller of running) this.ends.push(() => controller.stop());
  }

  private loopbackPorts(client: KubeClient, events: EventRecorder): LoopbackPorts {
    const { portBlock, portBlockSize } = this.options;
    return new LoopbackPorts({
      client,
      events,
      log: this.context.log,
      source: { firstAllowed: firstAllowedPort(process.getuid?.() ?? 1), blockFirst: portBlock, blockSize: portBlockSize },
      dataDir: this.folders.data,
    });
  }

  private async nodeContext(
    { client, informers, events, clock, log }: ControllerContext,
    loopbackPorts: LoopbackPorts,
    apiPort: number,
  ): Promise<NodeContext> {
    const { folders, slot, book } = this;
    const asRoot = process.getuid?.() === 0;
    const images = new ImageStore(folders.images);
    images.prune(clock.now());
    const services = informers.informer(kinds.services);
    const addresses = informers.informer(kinds.ipAddresses);
    await Promise.all([services.synced, addresses.synced]);
    const id = instanceId(folders);
    return {
      nodeName: NODE_NAME,
      hostIP: HOST_IP,
      api: { host: this.apiHost, port: apiPort },
      ...(this.network ? { network: this.network } : {}),
      client,
      events,
      clock,
      log,
      services,
      book,
      callers: new CallerAddresses(client, addresses, book),
      loopbackPorts,
      realPorts: new RealPorts(slot),
      images,
      records: new ProcessRecords(folders.processes, id),
      ...(asRoot ? { users: new NamespaceUsers(path.join(folders.private, 'namespace-users.json'), slot) } : {}),
      instanceId: id,
      searchPath: prepareRuntimes(folders.runtimes, asRoot),
      podsDir: folders.pods,
      claimsDir: folders.claims,
      logsDir: folders.podLogs,
      drainMs: this.options.drainMs ?? DRAIN_MS,
    };
  }
}

interface HeldAddresses {
  slot: number;
  book: AddressBook;
  network: PodNetwork | undefined;
}

/** Makes the folders and takes the instance's address range. Throws EMB_RANGE_TAKEN and EMB_POD_NETWORK. */
export async function prepareWorkloads(context: PartContext, options: WorkloadsOptions): Promise<Workloads> {
  // Folders and files of pods are readable by the pods' users whatever the mask of the shell was; what is private has its own mode.
  process.umask(0o022);
  const folders = clusterFolders(options.dataDir);
  makeFolders(folders);
  const range = await holdAddressRange({
    rememberFile: path.join(folders.private, 'address-range'),
    claimsDir: options.claimsDir ?? path.join(homedir(), '.local', 'state', 'tidegate', 'ranges'),
    dataDir: folders.data,
  });
  const release = (): Promise<void> => range.release();
  if (options.podNetwork !== 'namespace') return new Workloads(context, options, folders, { slot: range.slot, book: new AddressBook(range), network: undefined }, release);
  try {
    if (!viewsArePossible()) throw noViews();
    const network = await PodNetwork.open(range.slot);
    const book = new AddressBook({ ...range, pods: network.plan.pods });
    return new Workloads(context, options, folders, { slot: range.slot, book, network }, () => network.close().finally(release));
  } catch (error) {
    await release();
    throw error;
  }
}

/** The hosts file of a pod lies where it has to be in such a view alone. */
function noViews(): TidegateError {
  return new TidegateError(codes.EMB_POD_NETWORK, 'Pods cannot have networks of their own: this machine gives its users no user namespaces.', {
    remedy: 'Allow them (sysctl kernel.unprivileged_userns_clone=1), or start without --pod-network namespace.',
  });
}
