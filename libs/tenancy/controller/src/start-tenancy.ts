import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { type PartContext, type StartPart, causeChain } from '@tidegate/kernel';
import { KubeClient, LeaderElection, type Namespace, kinds, setCondition, startController } from '@tidegate/kube';
import { QUOTA_LABEL, TENANCY_MANAGER, WORKSPACE_FINALIZER, WORKSPACE_LABEL, type Workspace, type WorkspaceStatus, workspaces } from '@tidegate/tenancy-contract';
import { type WorkspacePlan, planDeletion, planWorkspace, platformRoles } from '@tidegate/tenancy-plan';
import { applyWorkspace } from './apply-workspace.js';
import { startApplications } from './start-applications.js';
import { startQuotaBooks } from './quota-books.js';
import { TenancyCaches, madeFor, workspaceOf } from './caches.js';

export interface TenancyOptions {
  client: KubeClient;
  /** Whether the cluster keeps NetworkPolicies; the embedded one does not, and says so in the status. */
  networkPoliciesHold: boolean;
  /** Namespace of the platform's pods and of the lease that decides who leads; default tidegate-system. */
  namespace?: string;
  /** Unique among the replicas; default host and process. */
  identity?: string | undefined;
}

/** Workspaces: members become bindings, projects get quotas, limits and isolation. One of several replicas leads. */
export const startTenancy: StartPart<TenancyOptions> = async (context, options) => {
  const { clock, log } = context;
  const namespace = options.namespace ?? 'tidegate-system';
  const client = new KubeClient(options.client.transport, { fieldManager: TENANCY_MANAGER });
  const caches = new TenancyCaches(client, { clock, log });
  const election = new LeaderElection({
    client,
    namespace,
    name: 'tidegate-tenancy',
    identity: options.identity ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
    clock,
    log,
    onLeading: async (signal) => {
      const ended = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await Promise.race([caches.informers.synced(), ended]);
      if (signal.aborted) return;
      const term = startTerm(context, { client, caches, namespace, networkPoliciesHold: options.networkPoliciesHold });
      await ended;
      await term.stop();
    },
  });
  election.start();
  return {
    name: 'tenancy',
    notReady: () => caches.informers.notSynced().map((plural) => `tenancy has not listed ${plural} yet`),
    stop: async () => {
      await election.stop();
      caches.informers.stop();
    },
  };
};

interface Term {
  client: KubeClient;
  caches: TenancyCaches;
  namespace: string;
  networkPoliciesHold: boolean;
}

function startTerm({ clock, log, registry }: PartContext, term: Term): { stop(): Promise<void> } {
  const { client, caches } = term;
  const roles = startController({
    name: 'tenancy.roles',
    clock,
    log,
    registry,
    watches: [{ informer: caches.made.ClusterRole, toKeys: (role) => (isPlatformRole(role.metadata?.name) ? ['platform'] : []) }],
    reconcile: async () => {
      for (const role of platformRoles()) {
        const existing = caches.made.ClusterRole.get(undefined, role.metadata?.name ?? '');
        // Rules of aggregated roles are the API server's to fill.
        const same = existing && isDeepStrictEqual(existing.aggregationRule, role.aggregationRule) && (role.aggregationRule !== undefined || isDeepStrictEqual(existing.rules, role.rules));
        if (!same) await client.apply(kinds.clusterRoles, role);
      }
    },
  });
  roles.enqueue('platform');
  const { workspaces: all, namespaces, made } = caches;
  const controller = startController({
    name: 'tenancy.workspaces',
    clock,
    log,
    registry,
    watches: [
      { informer: all, toKeys: (w) => [w.metadata?.name ?? ''] },
      { informer: namespaces, toKeys: workspaceOf },
      { informer: made.ClusterRole, toKeys: madeFor },
      { informer: made.ClusterRoleBinding, toKeys: madeFor },
      { informer: made.RoleBinding, toKeys: madeFor },
      { informer: made.ResourceQuota, toKeys: madeFor },
      { informer: made.LimitRange, toKeys: madeFor },
      { informer: made.NetworkPolicy, toKeys: madeFor },
    ],
    reconcile: async (name) => {
      const workspace = all.get(undefined, name);
      if (!workspace) return;
      if (workspace.metadata?.deletionTimestamp !== undefined) return finish(term, workspace);
      await keepFinalizer(client, workspace);
      const plan = planWorkspace({ workspace, projects: caches.projectsOf(name), platformNamespace: term.namespace });
      let failure: unknown;
      try {
        await applyWorkspace(client, caches, name, plan);
        await labelProjects(client, caches.projectsOf(name), plan.isCounted);
      } catch (error) {
        failure = error;
      }
      await writeStatus(client, workspace, toStatus(workspace, plan, { now: clock.now(), failure, networkPoliciesHold: term.networkPoliciesHold }), plan.isCounted);
      if (failure !== undefined) throw failure;
    },
  });
  const apps = startApplications({ clock, log, registry }, { client, cache: caches.applications });
  const quotas = startQuotaBooks({ clock, log, registry }, term);
  return { stop: async () => void (await Promise.all([roles.stop(), controller.stop(), quotas.stop(), apps.stop()])) };
}

