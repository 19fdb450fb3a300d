export type ScalarKind = 'dyn' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'null' | 'timestamp' | 'duration' | 'type';

/** Types of CEL values. Those of objects are told field by field, so that schemas need not be copied. */
export type CelType =
  | { kind: ScalarKind }
  | { kind: 'list'; of: CelType }
  | { kind: 'map'; key: CelType; value: CelType }
  | { kind: 'optional'; of: CelType }
  | { kind: 'object'; name: string; field(name: string): CelType | undefined }
  /** Kubernetes' own: Quantity, URL, IP ... */
  | { kind: 'opaque'; name: string }
  /** A type variable of a function's signature. */
  | { kind: 'variable'; name: string };

export const dyn: CelType = { kind: 'dyn' };
export const scalar = (kind: ScalarKind): CelType => ({ kind });
export const listOf = (of: CelType): CelType => ({ kind: 'list', of });
export const mapOf = (key: CelType, value: CelType): CelType => ({ kind: 'map', key, value });
export const optionalOf = (of: CelType): CelType => ({ kind: 'optional', of });

/** As cel-go prints types. */
export function typeText(type: CelType): string {
  switch (type.kind) {
    case 'list':
      return `list(${typeText(type.of)})`;
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.value)})`;
    case 'optional':
      return `optional_type(${typeText(type.of)})`;
    case 'object':
    case 'opaque':
    case 'variable':
      return type.name;
    case 'null':
      return 'null_type';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    default:
      return type.kind;
  }
}

/** What type variables stand for in one call. */
export type Binding = Map<string, CelType>;

/** Whether a value of type `have` may be used where `want` is asked; binds type variables of `want`. */
export function fits(want: CelType, have: CelType, binding: Binding): boolean {
  if (want.kind === 'variable') {
    const bound = binding.get(want.name);
    if (!bound || bound.kind === 'dyn') {
      binding.set(want.name, have);
      return true;
    }
    return fits(bound, have, binding) || (have.kind === 'null' && isNullable(bound));
  }
  if (want.kind === 'dyn' || have.kind === 'dyn' || have.kind === 'variable') return true;
  if (have.kind === 'null') return want.kind === 'null' || isNullable(want);
  if (want.kind === 'list') return have.kind === 'list' && fits(want.of, have.of, binding);
  if (want.kind === 'map') return have.kind === 'map' && fits(want.key, have.key, binding) && fits(want.value, have.value, binding);
  if (want.kind === 'optional') return have.kind === 'optional' && fits(want.of, have.of, binding);
  if (want.kind === 'object' || want.kind === 'opaque') return have.kind === want.kind && have.name === want.name;
  return want.kind === have.kind;
}

const isNullable = (type: CelType): boolean => ['object', 'opaque', 'timestamp', 'duration', 'optional'].includes(type.kind);

export function substituted(type: CelType, binding: Binding): CelType {
  switch (type.kind) {
    case 'variable':
      return binding.get(type.name) ?? dyn;
    case 'list':
      return listOf(substituted(type.of, binding));
    case 'map':
      return mapOf(substituted(type.key, binding), substituted(type.value, binding));
    case 'optional':
      return optionalOf(substituted(type.of, binding));
    default:
      return type;
  }
}

/** One type for several: theirs when they agree, else dyn. */
export function joined(types: readonly CelType[]): CelType {
  const [first, ...rest] = types;
  if (!first) return dyn;
  return rest.every((type) => typeText(type) === typeText(first)) ? first : dyn;
}
