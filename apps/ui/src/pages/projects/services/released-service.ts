import type { ServiceDetailFragment } from '../../../api/generated/documents';

/** The Kubernetes Service whose traffic a release could move to this workload: only workloads with a version have one. */
export function releasedService(service: ServiceDetailFragment): string | undefined {
  return 'addresses' in service && service.kind === 'DEPLOYMENT' && service.version !== null ? service.addresses[0] : undefined;
}