const PLATFORM_ROLES = new Set(platformRoles().map((r) => r.metadata?.name));
const isPlatformRole = (name: string | undefined): boolean => PLATFORM_ROLES.has(name);

async function keepFinalizer(client: KubeClient, workspace: Workspace): Promise<void> {
  const { name = '', finalizers = [], resourceVersion } = workspace.metadata ?? {};
  if (finalizers.includes(WORKSPACE_FINALIZER)) return;
  await client.patch(workspaces, name, undefined, { type: 'merge', body: { metadata: { finalizers: [...finalizers, WORKSPACE_FINALIZER], resourceVersion } } });
}

/** Its projects first; what was made for it goes with it, by its owner. */
async function finish({ client, caches }: Term, workspace: Workspace): Promise<void> {
  const { name = '', finalizers = [], resourceVersion } = workspace.metadata ?? {};
  if (!finalizers.includes(WORKSPACE_FINALIZER)) return;
  const plan = planDeletion({ workspace, projects: caches.projectsOf(name) });
  if ('remove' in plan) {
    for (const project of plan.remove) await client.delete(kinds.namespaces, project);
    // Not before they are really gone: a project that cannot end is seen at the workspace. Their deletion enqueues the workspace again.
    if (caches.namespaces.list().some((n) => n.metadata?.labels?.[WORKSPACE_LABEL] === name)) return;
  } else {
    for (const project of plan.release) await client.patch(kinds.namespaces, project, undefined, { type: 'merge', body: { metadata: { labels: { [WORKSPACE_LABEL]: null, [QUOTA_LABEL]: null } } } });
  }
  await client.patch(workspaces, name, undefined, { type: 'merge', body: { metadata: { finalizers: finalizers.filter((f) => f !== WORKSPACE_FINALIZER), resourceVersion } } });
}

/** Only where there is a quota admission is asked about each object. */
async function labelProjects(client: KubeClient, projects: readonly Namespace[], isCounted: boolean): Promise<void> {
  for (const { metadata } of projects) {
    if ((metadata?.labels?.[QUOTA_LABEL] !== undefined) === isCounted) continue;
    await client.patch(kinds.namespaces, metadata?.name ?? '', undefined, { type: 'merge', body: { metadata: { labels: { [QUOTA_LABEL]: isCounted ? 'true' : null } } } });
  }
}

function toStatus(workspace: Workspace, plan: WorkspacePlan, { now, failure, networkPoliciesHold }: { now: number; failure: unknown; networkPoliciesHold: boolean }): WorkspaceStatus {
  const observedGeneration = workspace.metadata?.generation ?? 0;
  const before = workspace.status?.conditions ?? [];
  const [reason, message] =
    failure !== undefined ? ['NotApplied', causeChain(failure).slice(0, 1_000)] : plan.problems.length > 0 ? ['SpecIncomplete', plan.problems.join(' ').slice(0, 2_000)] : ['Applied', 'Members, roles and projects are as the spec says.'];
  const ready = { type: 'Ready', status: reason === 'Applied' ? ('True' as const) : ('False' as const), reason, message, observedGeneration };
  const isolation = workspace.spec.isolation ?? 'None';
  const isolated = {
    type: 'Isolated',
    status: isolation !== 'None' && networkPoliciesHold ? ('True' as const) : ('False' as const),
    reason: isolation === 'None' ? 'NotWanted' : networkPoliciesHold ? 'NetworkPolicies' : 'EmbeddedCluster',
    message:
      isolation === 'None'
        ? 'Pods may be reached from everywhere.'
        : networkPoliciesHold
          ? 'NetworkPolicies keep others out, where the cluster’s network enforces them.'
          : 'The embedded cluster does not enforce NetworkPolicies: it is no boundary between hostile tenants.',
    observedGeneration,
  };
  const conditions = setCondition(setCondition([...before], ready, now), isolated, now);
  // The book is not written here; without a quota it is closed.
  return { observedGeneration, projects: plan.projects, members: plan.members, conditions, ...(plan.isCounted && workspace.status?.quota ? { quota: workspace.status.quota } : {}) };
}

async function writeStatus(client: KubeClient, workspace: Workspace, status: WorkspaceStatus, isCounted: boolean): Promise<void> {
  if (isDeepStrictEqual(workspace.status, status)) return;
  const { quota: _, ...own } = status;
  const body = { status: { ...own, ...(isCounted ? {} : { quota: null }) } };
  await client.patch(workspaces, workspace.metadata?.name ?? '', undefined, { type: 'merge', body }, { subresource: 'status' });
}
