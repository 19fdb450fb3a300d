import type { Quantity } from '@tidegate/kube';

/** Values while an expression is evaluated. int is bigint, double is number, lists and maps are views that read on demand. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | ListValue
  | MapValue
  | Optional
  | TypeValue
  | Opaque;

export class Uint {
  constructor(readonly value: bigint) {}
}
/** Nanoseconds since 1970. */
export class Timestamp {
  constructor(readonly nanos: bigint) {}
}
export class Duration {
  constructor(readonly nanos: bigint) {}
}
export class Optional {
  constructor(readonly value: Value | undefined) {}
}
export class TypeValue {
  constructor(readonly name: string) {}
}

/** A list. `unordered`: of list type set or map, whose equality does not look at the order; `keys`: fields that identify items. */
export class ListValue {
  constructor(
    readonly items: readonly Value[],
    readonly identity?: { keys: readonly string[] },
  ) {}
}

export type Key = boolean | bigint | string | Uint;

/** A map or an object. Objects answer by the names that expressions use. */
export abstract class MapValue {
  abstract get(key: Key): Value | undefined;
  abstract keys(): Key[];
  abstract readonly size: number;
  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }
}

export type Opaque = QuantityValue | Addressed;

export class QuantityValue {
  readonly type = 'kubernetes.Quantity';
  constructor(readonly quantity: Quantity) {}
}

/** Opaque values that are equal when their text is: IP, CIDR, URL, Semver, format names. */
export class Addressed {
  constructor(
    readonly type: string,
    /** The canonical text. */
    readonly text: string,
    readonly data: unknown = undefined,
  ) {}
}

const idOfKey = (key: Key): string => {
  if (key instanceof Uint) return `n${key.value}`;
  return typeof key === 'bigint' ? `n${key}` : `${typeof key}${String(key)}`;
};

/** A map made by an expression. */
export class LiteralMap extends MapValue {
  private readonly entries = new Map<string, { key: Key; value: Value }>();

  set(key: Key, value: Value): void {
    this.entries.set(idOfKey(key), { key, value });
  }
  get(key: Key): Value | undefined {
    return this.entries.get(idOfKey(key))?.value;
  }
  keys(): Key[] {
    return [...this.entries.values()].map((entry) => entry.key);
  }
  get size(): number {
    return this.entries.size;
  }
}

/** What goes wrong while an expression is evaluated. Logic operators can make up for it. */
export class CelError extends Error {}

/** Nothing makes up for that: the expression has cost too much. */
export class CostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

export const noOverload = (): CelError => new CelError('no such overload');

export function isNumber(value: Value): value is bigint | number | Uint {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint;
}

export function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof ListValue) return 'list';
  if (value instanceof MapValue) return 'map';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof TypeValue) return 'type';
  return value.type;
}
