import { isDeepStrictEqual } from 'node:util';
import type { PartContext } from '@tidegate/kernel';
import { type KubeClient, startController } from '@tidegate/kube';
import { type Amounts, add } from '@tidegate/kube/quota';
import { WORKSPACE_QUOTA, workspaceSpecSchema, workspaces } from '@tidegate/tenancy-contract';
import { settle, settlesInMs } from '@tidegate/tenancy-plan';
import { type TenancyCaches, madeFor } from './caches.js';

interface Books {
  client: KubeClient;
  caches: TenancyCaches;
}

/**
 * What workspaces take of their quotas: Kubernetes counts in each project (ResourceQuota), here the sums are kept. Admission takes of the same book, so it is
 * written only as it was read.
 */
export function startQuotaBooks({ clock, log, registry }: Pick<PartContext, 'clock' | 'log' | 'registry'>, { client, caches }: Books): { stop(): Promise<void> } {
  return startController({
    name: 'tenancy.quotas',
    clock,
    log,
    registry,
    watches: [
      { informer: caches.workspaces, toKeys: (w) => [w.metadata?.name ?? ''] },
      { informer: caches.made.ResourceQuota, toKeys: (quota) => (quota.metadata?.name === WORKSPACE_QUOTA ? madeFor(quota) : []) },
    ],
    reconcile: async (name) => {
      const workspace = caches.workspaces.get(undefined, name);
      const hard = workspace && workspaceSpecSchema.parse(workspace.spec).quota;
      if (!workspace || !hard || workspace.metadata?.deletionTimestamp !== undefined) return;
      const counted = countedIn(caches, name, hard);
      // A project that was not counted yet would make room that is not there; its count enqueues the workspace.
      if (!counted) return;
      const before = workspace.status?.quota;
      const book = settle(hard, before, counted, clock.now());
      if (!isDeepStrictEqual(book, before)) {
        const { resourceVersion } = workspace.metadata ?? {};
        // `used` as a whole: names that left the quota leave the book.
        const gone = Object.fromEntries(Object.keys(before?.used ?? {}).filter((n) => !(n in book.used)).map((n) => [n, null]));
        await client.patch(workspaces, name, undefined, { type: 'merge', body: { metadata: { resourceVersion }, status: { quota: { ...book, used: { ...book.used, ...gone } } } } }, { subresource: 'status' });
      }
      const again = settlesInMs(book, clock.now());
      return again === undefined ? undefined : { againInMs: again };
    },
  });
}

/** The sum over its projects; undefined until each of them has been counted for every name. */
function countedIn(caches: TenancyCaches, workspace: string, hard: Amounts): Amounts | undefined {
  let sum: Amounts = {};
  for (const project of caches.projectsOf(workspace)) {
    const used = caches.made.ResourceQuota.get(project.metadata?.name, WORKSPACE_QUOTA)?.status?.used;
    if (!used || !Object.keys(hard).every((n) => used[n] !== undefined)) return undefined;
    sum = add(sum, used);
  }
  return sum;
}
