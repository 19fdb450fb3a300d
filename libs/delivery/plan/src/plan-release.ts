import { setCondition } from '@tidegate/kube';
import type { EventReason, ReleasePhase } from '@tidegate/delivery-contract';
import { WHOLE } from '@tidegate/traffic-router';
import { neededPods } from './capacity.js';
import { checksFor } from './checks/check-lists.js';
import { principalReplicas } from './checks/ending-checks.js';
import { verdictRecord } from './evidence.js';
import type { Action } from './plan.js';
import { toPercent } from './policy.js';
import { firstFinding, stepOf, type Finding, type ReleaseInput } from './release-input.js';
import { isPromotion, moment } from './release-phase.js';

type Status = ReleaseInput['status'];

export interface ReleasePlan {
  finding: { reason: string; message: string };
  status: Status;
  events: Action[];
  handTaken: boolean;
  urgent: boolean;
  lookAgainAt?: number;
}

/** Steps of the state machine that one look may take: end a pause, advance, move, wait. */
const MOST_FINDINGS = 6;
const HISTORY_LIMIT = 100;
/** How often numbers for people are refreshed in the status, and how often the judge's state is saved. */
const REFRESH_SECONDS = 2;
const CHECKPOINT_SECONDS = 10;

/**
 * One look at a running release.
 *
 *   Preparing ──enough pods──► Progressing ──last step done──► Promoting ──live──► Promoted
 *       ▲  │                    │   ▲  │                           │
 *       │  │     no pods left   │   │  └──suspect, no data, gate──► Holding ──► (as Progressing)
 *       │  └────────────────────┘   └──resume── Paused ◄──pause── (any)
 *       └── any of them ──worse, guardrail, crash, deadline, hand, superseded──► RollingBack ──live──► RolledBack
 */
export function planRelease(first: ReleaseInput): ReleasePlan {
  let input: ReleaseInput = { ...first, status: noteObserved(first) };
  const events: Action[] = [];
  let handTaken = false;
  let urgent = false;
  let finding: Finding | undefined;
  for (let i = 0; i < MOST_FINDINGS; i++) {
    finding = firstFinding(checksFor(input.status.phase, isPromotion(input.status)), input);
    if (!finding) break;
    const before = input.status;
    const event = eventFor(finding, input);
    if (event) events.push(event);
    const usesHand = input.hand !== undefined && ('by' in finding || finding.then === 'refuse-hand');
    const status = noteHistory(applyFinding(finding, input), finding, input);
    handTaken ||= usesHand;
    urgent ||= finding.then === 'roll-back' && before.weight > 0;
    const routes = status.weight === before.weight ? input.routes : { live: false, written: false, proxies: '', message: '' };
    input = { ...input, status, routes, hand: usesHand ? undefined : input.hand };
    if (finding.then === 'wait' || finding.then === 'hold' || finding.then === 'finish') break;
  }
  const settled = finding ?? { then: 'wait' as const, reason: input.status.reason ?? '', message: input.status.message ?? '' };
  return {
    finding: { reason: settled.reason, message: settled.message },
    status: withRecords(input.status, first),
    events,
    handTaken,
    urgent,
    lookAgainAt: 'lookAgainAt' in settled ? settled.lookAgainAt : undefined,
  };
}

/** What the cluster says, before any decision: readiness, liveness. */
function noteObserved(input: ReleaseInput): Status {
  const { now, candidate, routes, status } = input;
  const next: Status = { ...status, startedAt: status.startedAt ?? moment(now), steps: input.policy.steps.length };
  if (candidate.newestReadyAt !== undefined) next.readySince = moment(candidate.newestReadyAt);
  const weight = isPromotion(status) ? WHOLE : stepOf(input).weight;
  const enough = candidate.ready >= neededPods(weight, principalReplicas(input), input.policy.spec.apply);
  next.waitingSince = enough ? undefined : (status.waitingSince ?? moment(now));
  const live = routes.written && routes.live;
  next.live = routes.proxies === '' ? undefined : routes.proxies;
  next.liveSince = live ? (status.liveSince ?? moment(now)) : undefined;
  const reachable = live && candidate.ready > 0 && (status.weight > 0 || stepOf(input).weight === 0);
  next.trafficSince = status.trafficSince ?? (reachable ? moment(now) : undefined);
  return next;
}

function applyFinding(finding: Finding, { status, now }: ReleaseInput): Status {
  const said = { ...status, reason: finding.reason, message: finding.message };
  const at = moment(now);
  switch (finding.then) {
    case 'roll-back':
      return { ...said, phase: 'RollingBack', decision: { reason: finding.decision, message: finding.message, by: finding.by, at } };
    case 'promote':
      return {
        ...said,
        phase: 'Promoting',
        pausedBy: undefined,
        decision: { reason: finding.decision, message: finding.message, by: finding.by, at },
      };
    case 'move':
      return { ...spoken(said, status), weight: finding.weight, weightSince: at, liveSince: undefined };
    case 'advance':
      return { ...said, step: status.step + 1, liveSince: undefined };
    case 'pause':
      return { ...said, phase: 'Paused', pausedBy: finding.by };
    case 'resume':
      return { ...said, phase: 'Progressing', pausedBy: undefined };
    case 'approve':
      return { ...said, approved: status.step };
    case 'refuse-hand':
      return status;
    case 'hold':
      return { ...said, phase: status.phase === 'RollingBack' ? 'RollingBack' : 'Holding' };
    case 'wait':
      return { ...(finding.reason === 'WeightNotLive' ? spoken(said, status) : said), phase: waitingPhase(finding.reason, status) };
    case 'finish':
      return { ...spoken(said, status), phase: status.phase === 'RollingBack' ? 'RolledBack' : 'Promoted', finishedAt: at };
  }
}

