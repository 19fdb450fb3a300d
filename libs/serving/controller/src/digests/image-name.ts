import { TidegateError, defineErrors } from '@tidegate/kernel';
import { registryOf } from '@tidegate/serving-plan';

export const codes = defineErrors({
  SERVING_IMAGE_NAME: 'The name of an image cannot be read.',
  SERVING_IMAGE_UNRESOLVED: 'A registry did not say which digest a tag stands for.',
});

/** Where an image is asked for. */
export interface ImageName {
  registry: string;
  /** Without the registry; Docker Hub's own have `library/` before them. */
  repository: string;
  tag: string;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[\w][\w.-]{0,127}$/;
const REGISTRY = /^(?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/** Throws SERVING_IMAGE_NAME: what a user writes here becomes an address, so nothing else passes. */
export function readImageName(image: string): ImageName {
  const registry = registryOf(image);
  const rest = image.startsWith(`${registry}/`) ? image.slice(registry.length + 1) : image;
  const colon = rest.lastIndexOf(':');
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? 'latest' : rest.slice(colon + 1);
  const repository = registry === 'index.docker.io' && !path.includes('/') ? `library/${path}` : path;
  if (image.length <= 512 && REGISTRY.test(registry) && REPOSITORY.test(repository) && TAG.test(tag)) return { registry, repository, tag };
  throw new TidegateError(codes.SERVING_IMAGE_NAME, `could not parse reference: ${image.slice(0, 512)}`, {
    remedy: 'Write REGISTRY/REPOSITORY:TAG.',
  });
}
