import type { KubeObject } from '@tidegate/kube';
import type { Binding, PolicyRule, RbacSource } from '../auth/rbac.js';
import { type Selector, selectorMatches } from '../webhooks/webhook-rules.js';
import type { ObjectStore } from '../store/object-store.js';

const GROUP = 'rbac.authorization.k8s.io';

interface RoleObject extends KubeObject {
  rules?: PolicyRule[];
  aggregationRule?: { clusterRoleSelectors?: Selector[] };
}
type BindingObject = KubeObject & Binding;

/** Rules of a ClusterRole; an aggregated one is the sum of those that its selectors name, which may be aggregated themselves (`edit` is part of `admin`). */
function clusterRole(store: ObjectStore, name: string, above: readonly string[] = []): readonly PolicyRule[] | undefined {
  const role = store.get(`${GROUP}/clusterroles`, name) as RoleObject | undefined;
  const selectors = role?.aggregationRule?.clusterRoleSelectors;
  if (!role || !selectors) return role && (role.rules ?? []);
  const path = [...above, name];
  const others = store.list(`${GROUP}/clusterroles`, '').filter((r) => selectors.some((s) => selectorMatches(s, r.metadata?.labels ?? {})));
  return others.flatMap((r) => (path.includes(r.metadata?.name ?? '') ? [] : (clusterRole(store, r.metadata?.name ?? '', path) ?? [])));
}

export function rbacSource(store: ObjectStore): RbacSource {
  return {
    clusterRoleBindings: () => store.list(`${GROUP}/clusterrolebindings`, '') as BindingObject[],
    roleBindings: (namespace) => store.list(`${GROUP}/rolebindings`, `${namespace}/`) as BindingObject[],
    clusterRole: (name) => clusterRole(store, name),
    role: (namespace, name) => (store.get(`${GROUP}/roles`, `${namespace}/${name}`) as RoleObject | undefined)?.rules,
  };
}

export function roleRules(role: KubeObject): readonly PolicyRule[] {
  return (role as RoleObject).rules ?? [];
}

/** What a binding would grant; nothing when its role does not exist (yet). */
export function bindingRules(binding: KubeObject, source: RbacSource): readonly PolicyRule[] {
  const { roleRef } = binding as BindingObject;
  const rules = roleRef.kind === 'Role' ? source.role(binding.metadata?.namespace ?? '', roleRef.name) : source.clusterRole(roleRef.name);
  return rules ?? [];
}

/** The role that a binding binds, as it is asked for with the verb `bind`. */
export function boundRole(binding: KubeObject): { resource: string; name: string } {
  const { roleRef } = binding as BindingObject;
  return { resource: roleRef.kind === 'Role' ? 'roles' : 'clusterroles', name: roleRef.name };
}

/** All that a role or binding grants by itself. */
export function grantOf(object: KubeObject): unknown {
  const { rules, aggregationRule } = object as RoleObject;
  const { roleRef, subjects } = object as BindingObject;
  return { rules, aggregationRule, roleRef, subjects };
}
