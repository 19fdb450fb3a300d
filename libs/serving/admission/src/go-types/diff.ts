import { isDeepStrictEqual } from 'node:util';
import { compareQuantities } from '@tidegate/kube';
import { goQuote } from '@tidegate/serving-config';
import { type Json, type JsonObject, isObject, own } from '../json.js';
import { zeroOf } from './decode.js';
import { type GoType, struct, structFields } from './types.js';

/**
 * What differs between two decoded values, in the form of Knative's messages about immutable fields: a Go path, the old value after
 * `-`, the new one after `+`. Empty when nothing does. Whole structs are written with the fields that are set.
 */
export function shortDiff(old: JsonObject, current: JsonObject, structName: string, root = `{${structName}}`): string {
  const differences: Difference[] = [];
  collect(old, current, struct(structName), root, differences);
  return differences.map(({ path, old, current, type }) => `${path}:\n${line('-', old, type)}${line('+', current, type)}`).join('');
}

/** Whether two decoded values mean the same: an empty list or map is as good as none. */
export function sameMeaning(old: JsonObject, current: JsonObject, structName: string): boolean {
  const differences: Difference[] = [];
  collect(old, current, struct(structName), '', differences);
  return differences.every((d) => isNothing(d.old, d.type) && isNothing(d.current, d.type));
}

interface Difference {
  path: string;
  type: GoType;
  /** Undefined: not there at all (an element of a list or map); null: nil. */
  old: Json | undefined;
  current: Json | undefined;
}

function collect(old: Json, current: Json, type: GoType, path: string, into: Difference[]): void {
  switch (type.kind) {
    case 'struct':
      if (isObject(old) && isObject(current)) collectFields(old, current, type.name, path, into);
      return;
    case 'pointer':
      if (old === null || current === null) return void (old === current || into.push({ path, type, old, current }));
      return collect(old, current, type.of, type.of.kind === 'struct' ? path : `*${path}`, into);
    case 'list':
      if (!Array.isArray(old) || !Array.isArray(current)) return void (old === current || into.push({ path, type, old, current }));
      return collectItems(old, current, type.of, path, into);
    case 'map':
      if (!isObject(old) || !isObject(current)) return void (old === current || into.push({ path, type, old, current }));
      return collectKeys(old, current, type.of, path, into);
    case 'quantity':
      if (compareQuantities(String(old), String(current)) !== 0) into.push({ path, type, old, current });
      return;
    default:
      if (!isDeepStrictEqual(old, current)) into.push({ path, type, old, current });
  }
}

function collectFields(old: JsonObject, current: JsonObject, name: string, path: string, into: Difference[]): void {
  for (const field of structFields(name).values()) {
    const zero = zeroOf(field.type);
    const at = [path, ...field.via, field.name].join('.');
    collect(own(old, field.json) ?? zero, own(current, field.json) ?? zero, field.type, at, into);
  }
}

function collectKeys(old: JsonObject, current: JsonObject, of: GoType, path: string, into: Difference[]): void {
  for (const key of [...new Set([...Object.keys(old), ...Object.keys(current)])].sort()) {
    const [before, after] = [own(old, key), own(current, key)];
    const at = `${path}[${goQuote(key)}]`;
    if (before === undefined || after === undefined) into.push({ path: at, type: of, old: before, current: after });
    else collect(before, after, of, at, into);
  }
}

/** Elements are matched by what is equal at both ends; between them by their order. */
function collectItems(old: readonly Json[], current: readonly Json[], of: GoType, path: string, into: Difference[]): void {
  const equal = (a: Json | undefined, b: Json | undefined): boolean => {
    const found: Difference[] = [];
    if (a !== undefined && b !== undefined) collect(a, b, of, '', found);
    return found.length === 0;
  };
  const shorter = Math.min(old.length, current.length);
  let head = 0;
  while (head < shorter && equal(old[head], current[head])) head++;
  let tail = 0;
  while (tail < shorter - head && equal(old.at(-1 - tail), current.at(-1 - tail))) tail++;
  const [removed, added] = [old.length - tail, current.length - tail];
  for (let i = head; i < Math.max(removed, added); i++) {
    const [before, after] = [i < removed ? old[i] : undefined, i < added ? current[i] : undefined];
    if (before !== undefined && after !== undefined) collect(before, after, of, `${path}[${i}]`, into);
    else if (before !== undefined) into.push({ path: `${path}[${i}->?]`, type: of, old: before, current: undefined });
    else into.push({ path: `${path}[?->${i}]`, type: of, old: undefined, current: after });
  }
}

function isNothing(value: Json | undefined, type: GoType): boolean {
  if (value === null || value === undefined) return type.kind === 'list' || type.kind === 'map';
  return (
    (type.kind === 'list' && Array.isArray(value) && value.length === 0) ||
    (type.kind === 'map' && isObject(value) && Object.keys(value).length === 0)
  );
}

function line(sign: '-' | '+', value: Json | undefined, type: GoType): string {
  if (value === undefined) return '';
  const typed = type.kind === 'struct' || type.kind === 'quantity' ? `${type.name}: ` : '';
  return `\t${sign}: ${typed}"${inWords(value, type)}"\n`;
}

/** fmt's %+v as far as people read it. */
function inWords(value: Json, type: GoType): string {
  if (value === null) return type.kind === 'map' ? 'map[]' : type.kind === 'list' ? '[]' : '<nil>';
  switch (type.kind) {
    case 'pointer':
      return type.of.kind === 'struct' ? `&${inWords(value, type.of)}` : inWords(value, type.of);
    case 'list':
      return Array.isArray(value) ? `[${value.map((item) => inWords(item, type.of)).join(' ')}]` : '[]';
    case 'map': {
      const entries = isObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
      return `map[${entries.map(([key, item]) => `${key}:${inWords(item, type.of)}`).join(' ')}]`;
    }
    case 'struct': {
      const fields = isObject(value) ? [...structFields(type.name).values()].filter((f) => own(value, f.json) !== undefined) : [];
      return `{${fields.map((f) => `${f.name}:${isObject(value) ? inWords(own(value, f.json) ?? null, f.type) : ''}`).join(' ')}}`;
    }
    case 'any':
      return JSON.stringify(value);
    default:
      return String(value);
  }
}
