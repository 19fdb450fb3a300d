import { GO_TYPES } from './table.js';

export type GoType =
  | { kind: 'string' | 'bool' | 'int32' | 'int64' | 'quantity' | 'intOrString' | 'url' | 'any'; name: string }
  | { kind: 'struct'; name: string }
  | { kind: 'pointer' | 'list' | 'map'; name: string; of: GoType };

export interface GoField {
  /** In Go. */
  name: string;
  json: string;
  type: GoType;
  /** Written even when it is zero. */
  isRequired: boolean;
  /** Names of the embedded types on the way to it. */
  via: readonly string[];
}

interface Declaration {
  embeds?: string;
  field?: Omit<GoField, 'via'>;
}

const declarations = readTable();
const structs = new Map<string, ReadonlyMap<string, GoField>>([...declarations.keys()].map((name) => [name, fieldsOf(name, [])]));

/** The fields of a struct, embedded ones among them, by their JSON name. */
export function structFields(name: string): ReadonlyMap<string, GoField> {
  const fields = structs.get(name);
  if (!fields) throw new Error(`no Go type ${name}`);
  return fields;
}

export const struct = (name: string): GoType => ({ kind: 'struct', name });

function fieldsOf(name: string, via: readonly string[]): ReadonlyMap<string, GoField> {
  const fields = new Map<string, GoField>();
  for (const { embeds, field } of declarations.get(name) ?? []) {
    if (field) fields.set(field.json, { ...field, via });
    else if (embeds !== undefined) fieldsOf(embeds, [...via, embeds.replace(/^\w+\./, '')]).forEach((f) => fields.set(f.json, f));
  }
  return fields;
}

function readTable(): Map<string, Declaration[]> {
  const table = new Map<string, Declaration[]>();
  const names = new Set(GO_TYPES.match(/^\w.*$/gm));
  let current: Declaration[] = [];
  for (const line of GO_TYPES.trim().split('\n')) {
    if (names.has(line)) table.set(line, (current = []));
    else
      current.push(
        ...line
          .trim()
          .split(' ')
          .map((word) => readField(word, names)),
      );
  }
  return table;
}

function readField(word: string, structNames: ReadonlySet<string>): Declaration {
  if (word.startsWith('+')) return { embeds: word.slice(1) };
  const [, name = '', json, type = '', required] = /^(\w+)(?:=(\w+))?:([^!]+)(!?)$/.exec(word) ?? [];
  return { field: { name, json: json ?? jsonName(name), type: readType(type, structNames), isRequired: required === '!' } };
}

function readType(name: string, structNames: ReadonlySet<string>): GoType {
  const of = (prefix: string): GoType => readType(name.slice(prefix.length), structNames);
  if (name.startsWith('*')) return { kind: 'pointer', name, of: of('*') };
  if (name.startsWith('[]')) return { kind: 'list', name, of: of('[]') };
  if (name.startsWith('map[string]')) return { kind: 'map', name, of: of('map[string]') };
  if (structNames.has(name)) return { kind: 'struct', name };
  if (name === 'bool' || name === 'int32' || name === 'int64' || name === 'any') return { kind: name, name };
  if (name === 'resource.Quantity') return { kind: 'quantity', name };
  if (name === 'intstr.IntOrString') return { kind: 'intOrString', name };
  if (name === 'apis.URL') return { kind: 'url', name };
  // The rest are names for strings: v1.Protocol, v1.PullPolicy, ...
  return { kind: 'string', name };
}

/** DNSPolicy -> dnsPolicy, HostIPC -> hostIPC. */
function jsonName(name: string): string {
  return name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+/, (capitals) => capitals.toLowerCase());
}
