import type { HeaderModifier, HttpHeader } from '@tidegate/mesh-contract';

/** Changes of headers in order. Names in lower case; a name is in at most one of `set` and `remove`. */
export interface HeaderChanges {
  set: ReadonlyMap<string, string>;
  add: readonly HttpHeader[];
  remove: ReadonlySet<string>;
}

export const NO_CHANGES: HeaderChanges = { set: new Map(), add: [], remove: new Set() };

export function readHeaderModifier(modifier: HeaderModifier): HeaderChanges {
  const set = new Map<string, string>();
  // Of names that are equal but for case the first counts.
  for (const { name, value } of modifier.set ?? []) if (!set.has(name.toLowerCase())) set.set(name.toLowerCase(), value);
  return {
    set,
    add: (modifier.add ?? []).map(({ name, value }) => ({ name: name.toLowerCase(), value })),
    remove: new Set((modifier.remove ?? []).map((name) => name.toLowerCase())),
  };
}

/** First `first`, then `then`: what the second sets or removes is no longer touched by the first. */
export function mergeHeaderChanges(first: HeaderChanges, then: HeaderChanges): HeaderChanges {
  if (isEmpty(first)) return then;
  if (isEmpty(then)) return first;
  const set = new Map(first.set);
  const remove = new Set(first.remove);
  const overruled = (name: string) => then.set.has(name) || then.remove.has(name);
  for (const name of then.remove) {
    set.delete(name);
    remove.add(name);
  }
  for (const [name, value] of then.set) {
    set.set(name, value);
    remove.delete(name);
  }
  const add = [...first.add.filter(({ name }) => !overruled(name)), ...then.add];
  return { set, add, remove };
}

function isEmpty(changes: HeaderChanges): boolean {
  return changes.set.size === 0 && changes.add.length === 0 && changes.remove.size === 0;
}

/** Envoy removes before it adds, and expands %...% in values: a plain percent sign is doubled. `more` is in Envoy's own words, and comes last. */
export function toEnvoyHeaders(
  changes: HeaderChanges,
  direction: 'request' | 'response',
  more: readonly Record<string, unknown>[] = [],
): Record<string, unknown> {
  const option = (name: string, value: string, action: string) => ({
    header: { key: name, value: value.replaceAll('%', '%%') },
    append_action: action,
  });
  const added = [
    ...[...changes.set].map(([name, value]) => option(name, value, 'OVERWRITE_IF_EXISTS_OR_ADD')),
    ...changes.add.map(({ name, value }) => option(name, value, 'APPEND_IF_EXISTS_OR_ADD')),
    ...more,
  ];
  const removed = [...changes.remove];
  return {
    ...(added.length > 0 ? { [`${direction}_headers_to_add`]: added } : {}),
    ...(removed.length > 0 ? { [`${direction}_headers_to_remove`]: removed } : {}),
  };
}
