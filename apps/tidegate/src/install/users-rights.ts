import type { ClusterRole } from '@tidegate/kube';
import { ownKinds, sharedKinds } from './install-kinds.js';
import { type Rules, read, write } from './rights.js';

/** What people with Kubernetes' own roles `view`, `edit` and `admin` may do with the platform's kinds in their namespaces. */
export function rightsOfUsers(): Record<'view' | 'edit', Rules> {
  const groups = new Map<string, string[]>();
  for (const { spec } of [...ownKinds(), ...sharedKinds()]) {
    if (spec.scope === 'Namespaced') groups.set(spec.group, [...(groups.get(spec.group) ?? []), spec.names.plural].sort());
  }
  const rules = (verbs: string[], chosen: (group: string) => boolean): Rules =>
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).filter(([group]) => chosen(group)).map(([group, resources]) => ({ apiGroups: [group], resources, verbs }));
  // Internal kinds are what the controllers tell each other.
  return { view: rules(read, () => true), edit: rules(write, (group) => !group.includes('.internal.')) };
}

/** The same as parts of those roles. Projects' own roles are made of them as well. */
export function usersRoles(): ClusterRole[] {
  const { view, edit } = rightsOfUsers();
  const part = (name: string, into: readonly string[], rules: Rules): ClusterRole => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `tidegate:${name}`, labels: Object.fromEntries(into.map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true'])) },
    rules,
  });
  return [part('view', ['view'], view), part('edit', ['edit', 'admin'], edit)];
}
