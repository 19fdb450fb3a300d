import type { OwnerReference, Service } from '@tidegate/kube';
import { STRATEGY_LABEL, type Match, type Release, type ReleasePhase } from '@tidegate/delivery-contract';
import {
  cohortToken,
  WHOLE,
  type Cohorts,
  type PreviewPlan,
  type TrafficMatch,
  type TrafficPlan,
  type TrafficPort,
} from '@tidegate/traffic-router';
import { durationMs } from '@tidegate/kernel';
import { observedVersion, type Observed } from './observed.js';
import type { PlannedStep } from './policy.js';

/** The part of a running release that decides where requests go. */
export interface RunningTraffic {
  release: Release;
  phase: ReleasePhase;
  step: number;
  /** Parts of WHOLE. */
  weight: number;
  planned: PlannedStep;
}

export function trafficPorts(service: Service): TrafficPort[] {
  return (service.spec?.ports ?? []).map(({ name, port, protocol, appProtocol, targetPort }) => ({
    name,
    port,
    protocol,
    appProtocol,
    targetPort,
  }));
}

export function ownerOf(observed: Observed): OwnerReference {
  const { apiVersion = 'delivery.tidegate.dev/v1alpha1', kind = 'Strategy', metadata } = observed.strategy;
  return { apiVersion, kind, name: metadata?.name ?? '', uid: metadata?.uid ?? '', controller: true, blockOwnerDeletion: false };
}

/** Where every request of the Service goes: with no release running, all to the promoted version, by name. */
export function plannedTraffic(observed: Observed, service: Service, promoted: string, running?: RunningTraffic): TrafficPlan {
  const base = {
    namespace: observed.strategy.metadata?.namespace ?? '',
    service: service.metadata?.name ?? '',
    selector: service.spec?.selector ?? {},
    ports: trafficPorts(service),
    owner: ownerOf(observed),
    labels: { [STRATEGY_LABEL]: observed.strategy.metadata?.name ?? '' },
  };
  const pinned = (version: string): TrafficPlan => ({ ...base, versions: [version], weights: [{ version, weight: WHOLE }], matched: [] });
  if (!running) return pinned(promoted);
  const { principal, candidate } = running.release.spec;
  const candidateIsUp = observedVersion(observed, candidate).ready > 0;
  // A version without a ready pod is named nowhere, unless it has requests already and the other has no pod either.
  if (!candidateIsUp && running.weight === 0) return pinned(principal);
  const split: TrafficPlan = {
    ...base,
    versions: [principal, candidate],
    weights: [
      { version: principal, weight: WHOLE - running.weight },
      { version: candidate, weight: running.weight },
    ],
    matched: [],
  };
  const leaving =
    running.phase === 'RollingBack' || running.phase === 'Promoting' || running.phase === 'Promoted' || running.phase === 'RolledBack';
  return leaving ? split : { ...split, ...specialTraffic(observed, running) };
}

/** Match rules, cohorts, preview and copies: only while the release is under way. */
function specialTraffic(observed: Observed, running: RunningTraffic): Partial<TrafficPlan> {
  const { policy, candidate } = running.release.spec;
  const { planned } = running;
  return {
    matched: (policy.match ?? []).map((match) => ({ match: toTrafficMatch(match), version: candidate })),
    ...optional('cohorts', cohorts(observed, running)),
    ...optional('preview', preview(observed, running)),
    ...(planned.mirror > 0 ? { mirror: { version: candidate, weight: planned.mirror } } : {}),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  const found: { [P in K]?: V } = {};
  if (value !== undefined) found[key] = value;
  return found;
}

/**
 * The candidate's token lasts for the whole release. The principal's lasts for one step: at the next weight its users draw
 * again, otherwise nobody who came early would ever meet the candidate.
 */
function cohorts(observed: Observed, { release, step, weight }: RunningTraffic): Cohorts | undefined {
  const { sticky } = release.spec.policy;
  const key = observed.keys?.cohort;
  if (!sticky || key === undefined || weight === 0) return undefined;
  const { principal, candidate } = release.spec;
  const name = release.metadata?.uid ?? release.metadata?.name ?? '';
  return {
    by: sticky.header
      ? { header: sticky.header.name }
      : { cookie: sticky.cookie?.name ?? 'tidegate-cohort', maxAgeSeconds: durationMs(sticky.cookie?.maxAge ?? '24h') / 1000 },
    tokens: [
      { version: candidate, token: cohortToken(key, name, candidate) },
      { version: principal, token: cohortToken(key, name, `${principal}/${step}`) },
    ],
  };
}

function preview(observed: Observed, { release }: RunningTraffic): PreviewPlan | undefined {
  const asked = release.spec.policy.preview;
  const secret = observed.keys?.preview;
  if (!asked || secret === undefined) return undefined;
  const namespace = observed.strategy.metadata?.namespace ?? '';
  const host = asked.host && {
    hostname: asked.host.hostname,
    gateway: { name: asked.host.gateway.name, namespace: asked.host.gateway.namespace ?? namespace },
  };
  return { version: release.spec.candidate, header: asked.header, secret, ...(host ? { host } : {}) };
}

function toTrafficMatch(match: Match): TrafficMatch {
  const { headers, cookies, path, query } = match;
  return { ...(headers ? { headers } : {}), ...(cookies ? { cookies } : {}), ...(path ? { path } : {}), ...(query ? { query } : {}) };
}
