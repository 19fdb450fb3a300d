import { createHash } from 'node:crypto';
import type { KubeObject } from '@tidegate/kube';
import { APPLIED_ANNOTATION } from './traffic-router.js';

/** Stable hash of a spec: keys sorted, undefined left out. */
export function specHash(spec: unknown): string {
  return createHash('sha256').update(canonicalJson(spec)).digest('hex').slice(0, 16);
}

export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, v: unknown) =>
      isRecord(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
    ) ?? 'null'
  );
}

/**
 * Whether `observed` says all that `desired` says. Fields that only the server knows (defaults, allocated addresses) do
 * not count; lists have to be equal in length and order, as a rule more is a different route.
 */
export function covers(observed: unknown, desired: unknown): boolean {
  if (Array.isArray(desired)) {
    return Array.isArray(observed) && observed.length === desired.length && desired.every((d, i) => covers(observed[i], d));
  }
  if (isRecord(desired)) {
    return isRecord(observed) && Object.entries(desired).every(([key, d]) => d === undefined || covers(observed[key], d));
  }
  return observed === desired;
}

/**
 * `same`: nothing to do. `stale`: delivery itself wants something else by now. `edited`: what delivery wrote last is what
 * it wants, yet the object says something else, so somebody else changed it.
 */
export function driftOf(
  observed: KubeObject | undefined,
  desired: KubeObject & { spec?: unknown },
): 'missing' | 'same' | 'stale' | 'edited' {
  if (observed === undefined) return 'missing';
  if (covers(parts(observed), parts(desired))) return extras(observed, desired) ? 'edited' : 'same';
  const applied = observed.metadata?.annotations?.[APPLIED_ANNOTATION];
  const wanted = desired.metadata?.annotations?.[APPLIED_ANNOTATION];
  return applied !== undefined && applied === wanted ? 'edited' : 'stale';
}

/** Other writers of the spec, by managedFields; empty when nobody can be named. */
export function otherManagers(observed: KubeObject, own: string): string[] {
  const names = (observed.metadata?.managedFields ?? [])
    .filter((m) => m.manager !== undefined && m.manager !== own && m.subresource === undefined && m.fieldsV1?.['f:spec'] !== undefined)
    .map((m) => m.manager ?? '');
  return [...new Set(names)];
}

/** A rule's match or filter that was added by hand changes where requests go although all desired fields are there. */
function extras(observed: KubeObject, desired: KubeObject): boolean {
  const rules = (object: KubeObject): unknown[] => {
    const spec = isRecord(object) ? object['spec'] : undefined;
    const list = isRecord(spec) ? spec['rules'] : undefined;
    return Array.isArray(list) ? list : [];
  };
  const seen = rules(observed);
  return rules(desired).some((rule, i) => {
    const other = seen[i];
    if (!isRecord(rule) || !isRecord(other)) return false;
    return ['matches', 'filters', 'timeouts', 'retry'].some((key) => rule[key] === undefined && !isDefault(key, other[key]));
  });
}

/** The API server defaults a rule without matches to the prefix "/". */
function isDefault(key: string, value: unknown): boolean {
  if (value === undefined) return true;
  return key === 'matches' && covers(value, [{ path: { type: 'PathPrefix', value: '/' } }]);
}

function parts(object: KubeObject & { spec?: unknown }): unknown {
  const { labels, annotations, ownerReferences } = object.metadata ?? {};
  return { labels, annotations, ownerReferences, spec: object.spec };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
