import { timestamp } from '@tidegate/kube';
import {
  ROUTES_ANNOTATION,
  ROUTING_STATE_LABEL,
  ROUTING_STATE_MODIFIED_ANNOTATION,
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

export interface ObservedRouting {
  /** Name of the Route; the Route itself when it is there and not going. */
  name: string;
  route?: Route;
  /** All of the namespace. */
  configurations: readonly Configuration[];
  revisions: readonly Revision[];
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
  for (const revision of observed.revisions) {
    const routes = routesAfter(revision, name, named.revisions.has(revision.metadata?.name ?? ''), settled);
    if (routes === undefined) continue;
    const annotations: Record<string, string | null> = { [ROUTES_ANNOTATION]: routes || null };
    const state = routes ? 'active' : 'reserve';
    const labels = revision.metadata?.labels?.[ROUTING_STATE_LABEL] === state ? undefined : { [ROUTING_STATE_LABEL]: state };
    if (labels) annotations[ROUTING_STATE_MODIFIED_ANNOTATION] = timestamp(now);
    actions.push(patch(revisions, revision, { annotations, ...(labels ? { labels } : {}) }));
  }
  for (const configuration of observed.configurations) {
    const routes = routesAfter(configuration, name, named.configurations.has(configuration.metadata?.name ?? ''), settled);
    if (routes !== undefined) actions.push(patch(configurations, configuration, { annotations: { [ROUTES_ANNOTATION]: routes || null } }));
  }
  return { actions };
}

/** What the Route names, or will name as soon as it is ready. */
function namedBy(observed: ObservedRouting): { revisions: Set<string>; configurations: Set<string> } {
  const named = { revisions: new Set<string>(), configurations: new Set<string>() };
  const { route } = observed;
  for (const target of [...(route?.status?.traffic ?? []), ...(route?.spec.traffic ?? [])]) {
    let configurationName = target.configurationName;
    if (target.revisionName) {
      const revision = observed.revisions.find((r) => r.metadata?.name === target.revisionName);
      if (!revision) continue;
      named.revisions.add(target.revisionName);
      const owner = controllerOf(revision);
      if (owner?.kind === 'Configuration') configurationName = owner.name;
    }
    const configuration = observed.configurations.find((c) => c.metadata?.name === configurationName);
    if (!configuration) continue;
    named.configurations.add(configuration.metadata?.name ?? '');
    const latest = configuration.status?.latestCreatedRevisionName;
    if (latest && target.latestRevision === true) named.revisions.add(latest);
  }
  return named;
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
