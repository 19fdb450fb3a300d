import { isDeepStrictEqual } from 'node:util';
import {
  CHANGED_BY_ANNOTATION,
  DELIVERY_GROUP,
  RELEASE_HISTORY,
  SERVICE_LABEL,
  STRATEGY_FINALIZER,
  STRATEGY_LABEL,
  VERSION_LABEL,
  type Release,
  type ReleaseStatus,
  type StrategyStatus,
} from '@tidegate/delivery-contract';
import { boundedName, versionSlug, type TrafficRouter } from '@tidegate/traffic-router';
import { whyNotPinnable, whyNotReleasable, whyNotRoutable, type Block } from './blocks.js';
import { candidateHash } from './candidate-hash.js';
import { madeWorkload } from './made-workload.js';
import { observedVersion, type Observed, type ObservedWorkload } from './observed.js';
import { planDeletion } from './plan-deletion.js';
import type { Action, Plan } from './plan.js';
import { planRelease, type ReleasePlan } from './plan-release.js';
import { ownerOf, plannedTraffic, type RunningTraffic } from './planned-traffic.js';
import { releasePolicy, toParts, toPercent } from './policy.js';
import { handOn, type ReleaseInput } from './release-input.js';
import { isFinal, isPromotion, isRunning, moment, newestFirst, releaseNumber } from './release-phase.js';
import { handsOff, routeChanges, type RouteChanges } from './route-changes.js';
import { accountFor, strategyStatus } from './strategy-state.js';

/** A running release is looked at this often even when nothing is heard: silence is a fact, too. */
const RUNNING_LOOK_MS = 5_000;

/** Everything to be done for one Strategy and its Releases. Pure: the same observation at the same time gives the same plan. */
export function planStrategy(observed: Observed, router: TrafficRouter, now: number): Plan {
  const { strategy, spec } = observed;
  if (strategy.metadata?.deletionTimestamp !== undefined) return planDeletion(observed, router, now, planRunning);
  if (!(strategy.metadata?.finalizers ?? []).includes(STRATEGY_FINALIZER)) {
    return {
      finding: { reason: 'New', message: 'the Strategy is taken up' },
      actions: [{ do: 'add-finalizer' }],
      urgent: false,
      lookAgainInMs: 0,
    };
  }
  const before = accountFor(strategy.status ?? {}, observed.releases, new Map(), now);
  const blocked = whyNotRoutable(observed, router) ?? whyNotStartable(observed, before);
  if (blocked) return blockedPlan(observed, before, blocked, now);
  if ((spec.sticky || spec.preview) && !observed.keys) {
    const secret = keysSecretName(strategy.metadata?.name ?? '');
    return {
      finding: { reason: 'KeysMissing', message: `Secret ${secret} is made` },
      actions: [{ do: 'make-keys', secret }],
      urgent: false,
      lookAgainInMs: 0,
    };
  }
  return planTraffic(observed, router, before, now);
}

export function keysSecretName(strategy: string): string {
  return boundedName(`${strategy}-keys`);
}

/** The first pin needs a version that answers; later the routes stay where they are whatever happens to its pods. */
function whyNotStartable(observed: Observed, status: StrategyStatus): Block | undefined {
  return status.promoted === undefined ? whyNotPinnable(observed, observed.spec.principal) : undefined;
}

function blockedPlan(observed: Observed, before: StrategyStatus, block: Block, now: number): Plan {
  const live = { live: false, message: block.message };
  const status = strategyStatus(
    observed,
    before,
    { phase: 'Blocked', candidate: undefined, weight: before.weight ?? 0, block, message: block.message, live },
    now,
  );
  const news = observed.strategy.status?.conditions?.find((c) => c.type === 'Ready')?.reason !== block.reason;
  const actions: Action[] = statusAction(observed, status);
  if (news) actions.push({ do: 'event', on: { kind: 'Strategy' }, reason: 'Blocked', message: block.message });
  return { finding: block, actions, urgent: false };
}

function statusAction(observed: Observed, status: StrategyStatus): Action[] {
  return isDeepStrictEqual(plain(observed.strategy.status ?? {}), plain(status)) ? [] : [{ do: 'write-strategy-status', status }];
}

