import type { ReferenceGrant } from '@tidegate/mesh-contract';

export interface Reference {
  from: { group: string; kind: string; namespace: string };
  to: { group: string; kind: string; namespace: string; name: string };
}

/** References across namespaces that the referent's namespace allows. */
export class GrantIndex {
  private readonly byNamespace = new Map<string, ReferenceGrant[]>();

  constructor(grants: readonly ReferenceGrant[]) {
    for (const grant of grants) {
      const namespace = grant.metadata?.namespace ?? '';
      const list = this.byNamespace.get(namespace);
      if (list) list.push(grant);
      else this.byNamespace.set(namespace, [grant]);
    }
  }

  allows({ from, to }: Reference): boolean {
    if (from.namespace === to.namespace) return true;
    return (this.byNamespace.get(to.namespace) ?? []).some(
      ({ spec }) =>
        spec.from.some((f) => f.group === from.group && f.kind === from.kind && f.namespace === from.namespace) &&
        spec.to.some((t) => t.group === to.group && t.kind === to.kind && (t.name === undefined || t.name === '' || t.name === to.name)),
    );
  }
}
