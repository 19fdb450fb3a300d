import { createHash } from 'node:crypto';
import type { PodTemplateSpec } from '@tidegate/kube';

export const TEMPLATE_HASH_LABEL = 'pod-template-hash';
/** Kubernetes' alphabet for generated names: no vowels and no digits that look like letters, so no word comes out. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for a pod template; `collisions` changes it when another template had the same one. */
export function templateHash(template: PodTemplateSpec | undefined, collisions: number): string {
  const digest = createHash('sha256')
    .update(`${collisions}\0${canonical(withoutHash(template))}`)
    .digest();
  return [...digest.subarray(0, 10)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** Whether two templates want the same pods; the hash label is the controller's own mark. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return canonical(withoutHash(a)) === canonical(withoutHash(b));
}

function withoutHash(template: PodTemplateSpec | undefined): unknown {
  const { [TEMPLATE_HASH_LABEL]: _, ...labels } = template?.metadata?.labels ?? {};
  const { creationTimestamp: _created, ...metadata } = template?.metadata ?? {};
  return { metadata: { ...metadata, labels }, spec: template?.spec };
}

/** JSON with sorted keys; absent, null and empty are the same, as they are for Kubernetes. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, v]) => v !== undefined && v !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
}