/** As it comes back from the API: without undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

interface Pinned {
  status: StrategyStatus;
  promoted: string;
  block?: Block;
  events: Action[];
}

/** spec.principal, changed by hand while nothing runs, moves all traffic; as soon as that version can answer. */
function pin(observed: Observed, status: StrategyStatus): Pinned {
  const { principal } = observed.spec;
  if (status.promoted !== undefined && status.principalSpec === principal) return { status, promoted: status.promoted, events: [] };
  if (status.promoted === principal) return { status: { ...status, principalSpec: principal }, promoted: principal, events: [] };
  const block = whyNotPinnable(observed, principal);
  if (block && status.promoted !== undefined) return { status, promoted: status.promoted, block, events: [] };
  const event: Action = {
    do: 'event',
    on: { kind: 'Strategy' },
    reason: 'TrafficPinned',
    message: `All requests go to ${principal}, as spec.principal says`,
  };
  return { status: { ...status, promoted: principal, principalSpec: principal }, promoted: principal, events: [event] };
}

function planTraffic(observed: Observed, router: TrafficRouter, before: StrategyStatus, now: number): Plan {
  const active = activeRelease(observed);
  if (active) return planRunning(observed, router, before, active, now);
  const pinned = pin(observed, before);
  const service = observed.service;
  if (!service) throw new Error('a routable Strategy has a Service');
  const changes = routeChanges(observed, router, plannedTraffic(observed, service, pinned.promoted));
  const hands = handsOff(observed);
  const start =
    hands === undefined ? startRelease(observed, pinned) : { actions: [], block: { reason: 'TakenOver' as const, message: hands } };
  const block = pinned.block ?? start.block;
  const settled = changes.written && changes.liveness.live;
  const retired = retire(observed, { ...pinned.status, ...start.status }, new Set([pinned.promoted]), settled, now);
  const finding = block ?? { reason: 'Idle', message: `${pinned.promoted} serves all requests` };
  const status = strategyStatus(
    observed,
    retired.status,
    { phase: 'Idle', weight: 0, block, message: finding.message, live: changes.liveness },
    now,
  );
  const news = block !== undefined && observed.strategy.status?.conditions?.find((c) => c.type === 'Ready')?.reason !== block.reason;
  return {
    finding,
    urgent: false,
    actions: [
      ...(hands === undefined ? changes.apply : []),
      ...pinned.events,
      ...(settled ? changes.remove : []),
      ...start.actions,
      ...retired.actions,
      ...statusAction(observed, status),
      ...(news
        ? [
            {
              do: 'event',
              on: { kind: 'Strategy' },
              reason: block.reason === 'TakenOver' ? 'TakenOver' : 'Blocked',
              message: block.message,
            } as const,
          ]
        : []),
      ...trimHistory(observed),
    ],
    lookAgainInMs: retired.lookAgainInMs,
  };
}

/** Of two that run, the older: the newer waits until it has made room. One that ended is looked at again when a hand is on it. */
function activeRelease(observed: Observed): Release | undefined {
  const byAge = newestFirst(observed.releases);
  const running = byAge.filter(isRunning).at(-1);
  if (running) return running;
  const newest = byAge[0];
  return newest && newHand(newest) ? newest : undefined;
}

function newHand(release: Release): boolean {
  const { hand, unknown } = handOn(release);
  return hand !== undefined || unknown !== undefined;
}

function startRelease(observed: Observed, pinned: Pinned): { actions: Action[]; status?: Partial<StrategyStatus>; block?: Block } {
  const { spec, strategy } = observed;
  if (spec.candidate === undefined) return { actions: [], status: pinned.status.attempted === undefined ? {} : { attempted: undefined } };
  const candidate = observedVersion(observed, spec.candidate);
  const hash = candidateHash(strategy, spec, candidate);
  if (spec.candidate === pinned.promoted || hash === undefined || hash === pinned.status.attempted) return { actions: [] };
  const block = whyNotReleasable(observed, pinned.promoted);
  if (block) return { actions: [], block };
  if (spec.paused || spec.apply === 'Paused')
    return { actions: [], block: { reason: 'Paused', message: `${spec.candidate} waits: the Strategy is paused` } };
  // A copy of an earlier release goes first: its pods are another version under the same name.
  const old = candidate.workload;
  if (old?.owned) return { actions: [{ do: 'remove-workload', kind: old.kind, name: old.name, uid: old.uid }] };
  if (old === undefined && candidate.pods > 0) return { actions: [] };
  const number = Math.max(pinned.status.releases ?? 0, ...observed.releases.map(releaseNumber)) + 1;
  const release = newRelease(observed, pinned.promoted, spec.candidate, hash, number);
  const name = release.metadata?.name ?? '';
  return {
    actions: [
      { do: 'create-release', release },
      {
        do: 'event',
        on: { kind: 'Strategy' },
        reason: 'ReleaseStarted',
        message: `Release ${name}: ${pinned.promoted} to ${spec.candidate}`,
      },
    ],
    status: { attempted: hash, releases: number, release: name },
  };
}

