import { isDeepStrictEqual } from 'node:util';
import { type Kind, type KubeClient, type KubeObject, kinds } from '@tidegate/kube';
import { MADE_FOR_LABEL, limitRanges, networkPolicies, resourceQuotas } from '@tidegate/tenancy-contract';
import type { WorkspacePlan } from '@tidegate/tenancy-plan';
import type { MadeKinds, TenancyCaches } from './caches.js';

const KINDS: { [K in keyof MadeKinds]: Kind<MadeKinds[K]> } = {
  ClusterRole: kinds.clusterRoles,
  ClusterRoleBinding: kinds.clusterRoleBindings,
  RoleBinding: kinds.roleBindings,
  ResourceQuota: resourceQuotas,
  LimitRange: limitRanges,
  NetworkPolicy: networkPolicies,
};
/** Roles before what refers to them. */
const ORDER = Object.keys(KINDS) as (keyof MadeKinds)[];

/** Writes what differs, then removes what is not wanted any more: a failure in between never leaves somebody without rights that he keeps. */
export async function applyWorkspace(client: KubeClient, caches: TenancyCaches, workspace: string, plan: WorkspacePlan): Promise<void> {
  for (const kind of ORDER) await applyKind(client, caches, plan, kind);
  for (const kind of ORDER) await removeSurplus(client, caches, plan, { kind, workspace });
}

const wantedOf = <K extends keyof MadeKinds>(plan: WorkspacePlan, kind: K): MadeKinds[K][] => plan.made.flatMap((m) => (m.kind === kind ? [m.object as MadeKinds[K]] : []));

async function applyKind<K extends keyof MadeKinds>(client: KubeClient, caches: TenancyCaches, plan: WorkspacePlan, kind: K): Promise<void> {
  for (const wanted of wantedOf(plan, kind)) {
    const existing = caches.made[kind].get(wanted.metadata?.namespace, wanted.metadata?.name ?? '');
    if (existing === undefined || !contains(existing, wanted)) await client.apply(KINDS[kind], wanted);
  }
}

async function removeSurplus<K extends keyof MadeKinds>(client: KubeClient, caches: TenancyCaches, plan: WorkspacePlan, { kind, workspace }: { kind: K; workspace: string }): Promise<void> {
  const wanted = new Set(wantedOf(plan, kind).map(placeOf));
  const made: MadeKinds[K][] = caches.made[kind].list();
  for (const object of made.filter((o) => o.metadata?.labels?.[MADE_FOR_LABEL] === workspace && !wanted.has(placeOf(o)))) {
    const { name = '', namespace, uid = '' } = object.metadata ?? {};
    await client.delete(KINDS[kind], name, namespace, { uid });
  }
}

const placeOf = ({ metadata }: KubeObject): string => `${metadata?.namespace ?? ''}/${metadata?.name}`;

/** Whether `existing` says all that `wanted` says; lists must be equal, since rights that somebody added have to go. */
function contains(existing: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return isDeepStrictEqual(existing, wanted);
  return typeof existing === 'object' && existing !== null && Object.entries(wanted).every(([k, v]) => contains(Reflect.get(existing, k), v));
}
