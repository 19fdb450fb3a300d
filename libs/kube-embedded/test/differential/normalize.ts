import type { RawAnswer } from './raw-call.js';

/** What two correct servers may say differently: identities, times, revisions, and where an entry's time differs. */
const VOLATILE: Record<string, string> = {
  uid: 'UID',
  resourceVersion: 'VERSION',
  creationTimestamp: 'TIME',
  deletionTimestamp: 'TIME',
  time: 'TIME',
  lastTransitionTime: 'TIME',
  continue: 'TOKEN',
  // An opaque hash of where a kind is stored.
  storageVersionHash: 'HASH',
  remainingItemCount: 'COUNT',
  gitVersion: 'GIT',
};

export function normalized(answer: RawAnswer, ignore: readonly string[] = []): unknown {
  for (const field of ignore) removeField(answer.body, field.split('.'));
  return {
    status: answer.status,
    type: answer.contentType.split(';')[0],
    ...(answer.warnings.length > 0 ? { warnings: answer.warnings } : {}),
    body: normalizedValue(answer.body),
  };
}

function normalizedValue(value: unknown): unknown {
  if (typeof value === 'string') return normalizedText(value);
  if (Array.isArray(value)) return value.map(normalizedValue);
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  // Go prints struct fields in their order and maps sorted; clients may not depend on either.
  for (const key of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[key];
    // The prose of table columns is documentation, not protocol.
    if (key === 'description' && 'priority' in value) continue;
    const word =
      Object.hasOwn(VOLATILE, key) && (typeof field === 'string' || typeof field === 'number') && field !== '' ? VOLATILE[key] : undefined;
    out[key] = word ?? normalizedValue(field);
  }
  return out;
}

/** Managers are listed by the second of their last write, warnings by Go's maps: two correct servers may turn them round. */
export function managersInOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(managersInOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => [
      key,
      (key === 'managedFields' || key === 'warnings') && Array.isArray(field) ? field.map((f) => JSON.stringify(f)).sort() : managersInOrder(field),
    ]),
  );
}

function removeField(value: unknown, [key = '', ...rest]: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (rest.length > 0) removeField(Reflect.get(value, key), rest);
  else Reflect.deleteProperty(value, key);
}

function normalizedText(text: string): string {
  return text
    .replace(/^\d+s$/, 'AGE')
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-SUFFIX')
    .replace(/(resourceVersion\W+)\d+/g, '$1VERSION')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME');
}
