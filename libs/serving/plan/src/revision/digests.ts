import type { Container, Pod } from '@tidegate/kube';
import type { Revision, RevisionStatus } from '@tidegate/serving-contract';
import type { Settings } from '../settings.js';

/** What is known of a tag: its image with the digest, or why there is none. */
export type ResolvedImage = { image: string } | { error: string };

export interface Digests {
  status: Pick<RevisionStatus, 'containerStatuses' | 'initContainerStatuses'>;
  /** Images that a registry has to be asked about before pods are made. */
  missing: string[];
  /** The first image that has no digest, for the user. */
  failure?: string;
}

/**
 * The digests of a Revision's images, found once and kept. From a registry they are needed before pods are made; from the node they come
 * with the first pod. Registries of the machine itself have none.
 */
export function digestsOf(
  revision: Revision,
  settings: Settings,
  resolved: ReadonlyMap<string, ResolvedImage>,
  pods: readonly Pod[],
): Digests {
  const { containers, initContainers = [] } = revision.spec;
  const kept = revision.status ?? {};
  if ((kept.containerStatuses ?? []).length + (kept.initContainerStatuses ?? []).length === containers.length + initContainers.length) {
    return { status: { containerStatuses: kept.containerStatuses, initContainerStatuses: kept.initContainerStatuses }, missing: [] };
  }
  const find = (container: Container): string | ResolvedImage | undefined => {
    const image = container.image ?? '';
    if (image.includes('@sha256:')) return image;
    if (settings.platform.digestsFrom === 'node') return startedImage(container.name, pods);
    if (settings.config.deployment.registriesSkippingTagResolving.includes(registryOf(image))) return '';
    return resolved.get(image);
  };
  const found = [...containers, ...initContainers].map((container) => ({ container, digest: find(container) }));
  const failed = found.flatMap(({ container, digest }) =>
    typeof digest === 'object' && 'error' in digest
      ? [`Unable to fetch image "${container.image}": failed to resolve image to digest: ${digest.error}`]
      : [],
  );
  const missing = found.flatMap(({ container, digest }) => (digest === undefined ? [container.image ?? ''] : []));
  if (failed.length > 0 || missing.length > 0) return { status: {}, missing, ...(failed[0] === undefined ? {} : { failure: failed[0] }) };
  const statuses = found.map(({ container, digest }) => {
    const imageDigest = typeof digest === 'string' ? digest : digest && 'image' in digest ? digest.image : '';
    return { name: container.name, ...(imageDigest === '' ? {} : { imageDigest }) };
  });
  return {
    missing: [],
    status: {
      containerStatuses: statuses.slice(0, containers.length),
      ...(initContainers.length > 0 ? { initContainerStatuses: statuses.slice(containers.length) } : {}),
    },
  };
}

/** What the node calls the image that it started. */
function startedImage(container: string, pods: readonly Pod[]): string | undefined {
  const statuses = pods.flatMap((p) => [...(p.status?.containerStatuses ?? []), ...(p.status?.initContainerStatuses ?? [])]);
  return statuses.find((s) => s.name === container && s.imageID.includes('@sha256:'))?.imageID;
}

/** Host of an image's registry; Docker Hub when the first part is no host. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'index.docker.io';
}
