import { parse } from 'yaml';
import { type Result, err, ok } from '@tidegate/kernel';

/** Labels that must all be there with these values; none: matches everything. */
export type Selector = Readonly<Record<string, string>>;

/**
 * The choice whose selector matches these labels with the most terms; among equals the first by name. Undefined when none matches.
 */
export function mostSpecific<T extends { selector: Selector }>(
  choices: ReadonlyMap<string, T>,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  let best: { name: string; terms: number } | undefined;
  for (const [name, { selector }] of choices) {
    const terms = Object.keys(selector).length;
    if (!Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)) continue;
    if (!best || terms > best.terms || (terms === best.terms && name < best.name)) best = { name, terms };
  }
  return best?.name;
}

/** A YAML text as a mapping; nothing at all is an empty one. The errors begin as those of Kubernetes' YAML reader. */
export function parseYamlMapping(text: string, target: string): Result<Readonly<Record<string, unknown>>, string> {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 20 });
  } catch (error) {
    return err(`error converting YAML to JSON: yaml: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (value === null || value === undefined) return ok({});
  return isMapping(value) ? ok(value) : err(cannotUnmarshal(value, `value of type ${target}`));
}

/** The `selector` of such a mapping. Numbers and booleans count as their text. */
export function selectorOf(mapping: Readonly<Record<string, unknown>>, target: string): Result<Selector, string> {
  const selector = mapping['selector'] ?? {};
  if (!isMapping(selector)) return err(cannotUnmarshal(selector, `struct field ${target}.selector of type map[string]string`));
  const found: Record<string, string> = {};
  for (const [label, value] of Object.entries(selector)) {
    if (typeof value === 'object' && value !== null) return err(cannotUnmarshal(value, `struct field ${target}.selector of type string`));
    found[label] = value === null ? '' : String(value);
  }
  return ok(found);
}

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function cannotUnmarshal(value: unknown, into: string): string {
  const kind = Array.isArray(value) ? 'array' : value === true || value === false ? 'bool' : typeof value;
  return `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go ${into}`;
}
