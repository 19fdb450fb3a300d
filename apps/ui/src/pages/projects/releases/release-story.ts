import type { TideMark, TidePoint } from '@tidegate/ui-kit';
import type { ReleaseDetailFragment } from '../../../api/generated/documents';

type Event = ReleaseDetailFragment['history'][number];

/** What a release's history says, as a line with marks. */
export interface Story {
  points: TidePoint[];
  marks: TideMark[];
  /** Epoch milliseconds. */
  from: number;
  to: number;
}

const TONES: Readonly<Record<string, TideMark['tone']>> = {
  Promoted: 'good',
  Promoting: 'good',
  RolledBack: 'bad',
  RollingBack: 'bad',
  Superseded: 'bad',
  Holding: 'wait',
  Held: 'wait',
  Hold: 'wait',
  Paused: 'wait',
};

/** Room behind the last change, so that its rise is seen. */
const TAIL_SHARE = 0.04;

export function tellStory(
  release: Pick<ReleaseDetailFragment, 'history' | 'startedAt' | 'endedAt' | 'weight' | 'finished'>,
  now: number,
): Story {
  const events = release.history.map((event) => ({ ...event, time: Date.parse(event.at) }));
  const from = release.startedAt === null ? (events[0]?.time ?? now) : Date.parse(release.startedAt);
  const points: TidePoint[] = [{ at: from, weight: 0 }];
  for (const { time, weight } of events) if (weight !== null && weight !== points.at(-1)?.weight) points.push({ at: time, weight });
  const end = release.finished && release.endedAt !== null ? Math.max(Date.parse(release.endedAt), events.at(-1)?.time ?? 0) : now;
  if (points.at(-1)?.weight !== release.weight) points.push({ at: end, weight: release.weight });
  const marks = events.map(({ time, reason, text }) => ({
    at: time,
    weight: weightFrom(points, time),
    tone: TONES[reason] ?? 'tide',
    text,
  }));
  return { points, marks, from, to: Math.max(end + (end - from) * (release.finished ? TAIL_SHARE : 0), from + 1000) };
}

function weightFrom(points: readonly TidePoint[], at: number): number {
  return points.findLast((p) => p.at <= at)?.weight ?? 0;
}

/** The newest event up to a moment. */
export function eventAt(history: readonly Event[], at: number): Event | undefined {
  return history.findLast((e) => Date.parse(e.at) <= at);
}
