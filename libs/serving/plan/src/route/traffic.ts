import {
  CONFIGURATION_LABEL,
  SERVICE_LABEL,
  conditionOf,
  readinessOf,
  type Configuration,
  type Finding,
  type Revision,
  type Route,
  type TrafficTarget,
} from '@tidegate/serving-contract';
import { isFalse, isUnknown } from '../findings.js';

/** One target, with the Revision that it means now. */
export interface RevisionTarget {
  /** '' has no tag. */
  tag: string;
  revision: Revision;
  revisionName: string;
  configurationName: string;
  latestRevision: boolean;
  percent: number;
}

export interface Traffic {
  /** What answers at each host: '' is the Route's own, the others are tags. Each Revision once; the percentages of each make 100. */
  hosts: ReadonlyMap<string, readonly RevisionTarget[]>;
  /** The targets as they are told in status. */
  targets: readonly RevisionTarget[];
}

export interface TrafficSources {
  configuration(name: string): Configuration | undefined;
  revision(name: string): Revision | undefined;
}

const ASSIGNED = 'AllTrafficAssigned';

/** Every target resolved to a Revision that is ready, or the one thing that is told about those that are not: failures before waiting. */
export function resolveTraffic(route: Route, sources: TrafficSources): Traffic | Finding {
  const resolved = (route.spec.traffic ?? []).map((target) => resolveTarget(route, target, sources));
  const problems = resolved.filter((r): r is Finding => 'status' in r);
  const problem = problems.filter((p) => p.status === 'False').at(-1) ?? problems[0];
  if (problem) return problem;
  const targets = resolved.filter((r): r is RevisionTarget => !('status' in r));
  const hosts = new Map([['', consolidated(targets)]]);
  for (const tag of new Set(targets.map((t) => t.tag))) if (tag !== '') hosts.set(tag, consolidated(targets.filter((t) => t.tag === tag)));
  return { hosts, targets: merged(targets, (t) => `${t.tag}/${t.revisionName}/${t.latestRevision}`) };
}

function resolveTarget(route: Route, target: TrafficTarget, sources: TrafficSources): RevisionTarget | Finding {
  const { tag = '', percent = 0, latestRevision = target.revisionName === undefined } = target;
  if (target.revisionName) {
    const revision = sources.revision(target.revisionName);
    if (!revision) return missing('Revision', target.revisionName);
    const stranger = notOfService(route, revision);
    if (stranger) return stranger;
    if (readinessOf(revision) !== 'True') return revisionNotReady(revision);
    const configurationName = revision.metadata?.labels?.[CONFIGURATION_LABEL] ?? '';
    if (configurationName && !sources.configuration(configurationName)) return missing('Configuration', configurationName);
    return { tag, percent, latestRevision, revision, revisionName: target.revisionName, configurationName };
  }
  const configurationName = target.configurationName ?? '';
  const configuration = sources.configuration(configurationName);
  if (!configuration) return missing('Configuration', configurationName);
  const latest = configuration.status?.latestReadyRevisionName;
  if (!latest) return configurationNotReady(configuration);
  const revision = sources.revision(latest);
  if (!revision) return missing('Revision', latest);
  if (readinessOf(revision) !== 'True') return revisionNotReady(revision);
  return { tag, percent, latestRevision, revision, revisionName: latest, configurationName };
}

function missing(kind: 'Revision' | 'Configuration', name: string): Finding {
  return isFalse(ASSIGNED, `${kind}Missing`, `${kind} "${name}" referenced in traffic not found.`);
}

/** A Service's Route leads to the Service's own Revisions; one without a Service to any of its namespace. */
function notOfService(route: Route, revision: Revision): Finding | undefined {
  const [wanted, has] = [route, revision].map((o) => o.metadata?.labels?.[SERVICE_LABEL] ?? '');
  if (!wanted || wanted === has) return undefined;
  const name = revision.metadata?.name;
  const whose = has ? `belongs to Service "${has}", not Service "${wanted}"` : `does not belong to Service "${wanted}"`;
  return isFalse(ASSIGNED, 'RevisionNotOwned', `Revision "${name}" ${whose}.`);
}

function revisionNotReady(revision: Revision): Finding {
  const name = revision.metadata?.name;
  const failed = conditionOf(revision.status?.conditions, 'Ready')?.status === 'False';
  return failed
    ? isFalse(ASSIGNED, 'RevisionMissing', `Revision "${name}" failed to become ready.`)
    : isUnknown(ASSIGNED, 'RevisionMissing', `Revision "${name}" is not yet ready.`);
}

function configurationNotReady(configuration: Configuration): Finding {
  const name = configuration.metadata?.name;
  const failed = conditionOf(configuration.status?.conditions, 'Ready')?.status === 'False';
  return failed
    ? isFalse(ASSIGNED, 'RevisionMissing', `Configuration "${name}" does not have any ready Revision.`)
    : isUnknown(ASSIGNED, 'RevisionMissing', `Configuration "${name}" is waiting for a Revision to become ready.`);
}

/** One entry for each Revision; a single one gets everything, as a tag's host does. */
function consolidated(targets: readonly RevisionTarget[]): RevisionTarget[] {
  const found = merged(targets, (t) => t.revisionName);
  const [only] = found;
  return only && found.length === 1 ? [{ ...only, percent: 100 }] : found;
}

function merged(targets: readonly RevisionTarget[], keyOf: (target: RevisionTarget) => string): RevisionTarget[] {
  const found = new Map<string, RevisionTarget>();
  for (const target of targets) {
    const key = keyOf(target);
    const known = found.get(key);
    found.set(key, known ? { ...known, percent: known.percent + target.percent } : target);
  }
  return [...found.values()];
}