function newRelease(observed: Observed, principal: string, candidate: string, hash: string, number: number): Release {
  const strategy = observed.strategy.metadata?.name ?? '';
  const startedBy = observed.strategy.metadata?.annotations?.[CHANGED_BY_ANNOTATION];
  return {
    apiVersion: `${DELIVERY_GROUP}/v1alpha1`,
    kind: 'Release',
    metadata: {
      name: `${boundedName(`${strategy}-${versionSlug(candidate)}`)}-${number}`,
      namespace: observed.strategy.metadata?.namespace,
      labels: { [STRATEGY_LABEL]: strategy, [SERVICE_LABEL]: observed.spec.service, [VERSION_LABEL]: candidate },
      ownerReferences: [ownerOf(observed)],
    },
    spec: {
      strategy,
      service: observed.spec.service,
      principal,
      candidate,
      candidateHash: hash,
      policy: observed.spec,
      ...(startedBy === undefined ? {} : { startedBy }),
    },
  };
}

/** One look at the release that runs, and what follows for routes, copies and status. */
export function planRunning(observed: Observed, router: TrafficRouter, known: StrategyStatus, release: Release, now: number): Plan {
  // The Release was written before the Strategy's status: what that would have said is in the Release.
  const before = {
    ...known,
    promoted: known.promoted ?? release.spec.principal,
    principalSpec: known.principalSpec ?? release.spec.policy.principal,
  };
  const service = observed.service;
  const policy = releasePolicy(release.spec.policy);
  const name = release.metadata?.name ?? '';
  const { hand, unknown } = handOn(release);
  const stored = initialStatus(release, hand?.action);
  const isDone = stored.hand !== undefined && stored.hand === hand?.key;
  const first: ReleaseInput = {
    now,
    release,
    policy,
    status: { ...stored, hand: hand === undefined ? undefined : stored.hand },
    candidate: observedVersion(observed, release.spec.candidate),
    principal: observedVersion(observed, release.spec.principal),
    routes: { live: false, written: false, proxies: '', message: `Service ${release.spec.service} does not exist` },
    evidence: observed.evidence?.release === name ? observed.evidence : undefined,
    hand: isDone ? undefined : hand,
    supersededBecause: supersededBecause(observed, release, before),
    strategyDeleted: observed.strategy.metadata?.deletionTimestamp !== undefined,
    held: observed.spec.paused
      ? 'the Strategy says paused'
      : observed.spec.apply === 'Paused'
        ? 'the Strategy says apply: Paused'
        : undefined,
    takenOver: handsOff(observed),
  };
  const promotedBefore = before.promoted;
  const trafficOf = (status: ReleaseInput['status']): RouteChanges | undefined =>
    service && routeChanges(observed, router, plannedTraffic(observed, service, promotedBefore, running(release, status, policy)));
  const current = trafficOf(first.status);
  const planned = isFinal(first.status.phase)
    ? refusedHand(first, hand?.action ?? unknown ?? '')
    : planRelease({ ...first, routes: current ? { ...current.liveness, written: current.written } : first.routes });
  return assemble({ observed, router, before, release, now, first, planned, unknownHand: unknown, handKey: hand?.key, policy });
}

interface Assembly {
  observed: Observed;
  router: TrafficRouter;
  before: StrategyStatus;
  release: Release;
  now: number;
  first: ReleaseInput;
  planned: ReleasePlan;
  unknownHand?: string;
  handKey?: string;
  policy: ReturnType<typeof releasePolicy>;
}

