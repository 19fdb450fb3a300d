import {
  type Informer,
  type IpAddress,
  type KubeObject,
  type RunningController,
  isAlreadyExists,
  keyOf,
  kinds,
  splitKey,
  startController,
} from '@tidegate/kube';
import type { AddressBook } from '../network/address-book.js';
import { callerLabel, callerOf, ipAddressIndexes } from '../network/caller-addresses.js';
import { GATEWAY_CLASS, GATEWAY_GROUP, gatewayViews, listenerSetViews } from '../network/gateway-kind.js';
import type { LoopbackPorts } from '../network/loopback-ports.js';
import { wantedPorts } from '../network/port-mapping.js';
import { callerOfPod } from '../pods/node-context.js';
import type { ControllerContext } from './controller-context.js';

/** Whether nobody has touched a caller's pods for this long before its addresses are given back. */
const CALLER_GRACE_MS = 10 * 60_000;

/** Keeps ConfigMap tidegate-system/loopback-ports in step with the ports of Services and Gateways. */
export function startLoopbackPortsController(context: ControllerContext, ports: LoopbackPorts): RunningController {
  const { informers, clock, log, registry } = context;
  const services = informers.informer(kinds.services);
  const gateways = informers.informer(gatewayViews);
  const listenerSets = informers.informer(listenerSetViews);
  const controller = startController({
    name: 'embedded.loopback-ports',
    clock,
    log,
    ...(registry ? { registry } : {}),
    workers: 1,
    // Until Gateways are listed (their definition may come later) no port is taken away: after a restart it would come back as another.
    reconcile: async () => {
      const wanted = wantedPorts(services.list(), gateways.list(), listenerSets.list());
      if (gateways.isSynced() && listenerSets.isSynced()) return ports.reconcile(wanted);
      await ports.ensure(wanted);
      return { againInMs: PORTS_AGAIN_MS };
    },
    watches: [{ informer: services, toKeys: () => ['ports'] }],
  });
  const ask = (): void => controller.enqueue('ports');
  return withGateways(withGateways(controller, gateways, ask), listenerSets, ask);
}

const GATEWAYS_AGAIN_MS = 100;
/** Without the Gateway API's definitions this goes on for ever, at next to no cost. */
const PORTS_AGAIN_MS = 2000;

/** Gives every Gateway of the class an address, as an IPAddress object, and takes it back with the Gateway. */
export function startGatewayAddressController(context: ControllerContext, book: AddressBook): RunningController {
  const { client, informers, clock, log, registry } = context;
  const gateways = informers.informer(gatewayViews);
  const addresses = informers.informer(kinds.ipAddresses, { indexes: ipAddressIndexes });

  async function reconcile(key: string): Promise<{ againInMs: number } | void> {
    // After a restart the addresses may be known before their Gateways: an address taken back now would be another one afterwards.
    if (!gateways.isSynced()) return { againInMs: GATEWAYS_AGAIN_MS };
    const { namespace = '', name } = splitKey(key);
    const gateway = gateways.get(namespace, name);
    const existing = addresses.byIndex('parent', `${GATEWAY_GROUP}/gateways/${namespace}/${name}`);
    const wanted = gateway && !gateway.metadata?.deletionTimestamp && gateway.spec?.gatewayClassName === GATEWAY_CLASS;
    if (!wanted) {
      for (const address of existing) await removeAddress(address);
      return undefined;
    }
    const asked = gateway.spec?.addresses?.find((a) => (a.type ?? 'IPAddress') === 'IPAddress' && a.value)?.value;
    if (existing.some((a) => asked === undefined || a.metadata?.name === asked)) return undefined;
    const address = asked !== undefined && book.services.reserve(asked) ? asked : asked === undefined ? book.services.take() : undefined;
    // An address outside the range, or one that is taken, is the mesh's to report on the Gateway.
    if (address === undefined) return undefined;
    try {
      await client.create(kinds.ipAddresses, {
        metadata: { name: address },
        spec: { parentRef: { group: GATEWAY_GROUP, resource: 'gateways', namespace, name } },
      });
    } catch (error) {
      if (!isAlreadyExists(error)) {
        book.services.free(address);
        throw error;
      }
    }
    for (const other of existing) await removeAddress(other);
    return undefined;
  }

  async function removeAddress(address: IpAddress): Promise<void> {
    await client.delete(kinds.ipAddresses, address.metadata?.name ?? '');
    book.services.free(address.metadata?.name ?? '');
  }

  const controller = startController({
    name: 'embedded.gateway-address',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      {
        informer: addresses,
        toKeys: (address) => {
          const parent = address.spec?.parentRef;
          return parent?.resource === 'gateways' ? [`${parent.namespace}/${parent.name}`] : [];
        },
      },
    ],
  });
  return withGateways(controller, gateways, (gateway) => controller.enqueue(keyOf(gateway)));
}

