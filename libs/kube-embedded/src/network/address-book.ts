import type { IpAddress, Service } from '@tidegate/kube';
import { AddressPool } from './address-pool.js';
import type { AddressRange } from './address-range.js';

/**
 * All addresses of an instance that are in use. Objects are the memory (Service.spec.clusterIP, IPAddress, Pod.status.podIP):
 * the book is filled from them at the start and asked whenever a new address is needed.
 */
export class AddressBook {
  readonly pods: AddressPool;
  readonly services: AddressPool;
  readonly callers: AddressPool;

  constructor(range: AddressRange) {
    this.pods = new AddressPool(range.pods, 'pods');
    this.services = new AddressPool(range.services, 'Services and Gateways');
    this.callers = new AddressPool(range.callers, 'pairs of caller and Service');
  }

  /** Marks everything that existing objects carry. */
  remember(services: Service[], addresses: IpAddress[]): void {
    for (const service of services) {
      const clusterIp = service.spec?.clusterIP;
      if (clusterIp && clusterIp !== 'None') this.services.reserve(clusterIp);
    }
    for (const address of addresses) {
      const name = address.metadata?.name ?? '';
      if (!this.services.reserve(name)) this.callers.reserve(name);
    }
  }

  /**
   * The clusterIP of a Service that is being created: the one asked for, a new one, or undefined for kinds without
   * (headless Services keep "None", ExternalName has none). `refused` holds Kubernetes' sentence for an address that cannot be given.
   */
  clusterIpFor(service: Service): { clusterIp?: string; refused?: string } {
    const asked = service.spec?.clusterIP;
    if (service.spec?.type === 'ExternalName') return {};
    if (asked === 'None') return { clusterIp: 'None' };
    if (!asked) return { clusterIp: this.services.take() };
    if (!this.services.contains(asked))
      return { refused: 'failed to allocate IP ' + asked + ': the provided network does not match the current range' };
    if (!this.services.reserve(asked)) return { refused: `failed to allocate IP ${asked}: provided IP is already allocated` };
    return { clusterIp: asked };
  }

  freeService(service: Service): void {
    const clusterIp = service.spec?.clusterIP;
    if (clusterIp && clusterIp !== 'None') this.services.free(clusterIp);
  }
}