function assemble(a: Assembly): Plan {
  const { observed, router, release, now, planned, policy } = a;
  const name = release.metadata?.name ?? '';
  const status = { ...planned.status, ...(planned.handTaken ? { hand: a.handKey } : {}) };
  const copy = ensureCopy(observed, release, status);
  const released: ReleaseStatus = { ...status, weight: toPercent(status.weight), ...(copy.made ? { made: copy.made } : {}) };
  const after = accountFor(a.before, observed.releases, new Map([[name, released]]), now);
  const ended = isFinal(status.phase);
  const promoted = after.promoted ?? release.spec.principal;
  const changes =
    observed.service &&
    routeChanges(
      observed,
      router,
      plannedTraffic(observed, observed.service, promoted, ended ? undefined : running(release, status, policy)),
    );
  const settled = changes !== undefined && changes.written && changes.liveness.live;
  const inUse = new Set(ended ? [promoted] : [release.spec.principal, release.spec.candidate, promoted]);
  const retired = retire(observed, { ...after, attempted: a.before.attempted ?? release.spec.candidateHash }, inUse, settled && ended, now);
  const live = changes?.liveness ?? { live: false, message: 'there is no route' };
  const shown = {
    phase: ended ? ('Idle' as const) : ('Releasing' as const),
    candidate: ended ? undefined : release.spec.candidate,
    weight: ended ? 0 : toPercent(status.weight),
    release: name,
    message: planned.finding.message,
    live,
  };
  const strategyAfter = strategyStatus(observed, retired.status, shown, now);
  const writes: Action[] = isDeepStrictEqual(plain(release.status ?? {}), plain(released))
    ? []
    : [{ do: 'write-release-status', release: name, status: released }];
  const clears: Action[] =
    planned.handTaken || a.unknownHand !== undefined || a.handKey !== undefined ? [{ do: 'clear-hand', release: name }] : [];
  const refused = refusals(a, planned.handTaken);
  const mayRoute = a.first.takenOver === undefined;
  return {
    finding: planned.finding,
    urgent: planned.urgent,
    actions: [
      ...writes,
      ...copy.actions,
      ...(mayRoute ? (changes?.apply ?? []) : []),
      ...clears,
      ...retired.actions,
      ...statusAction(observed, strategyAfter),
      ...planned.events,
      ...refused,
    ],
    lookAgainInMs: ended ? retired.lookAgainInMs : soonest(now, planned.lookAgainAt),
  };
}

/** A hand that changed nothing is answered, too. */
function refusals({ release, unknownHand, handKey, first }: Assembly, taken: boolean): Action[] {
  const refuse = (message: string): Action[] => [
    { do: 'event', on: { kind: 'Release', name: release.metadata?.name ?? '' }, reason: 'ActionRefused', message },
  ];
  if (taken) return [];
  if (unknownHand !== undefined) return refuse(`"${unknownHand}" is no action; use promote, pause, resume, abort or rollback`);
  const isNew = handKey !== undefined && first.hand !== undefined;
  return isNew ? refuse(`the release is ${first.status.phase}: ${first.hand?.action} changes nothing now`) : [];
}

function soonest(now: number, at: number | undefined): number {
  return at === undefined ? RUNNING_LOOK_MS : Math.max(0, Math.min(RUNNING_LOOK_MS, at - now));
}

function initialStatus(release: Release, action: string | undefined): ReleaseInput['status'] {
  const status = release.status ?? {};
  const phase = status.phase ?? 'Preparing';
  const base = { ...status, phase, step: status.step ?? 0, weight: toParts(status.weight ?? 0) };
  // The way back after a promotion begins from all traffic at the candidate.
  if (phase === 'Promoted' && action === 'rollback') return { ...base, phase: 'Promoting' };
  return base;
}

function refusedHand(input: ReleaseInput, action: string): ReleasePlan {
  const { release, status } = input;
  const message = `the release is ${status.phase}; ${action === 'rollback' ? 'there is nothing to roll back' : `${action} is possible only while it runs`}`;
  const event: Action = { do: 'event', on: { kind: 'Release', name: release.metadata?.name ?? '' }, reason: 'ActionRefused', message };
  return {
    finding: { reason: status.reason ?? '', message: status.message ?? '' },
    status,
    events: [event],
    handTaken: true,
    urgent: false,
  };
}

function running(release: Release, status: ReleaseInput['status'], policy: ReturnType<typeof releasePolicy>): RunningTraffic {
  const planned = policy.steps[Math.min(status.step, policy.steps.length - 1)];
  if (!planned) throw new Error('a release has at least one step');
  return {
    release,
    phase: isPromotion(status) && status.phase !== 'RollingBack' ? 'Promoting' : status.phase,
    step: status.step,
    weight: status.weight,
    planned,
  };
}