/** Gives back addresses of pairs whose Service or caller is gone. */
export function startCallerAddressController(context: ControllerContext, book: AddressBook): RunningController {
  const { client, informers, clock, log, registry } = context;
  const services = informers.informer(kinds.services);
  const pods = informers.informer(kinds.pods, { indexes: { 'embedded.caller': callerIndex } });
  const deployments = informers.informer(kinds.deployments);
  const statefulSets = informers.informer(kinds.statefulSets);
  const addresses = informers.informer(kinds.ipAddresses, { indexes: ipAddressIndexes });

  async function reconcile(name: string): Promise<{ againInMs: number } | void> {
    const address = addresses.get(undefined, name);
    if (!address) return book.callers.free(name);
    const parent = address.spec?.parentRef;
    const caller = callerOf(address);
    if (parent?.resource !== 'services' || !caller) return;
    const calleeIsThere = services.get(parent.namespace, parent.name ?? '') !== undefined;
    const callerIsThere =
      pods.byIndex('embedded.caller', `${caller.namespace}/${caller.name}`).length > 0 ||
      [...deployments.list(caller.namespace), ...statefulSets.list(caller.namespace)].some(
        (w) => callerLabel(w.metadata?.name ?? '') === caller.name,
      );
    if (calleeIsThere && callerIsThere) return { againInMs: CALLER_GRACE_MS };
    const age = clock.now() - Date.parse(address.metadata?.creationTimestamp ?? '');
    if (calleeIsThere && age < CALLER_GRACE_MS) return { againInMs: CALLER_GRACE_MS - age };
    await client.delete(kinds.ipAddresses, name);
    book.callers.free(name);
  }

  return startController({
    name: 'embedded.caller-address',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: addresses, toKeys: (address) => [address.metadata?.name ?? ''] },
      {
        informer: services,
        toKeys: (service) =>
          addresses
            .byIndex('parent', `/services/${service.metadata?.namespace}/${service.metadata?.name}`)
            .map((a) => a.metadata?.name ?? ''),
      },
    ],
  });
}

/** Frees clusterIPs of Services that are gone. */
export function startClusterIpController(context: ControllerContext, book: AddressBook): { stop(): void } {
  const services = context.informers.informer(kinds.services);
  return { stop: services.onChange(({ type, object }) => (type === 'removed' ? book.freeService(object) : undefined)) };
}

const callerIndex = (pod: Parameters<typeof callerOfPod>[0]): string[] => {
  const { namespace, name } = callerOfPod(pod);
  return [`${namespace}/${callerLabel(name)}`];
};

/** Kinds of the Gateway API are followed beside the controller's own watches: it would wait for their cache, which fills only once their definition is installed. */
function withGateways<T extends KubeObject>(
  controller: RunningController,
  gateways: Informer<T>,
  onChange: (object: T) => void,
): RunningController {
  const end = gateways.onChange(({ object }) => onChange(object));
  return {
    enqueue: (key, afterMs) => controller.enqueue(key, afterMs),
    async stop() {
      end();
      await controller.stop();
    },
  };
}
