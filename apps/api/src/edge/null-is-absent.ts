import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';

/** GraphQL tells `null` from absent, and clients send either for "nothing": resolvers see one of them, `undefined`. */
export class NullIsAbsent implements PipeTransform {
  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    return type === 'body' ? withoutNulls(value) : value;
  }
}

function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value instanceof Date) return value;
  for (const [key, inner] of Object.entries(value)) Reflect.set(value, key, withoutNulls(inner));
  return value;
}
