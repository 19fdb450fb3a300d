import type { Service } from '@tidegate/kube';
import type { Gateway } from '@tidegate/mesh-contract';
import type { GatewayPlan } from './gateway-plan.js';
import type { ObjectIndex } from './object-index.js';
import { objectKey } from './object-key.js';

export interface GatewayAddresses {
  addresses: readonly string[];
  problem?: NonNullable<GatewayPlan['problem']>;
}

/** Marks the Service that brings traffic to a Gateway's proxies. */
const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';

/**
 * Embedded: the asked-for loopback addresses, else those that the cluster allocated. `taken` are the addresses of older Gateways.
 */
export function embeddedAddresses(gateway: Gateway, index: ObjectIndex, taken: ReadonlySet<string>): GatewayAddresses {
  const other = unsupportedType(gateway);
  if (other) return other;
  const asked = (gateway.spec.addresses ?? []).flatMap((a) => (a.value ? [a.value] : []));
  const unusable = asked.find((address) => !isLoopback(address) || taken.has(address));
  if (unusable !== undefined) {
    const why = taken.has(unusable) ? 'belongs to an older Gateway' : 'is not in 127.0.0.0/8, where the embedded platform listens';
    const message = `Address ${unusable} ${why}; leave spec.addresses empty to have one allocated.`;
    return { addresses: [], problem: { condition: 'Programmed', reason: 'AddressNotUsable', message } };
  }
  const addresses = asked.length > 0 ? asked : [...(index.gatewayAddresses.get(objectKey(gateway)) ?? [])].sort();
  if (addresses.length > 0) return { addresses };
  const message = 'No address has been allocated yet; this takes a moment.';
  return { addresses, problem: { condition: 'Programmed', reason: 'AddressNotAssigned', message } };
}

/** Kubernetes: what the load balancer of the Gateway's Service got, else its cluster IP. */
export function clusterAddresses(gateway: Gateway, services: readonly Service[]): GatewayAddresses {
  const other = unsupportedType(gateway);
  if (other) return other;
  const addresses = services.flatMap((service) => {
    const ingress = (service.status?.loadBalancer?.ingress ?? []).flatMap((i) => (i.ip ? [i.ip] : i.hostname ? [i.hostname] : []));
    const { clusterIP } = service.spec ?? {};
    return ingress.length > 0 ? ingress : clusterIP && clusterIP !== 'None' ? [clusterIP] : [];
  });
  if (addresses.length > 0) return { addresses };
  const message = `No Service labelled ${GATEWAY_NAME_LABEL}: ${gateway.metadata?.name} has an address yet.`;
  return { addresses, problem: { condition: 'Programmed', reason: 'AddressNotAssigned', message } };
}

export function servicesOfGateways(services: readonly Service[]): Map<string, Service[]> {
  const found = new Map<string, Service[]>();
  for (const service of services) {
    const name = service.metadata?.labels?.[GATEWAY_NAME_LABEL];
    if (name === undefined) continue;
    const key = `${service.metadata?.namespace}/${name}`;
    found.set(key, [...(found.get(key) ?? []), service]);
  }
  return found;
}

function unsupportedType(gateway: Gateway): GatewayAddresses | undefined {
  const other = (gateway.spec.addresses ?? []).find((address) => (address.type ?? 'IPAddress') !== 'IPAddress');
  if (!other) return undefined;
  const message = `Addresses of type ${other.type} are not supported; use IPAddress.`;
  return { addresses: [], problem: { condition: 'Accepted', reason: 'UnsupportedAddress', message } };
}

function isLoopback(address: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) <= 255);
}
