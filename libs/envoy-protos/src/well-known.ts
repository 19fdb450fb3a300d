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

/** Any JSON value as google.protobuf.Value. protobufjs has its own definition of Struct, whose names are in camel case. */
export function toStructValue(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return { nullValue: 0 };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (Array.isArray(value)) return { listValue: { values: value.map(toStructValue) } };
  return { structValue: toStruct(value) };
}

export function toStruct(value: object): Record<string, unknown> {
  return { fields: Object.fromEntries(Object.entries(value).map(([key, child]) => [key, toStructValue(child)])) };
}

interface StructValue {
  nullValue?: number;
  boolValue?: boolean;
  numberValue?: number;
  stringValue?: string;
  listValue?: { values?: StructValue[] };
  structValue?: { fields?: Record<string, StructValue> };
}

export function fromStructValue(value: StructValue): unknown {
  if (value.listValue) return (value.listValue.values ?? []).map(fromStructValue);
  if (value.structValue) return fromStruct(value.structValue);
  // Decoded messages inherit defaults for what was not sent, so only own members say anything.
  for (const member of ['boolValue', 'numberValue', 'stringValue'] as const) if (Object.hasOwn(value, member)) return value[member];
  return null;
}

export function fromStruct(value: { fields?: Record<string, StructValue> }): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value.fields ?? {}).map(([key, child]) => [key, fromStructValue(child)]));
}
