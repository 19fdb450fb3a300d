/** Protobuf's JSON form of Duration: "1.5s". */
export function durationFromText(text: string): { seconds: number; nanos: number } | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text);
  if (!match) return undefined;
  const sign = match[1] === '-' ? -1 : 1;
  return { seconds: sign * Number(match[2]), nanos: sign * Number((match[3] ?? '').padEnd(9, '0')) };
}

export function durationToText(value: { seconds?: number; nanos?: number }): string {
  const seconds = value.seconds ?? 0;
  const nanos = value.nanos ?? 0;
  const fraction = nanos === 0 ? '' : `.${String(Math.abs(nanos)).padStart(9, '0').replace(/0+$/, '')}`;
  return `${seconds < 0 || nanos < 0 ? '-' : ''}${Math.abs(seconds)}${fraction}s`;
}

export function timestampFromText(text: string): { seconds: number; nanos: number } | undefined {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return undefined;
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (ms - seconds * 1000) * 1e6 };
}

export function timestampToText(value: { seconds?: number; nanos?: number }): string {
  return new Date((value.seconds ?? 0) * 1000 + Math.floor((value.nanos ?? 0) / 1e6)).toISOString();
}

/** Any JSON value as google.protobuf.Value. */
export function toStructValue(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return { null_value: 0 };
  if (typeof value === 'boolean') return { bool_value: value };
  if (typeof value === 'number') return { number_value: value };
  if (typeof value === 'string') return { string_value: value };
  if (Array.isArray(value)) return { list_value: { values: value.map(toStructValue) } };
  return { struct_value: toStruct(value) };
}

export function toStruct(value: object): Record<string, unknown> {
  return { fields: Object.fromEntries(Object.entries(value).map(([key, child]) => [key, toStructValue(child)])) };
}

interface StructValue {
  null_value?: number;
  bool_value?: boolean;
  number_value?: number;
  string_value?: string;
  list_value?: { values?: StructValue[] };
  struct_value?: { fields?: Record<string, StructValue> };
}

export function fromStructValue(value: StructValue): unknown {
  if (value.list_value) return (value.list_value.values ?? []).map(fromStructValue);
  if (value.struct_value) return fromStruct(value.struct_value);
  return value.bool_value ?? value.number_value ?? value.string_value ?? null;
}

export function fromStruct(value: { fields?: Record<string, StructValue> }): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value.fields ?? {}).map(([key, child]) => [key, fromStructValue(child)]));
}
