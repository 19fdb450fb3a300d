import { timestamp, type KubeObject } from '@tidegate/kube';
import {
  ROUTES_ANNOTATION,
  ROUTING_STATE_LABEL,
  ROUTING_STATE_MODIFIED_ANNOTATION,
  SERVICE_LABEL,
  configurations,
  readinessOf,
  revisions,
  type Configuration,
  type Revision,
  type Route,
} from '@tidegate/serving-contract';
import { namesIn, namesToAnnotation } from '../key-values.js';
import { controllerOf } from '../ownership.js';
import type { Action, Plan } from '../plan.js';
import type { TrafficSources } from '../route/traffic.js';

export interface ObservedRouting {
  /** Name of the Route; the Route itself when it is there and not going. */
  name: string;
  route?: Route;
  sources: TrafficSources;
  /** What carries the Route's name already. */
  marked: { configurations: readonly Configuration[]; revisions: readonly Revision[] };
}

/**
 * Notes on Revisions and Configurations which routes lead to them: a Revision without any is in reserve, loses its minimum scale and is collected
 * some day. A name is taken off only when the Route has settled, so that a Revision is not dropped before its traffic has gone.
 */
export function planRoutingState(observed: ObservedRouting, now: number): Plan {
  const { route, name } = observed;
  const named = namedBy(observed);
  const settled = !route || readinessOf(route) !== 'Unknown';
  const actions: Action[] = [];
  // A Service notes its Route on the Configuration before it makes the Route, and makes it again when somebody deletes it.
  const comes = ({ metadata }: KubeObject): boolean => !route && metadata?.labels?.[SERVICE_LABEL] === name;
  for (const revision of distinct([...observed.marked.revisions, ...named.revisions])) {
    if (comes(revision)) continue;
    const routes = routesAfter(revision, name, isAmong(named.revisions, revision), settled);
    if (routes === undefined) continue;
    const annotations: Record<string, string | null> = { [ROUTES_ANNOTATION]: routes || null };
    const state = routes ? 'active' : 'reserve';
    const labels = revision.metadata?.labels?.[ROUTING_STATE_LABEL] === state ? undefined : { [ROUTING_STATE_LABEL]: state };
    if (labels) annotations[ROUTING_STATE_MODIFIED_ANNOTATION] = timestamp(now);
    actions.push(patch(revisions, revision, { annotations, ...(labels ? { labels } : {}) }));
  }
  for (const configuration of distinct([...observed.marked.configurations, ...named.configurations])) {
    if (comes(configuration)) continue;
    const routes = routesAfter(configuration, name, isAmong(named.configurations, configuration), settled);
    if (routes !== undefined) actions.push(patch(configurations, configuration, { annotations: { [ROUTES_ANNOTATION]: routes || null } }));
  }
  return { actions };
}

/** What the Route names, or will name as soon as it is ready. */
function namedBy({ route, sources }: ObservedRouting): { revisions: Revision[]; configurations: Configuration[] } {
  const named: { revisions: Revision[]; configurations: Configuration[] } = { revisions: [], configurations: [] };
  for (const target of [...(route?.status?.traffic ?? []), ...(route?.spec.traffic ?? [])]) {
    let configurationName = target.configurationName;
    if (target.revisionName) {
      const revision = sources.revision(target.revisionName);
      if (!revision) continue;
      named.revisions.push(revision);
      const owner = controllerOf(revision);
      if (owner?.kind === 'Configuration') configurationName = owner.name;
    }
    const configuration = configurationName === undefined ? undefined : sources.configuration(configurationName);
    if (!configuration) continue;
    named.configurations.push(configuration);
    const latest = configuration.status?.latestCreatedRevisionName;
    const created = latest && target.latestRevision === true ? sources.revision(latest) : undefined;
    if (created) named.revisions.push(created);
  }
  return named;
}

function distinct<T extends KubeObject>(objects: readonly T[]): T[] {
  return [...new Map(objects.map((o) => [o.metadata?.name, o])).values()];
}

function isAmong(objects: readonly KubeObject[], object: KubeObject): boolean {
  return objects.some((o) => o.metadata?.name === object.metadata?.name);
}

/** The annotation as it should become ('' is none); undefined when it, and the state that follows from it, are right already. */
function routesAfter(object: Revision | Configuration, route: string, isNamed: boolean, settled: boolean): string | undefined {
  const before = namesIn(object.metadata?.annotations?.[ROUTES_ANNOTATION]);
  const has = before.includes(route);
  if (isNamed && !has) return namesToAnnotation([...before, route]);
  if (!isNamed && has && settled) return namesToAnnotation(before.filter((name) => name !== route));
  const stateIsPending =
    isNamed && has && 'spec' in object && 'containers' in object.spec && object.metadata?.labels?.[ROUTING_STATE_LABEL] !== 'active';
  return stateIsPending ? namesToAnnotation(before) : undefined;
}

function patch(
  kind: typeof revisions | typeof configurations,
  object: Revision | Configuration,
  metadata: Record<string, unknown>,
): Action {
  const { name = '', namespace, resourceVersion } = object.metadata ?? {};
  return { do: 'patch', kind, namespace, name, body: { metadata: { ...metadata, resourceVersion } } };
}
