import { createHash } from 'node:crypto';

const LONGEST = 63;

/** A version label as part of an object's name. Values that had to change get a hash, so two versions never share a name. */
export function versionSlug(version: string): string {
  const slug = version
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return slug === version ? slug : `${slug}${slug === '' ? '' : '-'}${shortHash(version)}`;
}

export function versionServiceName(service: string, version: string): string {
  return boundedName(`${service}-version-${versionSlug(version)}`);
}

export function routeName(service: string, port: number): string {
  return boundedName(`${service}-traffic-${port}`);
}

export function previewRouteName(service: string, port: number): string {
  return boundedName(`${service}-preview-${port}`);
}

/** Kubernetes' 63 characters; a longer name keeps its start and ends in a hash of the whole. */
export function boundedName(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 9).replace(/-+$/, '')}-${shortHash(name)}`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
