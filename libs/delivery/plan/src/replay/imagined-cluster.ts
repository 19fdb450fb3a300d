import {
  ACTION_ANNOTATION,
  STRATEGY_FINALIZER,
  strategySpecSchema,
  type Release,
  type StrategySpecInput,
} from '@tidegate/delivery-contract';
import type { Deployment } from '@tidegate/kube';
import type { HttpRoute } from '@tidegate/traffic-router';
import { templateHash } from '../candidate-hash.js';
import type { Observed, ObservedVersion, ObservedWorkload } from '../observed.js';
import type { Action, Plan } from '../plan.js';

export interface ImaginedOptions {
  replicas?: number;
  /** Pods of a new copy are ready at once; default true. */
  podsBecomeReady?: boolean;
  /** Routes are confirmed at once; default true. */
  routesGoLive?: boolean;
}

/**
 * A cluster in which every write succeeds at once, as a value: what `release replay` and the planner's tests run on.
 * `apply` answers the cluster after a plan; nothing is changed in place.
 */
export function imaginedCluster(name: string, spec: StrategySpecInput, now: number, options: ImaginedOptions = {}): Observed {
  const { service } = spec;
  const versions = new Map<string, ObservedVersion>();
  versions.set(spec.principal, runningVersion(imaginedWorkload(service, spec.principal, options.replicas ?? 2), spec.principal, now));
  if (spec.candidate !== undefined && !spec.candidatePatch) {
    versions.set(spec.candidate, runningVersion(imaginedWorkload(service, spec.candidate, options.replicas ?? 2), spec.candidate, now));
  }
  return {
    strategy: {
      apiVersion: 'delivery.tidegate.dev/v1alpha1',
      kind: 'Strategy',
      metadata: { name, namespace: 'default', uid: `uid-${name}`, generation: 1, finalizers: [STRATEGY_FINALIZER] },
      spec,
    },
    spec: strategySpecSchema.parse(spec),
    service: {
      metadata: { name: service, namespace: 'default' },
      spec: { selector: { app: service }, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
    },
    olderStrategies: [],
    versions,
    takenNames: new Set(),
    releases: [],
    services: [],
    routes: [],
    keys: { cohort: 'cohort-key', preview: 'preview-secret' },
  };
}

export function imaginedWorkload(service: string, version: string, replicas: number): ObservedWorkload {
  const labels = { app: service, version };
  const object: Deployment = {
    metadata: { name: `${service}-${version}`, namespace: 'default', uid: `uid-${service}-${version}`, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: service, image: `${service}:${version}` }] } },
    },
  };
  return {
    kind: 'Deployment',
    name: `${service}-${version}`,
    uid: `uid-${service}-${version}`,
    replicas,
    templateHash: templateHash(object),
    owned: false,
    object,
  };
}

export function runningVersion(workload: ObservedWorkload, version: string, readyAt: number): ObservedVersion {
  return { version, workload, ready: workload.replicas, pods: workload.replicas, newestReadyAt: readyAt };
}

/** The cluster after all writes of a plan. */
export function applied(observed: Observed, plan: Plan, now: number, options: ImaginedOptions = {}): Observed {
  return plan.actions.reduce((cluster, action) => appliedOne(cluster, action, now, options), observed);
}

