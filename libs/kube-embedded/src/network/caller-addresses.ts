import { createHash } from 'node:crypto';
import { type Informer, type IpAddress, type KubeClient, isAlreadyExists, kinds } from '@tidegate/kube';
import type { AddressBook } from './address-book.js';

export const CALLER_LABEL = 'tidegate.dev/caller';
export const CALLER_NAMESPACE_LABEL = 'tidegate.dev/caller-namespace';

export interface ObjectName {
  namespace: string;
  name: string;
}

export const ipAddressIndexes = {
  /** `callerNamespace/caller>serviceNamespace/service` */
  pair: (address: IpAddress): string[] => {
    const caller = callerOf(address);
    const parent = address.spec?.parentRef;
    return caller && parent?.resource === 'services'
      ? [pairKey(caller, { namespace: parent.namespace ?? '', name: parent.name ?? '' })]
      : [];
  },
  /** `group/resource/namespace/name` of what the address stands for. */
  parent: (address: IpAddress): string[] => {
    const parent = address.spec?.parentRef;
    return parent ? [`${parent.group ?? ''}/${parent.resource}/${parent.namespace ?? ''}/${parent.name}`] : [];
  },
};

export function callerOf(address: IpAddress): ObjectName | undefined {
  const labels = address.metadata?.labels;
  const name = labels?.[CALLER_LABEL];
  const namespace = labels?.[CALLER_NAMESPACE_LABEL];
  return name && namespace ? { namespace, name } : undefined;
}

/** A workload's name as a label value, which may have 63 characters: a longer one ends in a hash of itself. */
export function callerLabel(name: string): string {
  return name.length <= 63 ? name : `${name.slice(0, 50)}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

function pairKey(caller: ObjectName, service: ObjectName): string {
  return `${caller.namespace}/${callerLabel(caller.name)}>${service.namespace}/${service.name}`;
}

/** The address at which a workload sees a Service. It is made once and kept as an IPAddress object, so that it outlives pods and restarts. */
export class CallerAddresses {
  /** Pairs whose object is being written; each entry leaves when its write ends. */
  private readonly making = new Map<string, Promise<string>>();
  /** Written, but not yet seen by the cache. Emptied as the cache catches up; bounded by the run of caller addresses. */
  private readonly made = new Map<string, string>();
  private readonly client: KubeClient;
  private readonly addresses: Informer<IpAddress>;
  private readonly book: AddressBook;

  constructor(client: KubeClient, addresses: Informer<IpAddress>, book: AddressBook) {
    this.client = client;
    this.addresses = addresses;
    this.book = book;
    addresses.addIndexes(ipAddressIndexes);
    addresses.onChange(({ object }) => {
      for (const key of ipAddressIndexes.pair(object)) this.made.delete(key);
    });
  }

  addressFor(caller: ObjectName, service: ObjectName): Promise<string> {
    const key = pairKey(caller, service);
    const known = this.addresses.byIndex('pair', key)[0]?.metadata?.name ?? this.made.get(key);
    if (known) return Promise.resolve(known);
    const running = this.making.get(key);
    if (running) return running;
    const promise = this.make(key, caller, service).finally(() => this.making.delete(key));
    this.making.set(key, promise);
    return promise;
  }

  private async make(key: string, caller: ObjectName, service: ObjectName): Promise<string> {
    for (;;) {
      const name = this.book.callers.take();
      try {
        await this.client.create(kinds.ipAddresses, {
          metadata: { name, labels: { [CALLER_LABEL]: callerLabel(caller.name), [CALLER_NAMESPACE_LABEL]: caller.namespace } },
          spec: { parentRef: { group: '', resource: 'services', namespace: service.namespace, name: service.name } },
        });
        if (!this.addresses.get(undefined, name)) this.made.set(key, name);
        return name;
      } catch (error) {
        // Somebody wrote this address by hand: it stays marked as used, and the next one is tried.
        if (isAlreadyExists(error)) continue;
        this.book.callers.free(name);
        throw error;
      }
    }
  }
}
