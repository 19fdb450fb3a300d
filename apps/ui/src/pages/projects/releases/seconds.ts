import type { SecondFragment } from '../../../api/generated/documents';

export type SignalSecond = SecondFragment;
export type VersionSignal = SecondFragment['versions'][number];

/** Seconds that a page keeps: what the API remembers. */
export const SECONDS_KEPT = 300;
/** Seconds that the numbers of a version sum up. */
export const WINDOW_SECONDS = 10;

/** Both lists in the order of time, each second once, the newest within the bound. */
export function joinSeconds(have: readonly SignalSecond[], more: readonly SignalSecond[]): SignalSecond[] {
  const byTime = new Map([...have, ...more].map((s) => [s.second, s]));
  return [...byTime.values()].sort((a, b) => a.second - b.second).slice(-SECONDS_KEPT);
}

/** What the judge compares: the requests that weight sent, else (mirrored ones, before the first step) the most of them. */
export function comparedSignal(second: SignalSecond, version: string): VersionSignal | undefined {
  const mine = second.versions.filter((v) => v.version === version).sort((a, b) => b.requests - a.requests);
  return mine.find((v) => v.rule === 'weighted') ?? mine[0];
}

/** Seconds around the release that are shown before its start and after its end. */
const AROUND_SECONDS = 20;

/** The seconds that belong to a release, with a little before and after it. Bounds in epoch milliseconds; no end while it runs. */
export function secondsOf(seconds: readonly SignalSecond[], from: number, to = Number.POSITIVE_INFINITY): SignalSecond[] {
  return seconds.filter((s) => s.second >= from / 1000 - AROUND_SECONDS && s.second <= to / 1000 + AROUND_SECONDS);
}

export interface VersionFigures {
  /** Requests per second. */
  rate: number | null;
  /** Share of the Service's requests, 0 to 1. */
  share: number | null;
  /** Share of failed ones, 0 to 1. */
  failed: number | null;
  medianMs: number | null;
  /** The worst p99 of the seconds. */
  slowestMs: number | null;
}

/** The last seconds up to `until` of one version, whatever rule sent the requests. */
export function versionFigures(seconds: readonly SignalSecond[], version: string, until = Number.POSITIVE_INFINITY): VersionFigures {
  const window = seconds.filter((s) => s.second <= until && s.second > Math.min(until, seconds.at(-1)?.second ?? 0) - WINDOW_SECONDS);
  const all = window.flatMap((s) => s.versions);
  const mine = all.filter((v) => v.version === version);
  const requests = sum(mine, (v) => v.requests);
  const total = sum(all, (v) => v.requests);
  const slowest = mine.flatMap((v) => v.p99Ms ?? []);
  const middle = mine.filter((v) => v.p50Ms !== null).toSorted((a, b) => (a.p50Ms ?? 0) - (b.p50Ms ?? 0));
  return {
    rate: window.length === 0 ? null : requests / window.length,
    share: total === 0 ? null : requests / total,
    failed: requests === 0 ? null : sum(mine, (v) => v.failed) / requests,
    medianMs: middle[Math.floor(middle.length / 2)]?.p50Ms ?? null,
    slowestMs: slowest.length === 0 ? null : Math.max(...slowest),
  };
}

function sum<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
