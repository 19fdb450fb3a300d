import type { Subject, VersionSecond } from './signals.js';

/** What one version answered over a window, all rules but copies together. */
export interface VersionTotals extends Pick<VersionSecond, 'requests' | 'failed' | 'latency'> {
  version: string;
  /** Open at this moment, held ones included. */
  open: number;
  oldestOpenMs: number;
}

/** A Service with traffic in the window, or with open requests. */
export interface ServiceTotals extends Subject {
  versions: readonly VersionTotals[];
}

/** Requests of one caller to one version over a window. */
export interface CallerTotals extends Subject, Pick<VersionSecond, 'requests' | 'failed' | 'latency'> {
  version: string;
  /** The proxy that passed them on. */
  proxy: string;
  /** The address that was dialled; on a loopback platform it names the caller too. '' when it is not known. */
  dialled: string;
}

export interface TrafficWindow {
  /** Closed seconds that the totals are of; less than asked for after a start. 0: nothing is known yet. */
  seconds: number;
  services: readonly ServiceTotals[];
  callers: readonly CallerTotals[];
}

/** The traffic of all Services at once, for lists and maps. Implemented by telemetry. */
export interface Traffic {
  /** Over the newest closed seconds: at most 60. Callers are counted in spans of ten seconds, so theirs may reach up to ten seconds further. */
  window(seconds: number): Promise<TrafficWindow>;
}