function supersededBecause(observed: Observed, release: Release, status: StrategyStatus): string | undefined {
  const { spec, strategy } = observed;
  // Its own end is accounted for already: the way back after a promotion is not a change of mind.
  if (release.status?.phase === 'Promoted') return undefined;
  if (spec.candidate === undefined) return `the candidate was taken out of Strategy ${strategy.metadata?.name}`;
  if (spec.candidate !== release.spec.candidate) return `Strategy ${strategy.metadata?.name} now names ${spec.candidate}`;
  if (status.principalSpec !== undefined && spec.principal !== status.principalSpec && spec.principal !== release.spec.principal) {
    return `spec.principal now names ${spec.principal}`;
  }
  const candidate = observedVersion(observed, release.spec.candidate);
  const missing = candidate.workload === undefined && release.status?.made === undefined && !spec.candidatePatch;
  if (missing || candidateHash(strategy, spec, candidate) === release.spec.candidateHash) return undefined;
  return `${release.spec.candidate} was changed while it was being released`;
}

/** The copy exists while the release needs it; before promotion it gets as many pods as the principal has. */
function ensureCopy(
  observed: Observed,
  release: Release,
  status: ReleaseInput['status'],
): { actions: Action[]; made?: { kind: ObservedWorkload['kind']; name: string } } {
  const { candidatePatch } = release.spec.policy;
  const candidate = observedVersion(observed, release.spec.candidate).workload;
  const principal = observedVersion(observed, release.spec.principal).workload;
  const name = release.metadata?.name ?? '';
  if (status.phase === 'Promoted') {
    return candidate?.owned
      ? { actions: [{ do: 'hand-over-workload', kind: candidate.kind, name: candidate.name, keepOrigin: true }] }
      : { actions: [] };
  }
  if (status.phase === 'RollingBack' || status.phase === 'RolledBack') return { actions: [] };
  if (candidate) {
    const wanted = principal?.replicas ?? 0;
    const grows = candidate.owned && isPromotion(status) && candidate.replicas < wanted;
    return { actions: grows ? [{ do: 'scale-workload', kind: candidate.kind, name: candidate.name, replicas: wanted }] : [] };
  }
  if (!candidatePatch || !principal) return { actions: [] };
  const workload = madeWorkload(principal, candidatePatch, {
    strategy: release.spec.strategy,
    service: release.spec.service,
    release: name,
    candidate: release.spec.candidate,
    owner: ownerOf(observed),
  });
  const madeName = workload.object.metadata?.name ?? '';
  const message = `${release.spec.candidate} is made from ${principal.name} as ${workload.kind} ${madeName}`;
  return {
    actions: [
      { do: 'make-workload', workload },
      { do: 'event', on: { kind: 'Release', name }, reason: 'CandidateMade', message },
    ],
    made: { kind: workload.kind, name: madeName },
  };
}

/** Copies that serve nothing go after scaleDownDelay, once no proxy sends them anything. The user's own workloads stay. */
function retire(
  observed: Observed,
  status: StrategyStatus,
  inUse: ReadonlySet<string>,
  settled: boolean,
  now: number,
): { status: StrategyStatus; actions: Action[]; lookAgainInMs?: number } {
  const delayMs = releasePolicy(observed.spec).scaleDownDelayMs;
  const known = new Map((status.retiring ?? []).map((r) => [r.workload, r]));
  const retiring: NonNullable<StrategyStatus['retiring']> = [];
  const actions: Action[] = [];
  let lookAgainInMs: number | undefined;
  for (const { version, workload } of observed.versions.values()) {
    if (!workload || workload.madeFrom === undefined || inUse.has(version)) continue;
    const entry = known.get(workload.name) ?? { version, workload: workload.name, kind: workload.kind, at: moment(now + delayMs) };
    const leftMs = Date.parse(entry.at) - now;
    retiring.push(entry);
    if (settled && leftMs <= 0) {
      actions.push({ do: 'remove-workload', kind: workload.kind, name: workload.name, uid: workload.uid });
      actions.push({
        do: 'event',
        on: { kind: 'Strategy' },
        reason: 'CandidateRemoved',
        message: `${workload.kind} ${workload.name} (${version}) was made by a release, serves nothing and is removed`,
      });
    } else lookAgainInMs = Math.min(lookAgainInMs ?? Infinity, Math.max(leftMs, settled ? 0 : 1_000));
  }
  return { status: { ...status, retiring: retiring.length === 0 ? undefined : retiring.slice(0, 20) }, actions, lookAgainInMs };
}

function trimHistory(observed: Observed): Action[] {
  return newestFirst(observed.releases)
    .filter((r) => isFinal(r.status?.phase))
    .slice(RELEASE_HISTORY)
    .map((r) => ({ do: 'delete-release', name: r.metadata?.name ?? '' }));
}
