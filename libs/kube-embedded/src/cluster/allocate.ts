import type { Clock } from '@tidegate/kernel';
import { type KubeObject, type Pod, type Service } from '@tidegate/kube';
import { ApiError } from '../api/api-error.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { NODE_NAME } from '../controllers/node-registration.js';
import type { AddressBook } from '../network/address-book.js';

/** Pods that name another scheduler are that one's to place. */
const OUR_SCHEDULER = 'default-scheduler';
/** A clusterIP that no Service shows after this time belonged to a request that was refused later on. */
const CLAIM_MS = 60_000;

export interface AllocateOptions {
  book: AddressBook;
  clock: Clock;
  /** Whether the addresses of existing Services are known; until then none can be given. */
  isOpen(): boolean;
  /** Whether some Service has this clusterIP now. */
  isUsed(clusterIp: string): boolean;
}

type Allocate = (definition: ResourceDefinition, object: KubeObject, previous: KubeObject | undefined) => void;

/**
 * Fills in place what the cluster itself decides when an object is created: the clusterIP of a Service, and the node of a pod (there is
 * one node, so nothing is left to schedule). Throws ApiError for an address that cannot be given.
 */
export function allocator(options: AllocateOptions): Allocate {
  const allocateService = serviceAllocator(options);
  return (definition, object, previous) => {
    allocateService(definition, object, previous);
    if (definition.group === '' && definition.plural === 'pods') assignNode(object);
  };
}

/** Without nodes: what an API server gives by itself. */
export function serviceAllocator(options: AllocateOptions): Allocate {
  return (definition, object, previous) => {
    if (definition.group === '' && definition.plural === 'services') allocateClusterIp(options, definition, object, previous);
  };
}

function allocateClusterIp(
  { book, clock, isUsed, isOpen }: AllocateOptions,
  definition: ResourceDefinition,
  service: Service,
  previous: Service | undefined,
): void {
  if (!service.spec) return;
  const before = previous?.spec?.clusterIP;
  if (before) {
    if (service.spec.type === 'ExternalName') return;
    // A replacement that does not name the address keeps it.
    service.spec.clusterIP ??= before;
    if (service.spec.clusterIP === before) service.spec.clusterIPs ??= previous?.spec?.clusterIPs ?? [before];
    return;
  }
  if (!isOpen()) throw new ApiError(503, 'ServiceUnavailable', 'the cluster is starting; try again in a moment', { retryAfterSeconds: 1 });
  const { clusterIp, refused } = book.clusterIpFor(service);
  if (refused !== undefined) {
    const name = service.metadata?.name ?? '';
    const message = `Service "${name}" is invalid: spec.clusterIPs: Invalid value: ["${service.spec.clusterIP}"]: ${refused}`;
    const causes = [
      { reason: 'FieldValueInvalid', message: `Invalid value: ["${service.spec.clusterIP}"]: ${refused}`, field: 'spec.clusterIPs' },
    ];
    throw new ApiError(422, 'Invalid', message, { name, kind: definition.kind, causes });
  }
  if (clusterIp === undefined) return;
  service.spec.clusterIP = clusterIp;
  service.spec.clusterIPs = [clusterIp];
  service.spec.ipFamilies ??= ['IPv4'];
  service.spec.ipFamilyPolicy ??= 'SingleStack';
  if (clusterIp !== 'None') clock.after(CLAIM_MS, () => (isUsed(clusterIp) ? undefined : book.services.free(clusterIp)));
}

function assignNode(pod: Pod): void {
  if (!pod.spec || pod.spec.nodeName || (pod.spec.schedulingGates ?? []).length > 0) return;
  if ((pod.spec.schedulerName ?? OUR_SCHEDULER) !== OUR_SCHEDULER) return;
  pod.spec.nodeName = NODE_NAME;
}
