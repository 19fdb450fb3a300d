import {
  SERVICE_CONDITIONS,
  conditionOf,
  configurations,
  routes,
  settleConditions,
  type Configuration,
  type Finding,
  type KnativeService,
  type KnativeServiceStatus,
  type Revision,
  type Route,
} from '@tidegate/serving-contract';
import type { KubeObject, Kind } from '@tidegate/kube';
import { namedRevisionConflicts } from '../configuration/named-revision.js';
import { isSame } from '../drift.js';
import { asBefore, isFalse, isUnknown, said } from '../findings.js';
import { isControlledBy, notOwnedMessage } from '../ownership.js';
import type { Action, Plan } from '../plan.js';
import { desiredConfiguration, desiredRoute } from './desired-children.js';

export interface ObservedService {
  service: KnativeService;
  configuration?: Configuration;
  route?: Route;
  /** The Revision that has the name which the template asks for, whosever it is. */
  namedRevision?: Revision;
}

const CONFIGURATIONS = 'ConfigurationsReady';
const ROUTES = 'RoutesReady';

/**
 * A Service is a Configuration and a Route of its name:
 *
 *   Configuration out of date ──► (template with a name: the Route waits) ──► Revision's name taken: the Route stays
 *        └─► Route out of date ──► traffic not migrated ──► both ready
 */
export function planService(observed: ObservedService, now: number): Plan<KnativeServiceStatus> {
  const { service } = observed;
  const planned = new PlannedService(service, now);
  const { template } = service.spec;

  const configuration = child(planned, configurations, observed.configuration, desiredConfiguration(service, observed.configuration));
  if (configuration === 'not-owned')
    return planned.ends(isFalse(CONFIGURATIONS, 'NotOwned', notOwnedMessage('Configuration', planned.name)));
  if (configuration === 'out-of-date') {
    planned.found(
      isUnknown(CONFIGURATIONS, 'OutOfDate', 'The Configuration is still working to reflect the latest desired specification.'),
    );
    // A name that is taken must not get traffic, so the Route waits until the Configuration has made or refused the Revision.
    if (template.metadata?.name) return planned.ends();
  } else {
    planned.copy(configuration.status, 'latestCreatedRevisionName', 'latestReadyRevisionName');
    planned.found(said(conditionOf(configuration.status?.conditions, 'Ready'), CONFIGURATIONS));
    if (namedRevisionConflicts(configuration, observed.namedRevision)) {
      const message = `The revision name "${template.metadata?.name}" is taken by a conflicting Revision, so traffic will not be migrated`;
      return planned.ends(isFalse(ROUTES, 'RevisionNameTaken', message));
    }
  }

  const route = child(planned, routes, observed.route, desiredRoute(service));
  if (route === 'not-owned') return planned.ends(isFalse(ROUTES, 'NotOwned', notOwnedMessage('Route', planned.name)));
  if (route === 'out-of-date') {
    return planned.ends(isUnknown(ROUTES, 'OutOfDate', 'The Route is still working to reflect the latest desired specification.'));
  }
  planned.copy(route.status, 'url', 'address', 'traffic');
  const ready = said(conditionOf(route.status?.conditions, 'Ready'), ROUTES);
  if (ready?.status === 'True' && trafficIsNotMigrated(route, observed.configuration)) {
    return planned.ends(isUnknown(ROUTES, 'TrafficNotMigrated', 'Traffic is not yet migrated to the latest revision.'));
  }
  return planned.ends(ready);
}

class PlannedService {
  readonly name: string;
  readonly actions: Action[] = [];
  private readonly findings = new Map<string, Finding>();
  private readonly status: KnativeServiceStatus;
  private readonly service: KnativeService;
  private readonly now: number;

  constructor(service: KnativeService, now: number) {
    this.service = service;
    this.now = now;
    this.name = service.metadata?.name ?? '';
    this.status = { ...service.status, observedGeneration: service.metadata?.generation };
    for (const type of SERVICE_CONDITIONS.dependents) this.found(asBefore(service.status?.conditions, type));
  }

  found(finding: Finding | undefined): void {
    if (finding) this.findings.set(finding.type, finding);
  }

  copy<K extends keyof KnativeServiceStatus>(from: Pick<KnativeServiceStatus, K> | undefined, ...fields: K[]): void {
    for (const field of fields) {
      const value = from?.[field];
      if (value === undefined) delete this.status[field];
      else this.status[field] = value;
    }
  }

  ends(last?: Finding): Plan<KnativeServiceStatus> {
    this.found(last);
    const conditions = settleConditions(SERVICE_CONDITIONS, this.service.status?.conditions, [...this.findings.values()], this.now);
    return { actions: this.actions, status: { ...this.status, conditions } };
  }
}

type Child = KubeObject & { spec: unknown; status?: { observedGeneration?: number } };

/** The child as its controller left it, or why its status says nothing about what we want. */
function child<T extends Child>(
  planned: PlannedService,
  kind: Kind<T>,
  existing: T | undefined,
  desired: T,
): T | 'out-of-date' | 'not-owned' {
  if (!existing) {
    planned.actions.push({ do: 'create', kind, object: desired });
    return 'out-of-date';
  }
  const { labels, annotations, ownerReferences } = desired.metadata ?? {};
  // Only the owner that made it goes on with it.
  if (!isControlledBy(existing, { metadata: { uid: ownerReferences?.[0]?.uid } })) return 'not-owned';
  const changed = !isSame(existing.spec, desired.spec);
  const { labels: hasLabels = {}, annotations: hasAnnotations = {} } = existing.metadata ?? {};
  if (changed || !isSame(hasLabels, labels) || !isSame(hasAnnotations, annotations)) {
    const object = { ...existing, metadata: { ...existing.metadata, labels, annotations }, spec: desired.spec };
    planned.actions.push({ do: 'replace', kind, object });
  }
  return changed || existing.status?.observedGeneration !== existing.metadata?.generation ? 'out-of-date' : existing;
}

/** What the Route says it does is not yet what it was asked to do, with the newest ready Revision in place of "latest". */
function trafficIsNotMigrated(route: Route, configuration: Configuration | undefined): boolean {
  const latestReady = configuration?.status?.latestReadyRevisionName ?? '';
  const wanted = (route.spec.traffic ?? []).map((t) => ({
    tag: t.tag ?? '',
    percent: t.percent ?? 0,
    revision: t.configurationName === configuration?.metadata?.name ? latestReady : (t.revisionName ?? ''),
  }));
  const has = (route.status?.traffic ?? []).map((t) => ({ tag: t.tag ?? '', percent: t.percent ?? 0, revision: t.revisionName ?? '' }));
  return !isSame(has, wanted);
}
