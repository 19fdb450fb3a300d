import type { Service } from '@tidegate/kube';
import { GATEWAY_NAMESPACE_LABEL, GATEWAY_NAME_LABEL, type Gateway, labelValue } from '@tidegate/mesh-contract';
import type { GatewayPlan } from './gateway-plan.js';
import type { ObjectIndex } from './object-index.js';
import { objectKey } from './object-key.js';

export interface GatewayAddresses {
  addresses: readonly string[];
  problem?: NonNullable<GatewayPlan['problem']>;
}

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

/** Kubernetes: what the load balancer of the Gateway's Service got; of a Service of another type its cluster IP. */
export function clusterAddresses(gateway: Gateway, service: Service | undefined): GatewayAddresses {
  const other = unsupportedType(gateway);
  if (other) return other;
  const { type, clusterIP } = service?.spec ?? {};
  const ingress = (service?.status?.loadBalancer?.ingress ?? []).flatMap((i) => (i.ip ? [i.ip] : i.hostname ? [i.hostname] : []));
  const addresses = type === 'LoadBalancer' ? ingress : clusterIP && clusterIP !== 'None' ? [clusterIP] : [];
  if (addresses.length === 0) {
    const message =
      type === 'LoadBalancer'
        ? `Service ${service?.metadata?.name} has no address of a load balancer yet; on a cluster without load balancers choose another type of Service.`
        : 'The Service of this Gateway has no address yet; this takes a moment.';
    return { addresses, problem: { condition: 'Programmed', reason: 'AddressNotAssigned', message } };
  }
  const unusable = (gateway.spec.addresses ?? []).find((asked) => asked.value && !addresses.includes(asked.value));
  if (!unusable) return { addresses };
  const message = `Address ${unusable.value} could not be had; the Service of this Gateway got ${addresses.join(', ')}.`;
  return { addresses, problem: { condition: 'Programmed', reason: 'AddressNotUsable', message } };
}

/** By the labels of its Gateway. Only those of the namespace in which the mesh makes them: elsewhere anybody may write a label. */
export function servicesOfGateways(services: readonly Service[], namespace: string): Map<string, Service> {
  const found = new Map<string, Service>();
  for (const service of services) {
    const labels = service.metadata?.labels ?? {};
    const [of, at] = [labels[GATEWAY_NAMESPACE_LABEL], labels[GATEWAY_NAME_LABEL]];
    if (service.metadata?.namespace === namespace && of !== undefined && at !== undefined) found.set(`${of}/${at}`, service);
  }
  return found;
}

/** As `servicesOfGateways` has it. */
export function serviceKeyOf(gateway: Gateway): string {
  return `${labelValue(gateway.metadata?.namespace ?? '')}/${labelValue(gateway.metadata?.name ?? '')}`;
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
