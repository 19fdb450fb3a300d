import type { Clock, Logger } from '@tidegate/kernel';
import { type ClusterRole, type ClusterRoleBinding, type Informer, InformerSet, type KubeClient, type KubeObject, type Namespace, type RoleBinding, kinds } from '@tidegate/kube';
import {
  type Application,
  type LimitRange,
  MADE_FOR_LABEL,
  type NetworkPolicy,
  type ResourceQuota,
  WORKSPACE_LABEL,
  type Workspace,
  applications,
  limitRanges,
  networkPolicies,
  resourceQuotas,
  workspaces,
} from '@tidegate/tenancy-contract';

/** Kinds that are made for workspaces. */
export interface MadeKinds {
  ClusterRole: ClusterRole;
  ClusterRoleBinding: ClusterRoleBinding;
  RoleBinding: RoleBinding;
  ResourceQuota: ResourceQuota;
  LimitRange: LimitRange;
  NetworkPolicy: NetworkPolicy;
}

/** Everything that a plan is made from. */
export class TenancyCaches {
  readonly informers: InformerSet;
  readonly workspaces: Informer<Workspace>;
  readonly namespaces: Informer<Namespace>;
  readonly applications: Informer<Application>;
  readonly made: { [K in keyof MadeKinds]: Informer<MadeKinds[K]> };

  constructor(client: KubeClient, context: { clock: Clock; log: Logger }) {
    this.informers = new InformerSet(client, context);
    this.workspaces = this.informers.informer(workspaces);
    this.applications = this.informers.informer(applications, { optional: true });
    this.namespaces = this.informers.informer(kinds.namespaces);
    this.made = {
      ClusterRole: this.informers.informer(kinds.clusterRoles),
      ClusterRoleBinding: this.informers.informer(kinds.clusterRoleBindings),
      RoleBinding: this.informers.informer(kinds.roleBindings),
      ResourceQuota: this.informers.informer(resourceQuotas),
      LimitRange: this.informers.informer(limitRanges),
      NetworkPolicy: this.informers.informer(networkPolicies),
    };
  }

  projectsOf(workspace: string): Namespace[] {
    return this.namespaces.list().filter((n) => n.metadata?.labels?.[WORKSPACE_LABEL] === workspace && n.metadata.deletionTimestamp === undefined);
  }
}

export const madeFor = (object: KubeObject): string[] => {
  const name = object.metadata?.labels?.[MADE_FOR_LABEL];
  return name === undefined ? [] : [name];
};

export const workspaceOf = (namespace: Namespace): string[] => {
  const name = namespace.metadata?.labels?.[WORKSPACE_LABEL];
  return name === undefined ? [] : [name];
};
