import type { Caller } from '@tidegate/access';
import type { KubeClient, Person } from '@tidegate/kube';

const PREFIX = 'tidegate:';

/** How a caller is seen by Kubernetes. The one place where an identity leaves for it: whatever is not `tidegate:...` (`system:masters` above all) stops here. */
export function personOf({ user, groups }: Pick<Caller, 'user' | 'groups'>): Person {
  const strange = [user, ...groups].find((name) => !name.startsWith(PREFIX) || name.length === PREFIX.length || name.slice(PREFIX.length).includes(':'));
  if (strange !== undefined) throw new Error(`refusing to act as ${JSON.stringify(strange)}: identities begin with "${PREFIX}"`);
  return { user, groups };
}

/** Calls of the Kubernetes API made as the caller: RBAC decides what comes of them. */
export const asCaller = (own: KubeClient, caller: Caller): KubeClient => own.as(personOf(caller));
