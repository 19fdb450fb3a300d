import { createHash } from 'node:crypto';

/** Longest DNS label. */
const LONGEST = 63;
/** What is left of a name once an md5 in hex has its place. */
const HEAD = LONGEST - 32;

/**
 * Name of an object that belongs to `parent`: both joined, or, when that is too long, cut and told apart by a hash. The same names that Knative
 * gives (kmeta.ChildName), since other programs look them up. ASCII, as names of objects are.
 */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= LONGEST) return parent + suffix;
  if (suffix.length < HEAD) return `${parent.slice(0, HEAD - suffix.length)}${md5(parent)}${suffix}`;
  const hashed = parent.slice(0, HEAD) + md5(parent + suffix);
  return (hashed + suffix).slice(0, LONGEST).replace(/[^a-zA-Z0-9]+$/, '');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

export function revisionNameFor(configuration: string, generation: number): string {
  return childName(configuration, `-${String(generation).padStart(5, '0')}`);
}

export function deploymentNameFor(revision: string): string {
  return childName(revision, '-deployment');
}
