import type { Traffic } from './traffic.js';

/** How far a Revision has taken over from those before it. Percentages are shares of the whole host's traffic. */
export interface RevisionShare {
  revisionName: string;
  percent: number;
}

/** Times are milliseconds, those of day since the epoch. */
export interface RolloutStep {
  startTime?: number;
  nextStepTime?: number;
  stepDuration?: number;
  stepSize?: number;
}

/** The rollout of one Configuration at one host ('' has no tag). Oldest Revision first; with one Revision nothing is moving. */
export interface ConfigurationRollout {
  configurationName: string;
  tag: string;
  percent: number;
  revisions: RevisionShare[];
  step: RolloutStep;
}

export type Rollout = readonly ConfigurationRollout[];

/** Where "latest" targets would send traffic if it moved at once. */
export function goalOf(traffic: Traffic): Rollout {
  const goals = [...traffic.hosts].flatMap(([tag, targets]) =>
    targets
      .filter((t) => t.latestRevision && t.percent > 0)
      .map(({ configurationName, revisionName, percent }) => ({
        configurationName,
        tag,
        percent,
        revisions: [{ revisionName, percent }],
        step: {},
      })),
  );
  return goals.sort((a, b) => compare(a.tag, b.tag) || compare(a.configurationName, b.configurationName));
}

/**
 * The next state on the way to `goal`:
 *
 *   new Revision ──► 1 % of the traffic ──(live: its time gives the pace)──► a step at each nextStepTime ──► all of it
 *
 * A share of 1 % or less moves at once. `now` is milliseconds since the epoch.
 */
export function stepRollout(goal: Rollout, previous: Rollout | undefined, now: number): Rollout {
  return goal.map((wanted) => {
    const before = previous?.find((p) => p.tag === wanted.tag && p.configurationName === wanted.configurationName);
    return before && wanted.percent > 1 ? stepConfiguration(wanted, before, now) : wanted;
  });
}

/** When the next step is due, in milliseconds since the epoch. */
export function nextStepAt(rollout: Rollout): number | undefined {
  const times = rollout.flatMap((c) => (c.step.nextStepTime === undefined ? [] : [c.step.nextStepTime]));
  return times.length > 0 ? Math.min(...times) : undefined;
}

export function isDone(rollout: Rollout): boolean {
  return rollout.every((c) => c.revisions.length < 2);
}

/**
 * The first percent is live: how long that took is the shortest step, and the rest of `durationSeconds` is divided into as many equal steps
 * as fit, of at least one percent.
 */
export function observeLive(rollout: Rollout, now: number, durationSeconds: number): Rollout {
  return rollout.map((c) => {
    if (c.step.startTime === undefined || c.step.stepDuration !== undefined) return c;
    const shortest = Math.max(1, Math.ceil((now - c.step.startTime) / 1000));
    const duration = Math.max(1, durationSeconds - shortest);
    const remaining = c.percent - 1;
    const steps = Math.min(Math.max(1, duration / shortest), remaining);
    const stepDuration = Math.trunc((duration / steps) * 1000);
    return {
      ...c,
      step: { startTime: c.step.startTime, stepDuration, stepSize: Math.round(remaining / steps), nextStepTime: now + stepDuration },
    };
  });
}

function stepConfiguration(goal: ConfigurationRollout, previous: ConfigurationRollout, now: number): ConfigurationRollout {
  const shares = withPercent(previous, goal.percent);
  const newest = previous.revisions.at(-1)?.revisionName;
  const wanted = goal.revisions[0]?.revisionName ?? '';
  if (newest === undefined || newest === wanted) {
    if (previous.revisions.length < 2 || shares.length === 0) return goal;
    return moveStep({ ...goal, revisions: shares, step: previous.step }, now);
  }
  // The newest of those before gives the first percent: it is drained first.
  const giver = shares.findLastIndex((s) => s.percent > 0);
  const left = shares.map((s, i) => (i === giver ? { ...s, percent: s.percent - 1 } : s)).filter((s) => s.percent > 0);
  return { ...goal, revisions: [...left, { revisionName: wanted, percent: 1 }], step: { startTime: now } };
}

/** Another share for the whole Configuration: the newest gets what is added, the oldest lose what is taken. */
function withPercent({ percent, revisions }: ConfigurationRollout, wanted: number): RevisionShare[] {
  if (wanted >= percent) return revisions.map((r, i) => (i === revisions.length - 1 ? { ...r, percent: r.percent + wanted - percent } : r));
  let taken = percent - wanted;
  const left = revisions.map((r) => {
    const part = Math.min(r.percent, taken);
    taken -= part;
    return { ...r, percent: r.percent - part };
  });
  return left.filter((r) => r.percent > 0);
}

function moveStep(rollout: ConfigurationRollout, now: number): ConfigurationRollout {
  const { stepSize, nextStepTime = 0, stepDuration = 0 } = rollout.step;
  const newest = rollout.revisions.at(-1);
  if (!stepSize || now < nextStepTime || !newest) return rollout;
  let moving = stepSize;
  // From the newest of the older ones backwards.
  const older = rollout.revisions.slice(0, -1).reduceRight<RevisionShare[]>((left, share) => {
    const part = Math.min(share.percent, moving);
    moving -= part;
    return share.percent > part ? [{ ...share, percent: share.percent - part }, ...left] : left;
  }, []);
  const revisions = [...older, { ...newest, percent: Math.min(rollout.percent, newest.percent + stepSize) }];
  return { ...rollout, revisions, step: revisions.length > 1 ? { ...rollout.step, nextStepTime: now + stepDuration } : {} };
}

/** The state as it was kept; undefined when it is not one, which costs no more than a rollout at once. */
export function readRollout(text: string | undefined): Rollout | undefined {
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) && json.every(isConfigurationRollout) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isConfigurationRollout(value: unknown): value is ConfigurationRollout {
  if (!isRecord(value) || !isRecord(value['step']) || !Array.isArray(value['revisions'])) return false;
  const { percent, configurationName, tag, revisions, step } = value;
  if (typeof configurationName !== 'string' || typeof tag !== 'string' || typeof percent !== 'number' || percent > 100) return false;
  if (!Object.values(step).every((v) => typeof v === 'number' && v >= 0) || Number(step['stepSize'] ?? 0) > percent) return false;
  const shares = revisions.map((r: unknown) => (isRecord(r) && typeof r['revisionName'] === 'string' ? Number(r['percent']) : NaN));
  return shares.reduce((sum, s) => sum + s, 0) === percent;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