function appliedOne(cluster: Observed, action: Action, now: number, options: ImaginedOptions): Observed {
  switch (action.do) {
    case 'add-finalizer':
      return withMetadata(cluster, { finalizers: [STRATEGY_FINALIZER] });
    case 'remove-finalizer':
      return withMetadata(cluster, { finalizers: [] });
    case 'make-keys':
      return { ...cluster, keys: { cohort: 'cohort-key', preview: 'preview-secret' } };
    case 'create-release':
      return {
        ...cluster,
        releases: [
          ...cluster.releases,
          { ...action.release, metadata: { ...action.release.metadata, uid: `uid-${action.release.metadata?.name}` } },
        ],
      };
    case 'write-release-status':
      return withRelease(cluster, action.release, (r) => ({ ...r, status: asStored(action.status) }));
    case 'clear-hand':
      return withRelease(cluster, action.release, (r) => ({
        ...r,
        metadata: { ...r.metadata, annotations: without(r.metadata?.annotations ?? {}, ACTION_ANNOTATION) },
      }));
    case 'write-strategy-status':
      return { ...cluster, strategy: { ...cluster.strategy, status: asStored(action.status) } };
    case 'delete-release':
      return { ...cluster, releases: cluster.releases.filter((r) => r.metadata?.name !== action.name) };
    case 'make-workload':
    case 'scale-workload':
    case 'hand-over-workload':
    case 'remove-workload':
      return withWorkload(cluster, action, now, options);
    case 'apply-service':
      return {
        ...cluster,
        services: [...cluster.services.filter((s) => s.metadata?.name !== action.object.metadata?.name), action.object],
      };
    case 'apply-route':
    case 'restore-route':
      return withRoute(cluster, action.object, options.routesGoLive ?? true);
    case 'remove-service':
      return { ...cluster, services: cluster.services.filter((s) => s.metadata?.name !== action.name) };
    case 'remove-route':
      return { ...cluster, routes: cluster.routes.filter((r) => r.metadata?.name !== action.name) };
    case 'event':
      return cluster;
  }
}

/** As the API gives it back: fields without a value are gone. */
function asStored<T>(value: T): T {
  return structuredClone(Object.fromEntries(Object.entries(value as object).filter(([, v]) => v !== undefined))) as T;
}

function withMetadata(cluster: Observed, metadata: { finalizers: string[] }): Observed {
  return { ...cluster, strategy: { ...cluster.strategy, metadata: { ...cluster.strategy.metadata, ...metadata } } };
}

function withRelease(cluster: Observed, name: string, change: (release: Release) => Release): Observed {
  return { ...cluster, releases: cluster.releases.map((r) => (r.metadata?.name === name ? change(r) : r)) };
}

function without(annotations: Record<string, string>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([k]) => !k.startsWith(key)));
}

type WorkloadAction = Extract<Action, { do: 'make-workload' | 'scale-workload' | 'hand-over-workload' | 'remove-workload' }>;

function withWorkload(cluster: Observed, action: WorkloadAction, now: number, options: ImaginedOptions): Observed {
  const versions = new Map(cluster.versions);
  if (action.do === 'make-workload') {
    const { object, kind } = action.workload;
    const version = object.metadata?.labels?.['version'] ?? '';
    const replicas = object.spec?.replicas ?? 1;
    const name = object.metadata?.name ?? '';
    const workload: ObservedWorkload = {
      kind,
      name,
      uid: `uid-${name}`,
      replicas,
      templateHash: templateHash(object),
      madeFrom: 'principal',
      owned: true,
      object,
    };
    const ready = (options.podsBecomeReady ?? true) ? replicas : 0;
    versions.set(version, { version, workload, pods: replicas, ready, ...(ready > 0 ? { newestReadyAt: now } : {}) });
    return { ...cluster, versions };
  }
  for (const [version, found] of versions) {
    const { workload } = found;
    if (workload?.name !== action.name) continue;
    if (action.do === 'remove-workload') versions.delete(version);
    else if (action.do === 'scale-workload')
      versions.set(version, runningVersion({ ...workload, replicas: action.replicas }, version, now));
    else
      versions.set(version, { ...found, workload: { ...workload, owned: false, ...(action.keepOrigin ? {} : { madeFrom: undefined }) } });
  }
  return { ...cluster, versions };
}

function withRoute(cluster: Observed, object: HttpRoute, goesLive: boolean): Observed {
  const before = cluster.routes.find((r) => r.metadata?.name === object.metadata?.name);
  const generation = (before?.metadata?.generation ?? 0) + 1;
  const live = {
    type: 'Live',
    status: 'True',
    reason: 'Acknowledged',
    message: 'live on 1/1 proxies',
    observedGeneration: goesLive ? generation : generation - 1,
  };
  const route: HttpRoute = {
    ...object,
    metadata: { ...object.metadata, generation },
    status: { parents: [{ controllerName: 'tidegate.dev/gateway-controller', conditions: [live] }] },
  };
  return { ...cluster, routes: [...cluster.routes.filter((r) => r !== before), route] };
}
