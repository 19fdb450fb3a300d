import type { z } from 'zod';

/** How server-side apply merges a list: as one value, by a key of its items, or as a set of plain values. Given last, after every check. */
export function atomic<T extends z.ZodType>(schema: T): T {
  return schema.meta({ 'x-kubernetes-list-type': 'atomic' });
}

export function keyedBy<T extends z.ZodType>(key: string, schema: T): T {
  return schema.meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });
}

export function setOf<T extends z.ZodType>(schema: T): T {
  return schema.meta({ 'x-kubernetes-list-type': 'set' });
}
