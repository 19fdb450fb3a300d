/** The part of OpenAPI v3 that completion reads. */
export interface SchemaNode {
  type?: string;
  description?: string;
  enum?: readonly unknown[];
  properties?: Readonly<Record<string, SchemaNode>>;
  items?: SchemaNode;
  additionalProperties?: SchemaNode | boolean;
  required?: readonly string[];
  allOf?: readonly SchemaNode[];
  $ref?: string;
}

/** Definitions that `$ref` names, by the whole reference. */
export type SchemaNames = ReadonlyMap<string, SchemaNode>;

const DEEPEST = 32;

export function resolveNode(node: SchemaNode | undefined, names: SchemaNames): SchemaNode | undefined {
  let found = node;
  for (let depth = 0; found && depth < DEEPEST; depth++) {
    if (found.$ref !== undefined) found = names.get(found.$ref);
    else if (found.allOf?.length === 1) found = found.allOf[0];
    else return found;
  }
  return undefined;
}

/** The node that a path leads to; items of lists are `[]`. */
export function nodeAt(root: SchemaNode, path: readonly string[], names: SchemaNames): SchemaNode | undefined {
  let node = resolveNode(root, names);
  for (const key of path) {
    if (!node) return undefined;
    const additional = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
    node = resolveNode(key === '[]' ? node.items : (node.properties?.[key] ?? additional), names);
  }
  return node;
}

export interface KeyChoice {
  key: string;
  type: string;
  required: boolean;
  about: string;
}

/** Keys that a mapping may still get, required ones first. */
export function keyChoices(node: SchemaNode | undefined, taken: readonly string[], names: SchemaNames): KeyChoice[] {
  return Object.entries(node?.properties ?? {})
    .filter(([key]) => !taken.includes(key))
    .map(([key, child]) => {
      const found = resolveNode(child, names);
      const required = node?.required?.includes(key) ?? false;
      return { key, type: found?.type ?? 'object', required, about: child.description ?? found?.description ?? '' };
    })
    .toSorted((a, b) => Number(b.required) - Number(a.required) || a.key.localeCompare(b.key));
}

/** Values that a key may have, when they are known. */
export function valueChoices(node: SchemaNode | undefined): string[] {
  if (node?.enum) return node.enum.map(String);
  return node?.type === 'boolean' ? ['true', 'false'] : [];
}
