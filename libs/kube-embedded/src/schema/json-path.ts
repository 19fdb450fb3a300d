import { type Json, isJsonObject } from '@tidegate/kube/json';

/**
 * The JSONPath that Kubernetes allows in printer columns, selectable fields and scale paths: `.a.b`, `['a.b']`, `.a\.b`, `[0]`, `[-1]`,
 * `[1:3]`, `[*]`, `..a` and `[?(@.k=="v")]`. No scripts, no unions.
 */
type Step =
  | { kind: 'field'; name: string }
  | { kind: 'index'; index: number }
  | { kind: 'slice'; from: number | undefined; to: number | undefined }
  | { kind: 'all' }
  | { kind: 'descend' }
  | { kind: 'filter'; path: Step[]; operator: string | undefined; value: Json | undefined };

export type JsonPath = (value: Json | undefined) => Json[];

/** Parsed paths, by text. Bounded: the oldest goes when full. */
const parsed = new Map<string, JsonPath | undefined>();
const maxParsed = 2000;
/** What a recursive descent may visit. */
const maxResults = 10_000;

/** Undefined when the text is no path. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (parsed.has(text)) return parsed.get(text);
  const steps = parseSteps(text);
  const path: JsonPath | undefined = steps && ((value) => (value === undefined ? [] : walk([value], steps)));
  if (parsed.size >= maxParsed) parsed.delete(parsed.keys().next().value ?? '');
  parsed.set(text, path);
  return path;
}

const fieldPattern = /^\.?((?:\\.|[^.[\]\\\s])+)/;
const quotedPattern = /^\[(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")\]/;
const indexPattern = /^\[(-?\d+)\]/;
const slicePattern = /^\[(-?\d*):(-?\d*)\]/;
const filterPattern = /^\[\?\(\s*@([^=!<>\s)]*)\s*(?:(==|!=|<=|>=|<|>)\s*('(?:[^']*)'|"(?:[^"]*)"|-?[\d.]+|true|false)\s*)?\)\]/;

function parseSteps(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  if (rest.startsWith('$')) rest = rest.slice(1);
  while (rest !== '' && rest !== '.') {
    const next = parseStep(rest);
    if (!next) return undefined;
    steps.push(next.step);
    rest = rest.slice(next.length);
  }
  return steps;
}

function parseStep(text: string): { step: Step; length: number } | undefined {
  if (text.startsWith('..')) return { step: { kind: 'descend' }, length: text[2] === '[' ? 2 : 1 };
  for (const all of ['[*]', '.*']) if (text.startsWith(all)) return { step: { kind: 'all' }, length: all.length };
  const quoted = quotedPattern.exec(text);
  if (quoted) return { step: { kind: 'field', name: unescaped(quoted[1] ?? quoted[2] ?? '') }, length: quoted[0].length };
  const index = indexPattern.exec(text);
  if (index) return { step: { kind: 'index', index: Number(index[1]) }, length: index[0].length };
  const slice = slicePattern.exec(text);
  if (slice) return { step: { kind: 'slice', from: bound(slice[1]), to: bound(slice[2]) }, length: slice[0].length };
  const filter = filterPattern.exec(text);
  if (filter) {
    const path = parseSteps(filter[1] ?? '');
    return path && { step: { kind: 'filter', path, operator: filter[2], value: literal(filter[3]) }, length: filter[0].length };
  }
  const field = fieldPattern.exec(text);
  return field ? { step: { kind: 'field', name: unescaped(field[1] ?? '') }, length: field[0].length } : undefined;
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1');
const bound = (text: string | undefined): number | undefined => (text === undefined || text === '' ? undefined : Number(text));

function literal(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith("'") || text.startsWith('"')) return text.slice(1, -1);
  return text === 'true' || text === 'false' ? text === 'true' : Number(text);
}

function walk(values: Json[], steps: Step[]): Json[] {
  let current = values;
  for (const step of steps) {
    current = current.flatMap((value) => take(value, step));
    if (current.length > maxResults) current = current.slice(0, maxResults);
  }
  return current;
}

function take(value: Json, step: Step): Json[] {
  switch (step.kind) {
    case 'field': {
      const found = isJsonObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
      return found === undefined ? [] : [found];
    }
    case 'index': {
      const found = Array.isArray(value) ? value.at(step.index) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case 'all':
      return childrenOf(value);
    case 'descend':
      return descendants(value);
    case 'filter':
      return Array.isArray(value) ? value.filter((item) => passes(item, step.path, step.operator, step.value)) : [];
  }
}

function childrenOf(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value).filter((child) => child !== undefined) : [];
}

function descendants(value: Json): Json[] {
  const found: Json[] = [value];
  for (let index = 0; index < found.length && found.length < maxResults; index += 1) {
    const next = found[index];
    if (next !== undefined) found.push(...childrenOf(next));
  }
  return found;
}

function passes(item: Json, path: Step[], operator: string | undefined, value: Json | undefined): boolean {
  const [found] = walk([item], path);
  if (operator === undefined) return found !== undefined;
  if (found === undefined || value === undefined) return false;
  switch (operator) {
    case '==':
      return found === value;
    case '!=':
      return found !== value;
    default:
      return typeof found === typeof value && compares(found, operator, value);
  }
}

function compares(left: Json, operator: string, right: Json): boolean {
  if (left === null || right === null) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
