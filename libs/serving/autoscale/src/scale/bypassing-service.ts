import type { Service } from '@tidegate/kube';

/**
 * Name of a Service, other than the revision's own, that selects its pods. Clients reach the pods through it without a proxy that reports to us
 * or holds for us: whether they do cannot be seen, so such a revision keeps a pod. Clients that dial a pod's own address are not seen either,
 * and nothing in the cluster's objects tells of them.
 */
export function bypassingService(
  services: Iterable<Service>,
  podLabels: Readonly<Record<string, string>>,
  own: string,
): string | undefined {
  for (const { metadata, spec } of services) {
    const selector = Object.entries(spec?.selector ?? {});
    if (metadata?.name === own || selector.length === 0 || spec?.type === 'ExternalName') continue;
    if (selector.every(([key, value]) => podLabels[key] === value)) return metadata?.name;
  }
  return undefined;
}
