import type { PartContext, RunningPart } from '@tidegate/kernel';
import { EventRecorder, InformerSet, KubeClient, kinds } from '@tidegate/kube';
import { startClusterIpController } from '../controllers/network-controllers.js';
import { AddressBook } from '../network/address-book.js';
import { type AddressRange, parseAddress } from '../network/address-range.js';
import { type EmbeddedApi, startEmbeddedApi } from '../server/start-embedded-api.js';
import { serviceAllocator } from './allocate.js';
import { clusterFolders } from './folders.js';
import { serviceResolver } from './resolve-service.js';
import type { ResolveService } from '../webhooks/call-webhook.js';
import { keepKubernetesService, publishKubernetesService } from './kubernetes-service.js';

export interface ApiOnlyOptions {
  dataDir: string;
  /** 0 for any free port. */
  apiPort: number;
  /** File to which every request is written; none without it. */
  auditLog?: string | undefined;
}

export interface RunningApi extends RunningPart {
  api: EmbeddedApi;
  client: KubeClient;
}

const HOST = '127.0.0.1';
/** As many clusterIPs as Kubernetes' default range has. Nothing listens there: no node forwards them. */
const SERVICES = { first: '10.96.0.1', last: '10.96.255.254' };

function serviceRange(): AddressRange {
  const nothing = { first: 1, last: 0 };
  const [first, last] = [parseAddress(SERVICES.first) ?? 0, parseAddress(SERVICES.last) ?? 0];
  return { slot: 0, pods: nothing, services: { first, last }, callers: nothing };
}

/**
 * The Kubernetes API alone, as an API server without controller manager, scheduler and nodes: Services get their addresses and
 * `default/kubernetes` is kept; everything else is what clients write. For test suites of controllers.
 */
export async function startApiOnly(context: PartContext, options: ApiOnlyOptions): Promise<RunningApi> {
  const { clock, log } = context;
  const book = new AddressBook(serviceRange());
  const ends: (() => Promise<void> | void)[] = [];
  let isOpen = false;
  let resolve: ResolveService | undefined;
  let isUsed: (clusterIp: string) => boolean = () => true;
  const stop = async (): Promise<void> => {
    isOpen = false;
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const api = await startEmbeddedApi({
      dir: clusterFolders(options.dataDir).private,
      host: HOST,
      port: options.apiPort,
      auditLog: options.auditLog,
      clock,
      log,
      namespaces: ['default', 'kube-system', 'kube-public', 'kube-node-lease'],
      hooks: {
        resolveService: (namespace, name, port) => resolve?.(namespace, name, port),
        allocate: serviceAllocator({ book, clock, isUsed: (clusterIp) => isUsed(clusterIp), isOpen: () => isOpen }),
      },
    });
    ends.push(() => api.stop());
    const client = new KubeClient(api.transport('system:apiserver', ['system:masters']), { fieldManager: 'kube-apiserver' });
    const informers = new InformerSet(client, { clock, log });
    ends.push(() => informers.stop());
    const services = informers.informer(kinds.services);
    resolve = serviceResolver(informers);
    await services.synced;
    book.remember(services.list(), []);
    isUsed = (clusterIp) => services.list().some((service) => service.spec?.clusterIP === clusterIp);
    isOpen = true;
    const events = new EventRecorder({ client, component: 'kube-apiserver', instance: 'kube-apiserver', clock, log });
    const freeing = startClusterIpController({ client, informers, events, clock, log }, book);
    ends.push(() => freeing.stop());
    await publishKubernetesService(client, HOST, api.port);
    ends.push(keepKubernetesService({ client, clock, log }, HOST, api.port));
    return { name: 'api', api, client, notReady: () => (isOpen ? [] : ['the Kubernetes API is stopping']), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
