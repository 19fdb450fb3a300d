import type { ResourceDefinition } from '../resources/resource-definition.js';

const idOf = (group: string, version: string, plural: string): string => `${group}/${version}/${plural}`;

/** Versions in the order clients should prefer them: v2, v1, v1beta2, v1beta1, v1alpha1, then by name. */
export function compareVersions(a: string, b: string): number {
  const parse = (version: string): [number, number, number] => {
    const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!found) return [-1, 0, 0];
    return [found[2] === undefined ? 2 : found[2] === 'beta' ? 1 : 0, Number(found[1]), Number(found[3] ?? 0)];
  };
  const [x, y] = [parse(a), parse(b)];
  return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || a.localeCompare(b);
}

/** The kinds that are served now: built-in ones, and those of CustomResourceDefinitions as they come and go. */
export class Registry {
  private readonly definitions = new Map<string, ResourceDefinition>();
  /** Raised with every change, for caches of discovery and OpenAPI documents. */
  generation = 0;

  constructor(builtin: readonly ResourceDefinition[]) {
    for (const definition of builtin) this.add(definition);
  }

  add(definition: ResourceDefinition): void {
    this.definitions.set(idOf(definition.group, definition.version, definition.plural), definition);
    this.generation++;
  }

  remove(group: string, plural: string): void {
    for (const [id, d] of this.definitions) if (d.group === group && d.plural === plural) this.definitions.delete(id);
    this.generation++;
  }

  find(group: string, version: string, plural: string): ResourceDefinition | undefined {
    return this.definitions.get(idOf(group, version, plural));
  }

  serves(group: string, version: string): boolean {
    return [...this.definitions.values()].some((d) => d.group === group && d.version === version);
  }

  /** The preferred version that serves a kind; for owner references and namespaces' contents. */
  findKind(group: string, kind: string): ResourceDefinition | undefined {
    return this.all().find((d) => d.group === group && d.kind === kind);
  }

  /** Sorted by group, preferred version first, then by plural. */
  all(): ResourceDefinition[] {
    return [...this.definitions.values()].sort(
      (a, b) => a.group.localeCompare(b.group) || compareVersions(a.version, b.version) || a.plural.localeCompare(b.plural),
    );
  }

  /** One definition per stored resource, in its preferred version. */
  stored(): ResourceDefinition[] {
    const seen = new Set<string>();
    return this.all().filter((d) => !seen.has(resourceOf(d)) && seen.add(resourceOf(d)));
  }
}

/** The store's name of a kind, whatever the version. */
export function resourceOf({ group, plural }: Pick<ResourceDefinition, 'group' | 'plural'>): string {
  return `${group}/${plural}`;
}

export function keyOf(definition: Pick<ResourceDefinition, 'namespaced'>, namespace: string | undefined, name: string): string {
  return definition.namespaced ? `${namespace ?? ''}/${name}` : name;
}