/** Once decided, the status says why and not which write is under way. */
function spoken(said: Status, { decision }: Status): Status {
  return decision ? { ...said, reason: decision.reason, message: decision.message } : said;
}

function waitingPhase(reason: string, status: Status): ReleasePhase {
  if (status.phase === 'RollingBack') return 'RollingBack';
  if (reason === 'PausedByHand' || reason === 'StrategyPaused') return 'Paused';
  if (isPromotion(status)) return 'Promoting';
  return reason === 'CandidateNotReady' ? 'Preparing' : 'Progressing';
}

/** Findings that are told once, when they begin. Waiting is not an event: it is the status. */
function eventFor(finding: Finding, { release, status, policy }: ReleaseInput): Action | undefined {
  const isNews = status.reason !== finding.reason;
  const tell = (reason: EventReason, message = finding.message): Action => ({
    do: 'event',
    on: { kind: 'Release', name: release.metadata?.name ?? '' },
    reason,
    message,
  });
  switch (finding.then) {
    case 'roll-back':
      return tell('RollingBack', `${finding.message}; all requests go back to ${release.spec.principal}`);
    case 'promote':
      return tell('Promoting');
    case 'move':
      return tell('WeightChanged', `${finding.message} (step ${status.step + 1} of ${policy.steps.length})`);
    case 'pause':
      return tell('Paused');
    case 'resume':
    case 'approve':
      return tell('Resumed');
    case 'refuse-hand':
      return tell('ActionRefused');
    case 'hold':
      return isNews ? tell(finding.reason === 'TakenOver' ? 'TakenOver' : 'Held') : undefined;
    case 'finish':
      return tell(status.phase === 'RollingBack' ? 'RolledBack' : 'Promoted', `${finding.message}: ${status.decision?.message ?? ''}`);
    case 'wait':
    case 'advance':
      return undefined;
  }
}

const HISTORY_WORDS: Partial<Record<Finding['then'], string>> = {
  'roll-back': 'RollingBack',
  promote: 'Promoting',
  move: 'Weight',
  pause: 'Paused',
  resume: 'Resumed',
  approve: 'Approved',
  finish: 'Finished',
};

function noteHistory(status: Status, finding: Finding, { now, status: before }: ReleaseInput): Status {
  const what = finding.then === 'hold' && before.reason !== finding.reason ? 'Held' : HISTORY_WORDS[finding.then];
  if (what === undefined) return status;
  const by = 'by' in finding ? finding.by : undefined;
  const entry = { at: moment(now), what, weight: toPercent(status.weight), message: finding.message, ...(by === undefined ? {} : { by }) };
  return { ...status, history: [...(status.history ?? []), entry].slice(-HISTORY_LIMIT) };
}

/** Numbers for people every two seconds, the judge's state every ten, and both with every decision. */
function withRecords(status: Status, { evidence, policy, release, status: before, routes, now }: ReleaseInput): Status {
  const decided = status.phase !== before.phase || status.step !== before.step || status.weight !== before.weight;
  const next = withConditions(status, now);
  if (!evidence) return next;
  const second = Math.max(0, evidence.second);
  const verdictChanged = before.verdict?.verdict !== evidence.verdict.kind;
  const refresh = decided || verdictChanged || second - (before.seen?.second ?? -REFRESH_SECONDS) >= REFRESH_SECONDS;
  const save = decided || second - (before.checkpoint?.second ?? -CHECKPOINT_SECONDS) >= CHECKPOINT_SECONDS;
  if (refresh) {
    next.verdict = verdictRecord(evidence, policy.judge, release.spec, {
      weight: toPercent(before.weight),
      proxies: before.live ?? routes.proxies,
    });
    next.exposed = evidence.exposed;
    next.total = evidence.total;
    next.seen = { second, stepRequests: evidence.stepRequests, ...(evidence.lastRequest < 0 ? {} : { lastRequest: evidence.lastRequest }) };
  }
  if (save) next.checkpoint = { second, step: evidence.step, state: JSON.stringify(evidence) };
  return next;
}

function withConditions(status: Status, now: number): Status {
  const { phase, reason = 'Unknown', message = '' } = status;
  const running = phase !== 'Promoted' && phase !== 'RolledBack';
  const moving = running && phase !== 'Paused' && phase !== 'Holding';
  let conditions = setCondition(status.conditions ?? [], { type: 'Progressing', status: moving ? 'True' : 'False', reason, message }, now);
  conditions = setCondition(
    conditions,
    {
      type: 'Promoted',
      status: phase === 'Promoted' ? 'True' : running ? 'Unknown' : 'False',
      reason: status.decision?.reason ?? reason,
      message: status.decision?.message ?? message,
    },
    now,
  );
  const live = status.liveSince !== undefined;
  conditions = setCondition(
    conditions,
    {
      type: 'Live',
      status: live ? 'True' : 'False',
      reason: live ? 'Acknowledged' : 'NotConfirmed',
      message: live ? `live on ${status.live ?? 'the gateway'}` : 'the newest routes are not confirmed',
    },
    now,
  );
  return { ...status, conditions };
}
