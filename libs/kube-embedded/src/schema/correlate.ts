import type { Schema } from '../resources/resource-definition.js';
import { isJsonObject, type Json } from '@tidegate/kube/json';

/**
 * For each item of a list the one that it was before, as far as that can be told: by the keys of a list of type map. Items of other lists
 * have no past.
 */
export function itemsBefore(list: readonly Json[], old: Json | undefined, schema: Schema): (Json | undefined)[] {
  const keys = schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : undefined;
  if (!keys || !Array.isArray(old)) return list.map(() => undefined);
  const idOf = (item: Json): string => JSON.stringify(keys.map((key) => (isJsonObject(item) ? (item[key] ?? null) : null)));
  const before = new Map(old.map((item) => [idOf(item), item]));
  return list.map((item) => before.get(idOf(item)));
}
