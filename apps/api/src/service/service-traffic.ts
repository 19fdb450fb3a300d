import type { ServiceTotals, VersionTotals } from '@tidegate/signals';
import { quantileMs } from '../release/to-signal-second.js';
import type { ServiceTraffic } from './service.types.js';

/** Which telemetry belongs to a service. */
export interface TrafficSubject {
  namespace: string;
  /** Names that routes know it by. */
  services: readonly string[];
  /** Only this version; all of them when absent. */
  version?: string | undefined;
  /** Whether a version has no pod that could answer: its open requests wait. */
  isAsleep: (version: string) => boolean;
}

/** Null while nothing is known. A service without requests has zeros, and null for what cannot be said of none. */
export function toTraffic({ namespace, services, version, isAsleep }: TrafficSubject, seconds: number, index: ReadonlyMap<string, ServiceTotals>): ServiceTraffic | null {
  if (seconds === 0) return null;
  const versions = services.flatMap((service) => index.get(`${namespace}/${service}`)?.versions ?? []).filter((v) => version === undefined || v.version === version || v.version === '-');
  const sum = (of: (v: VersionTotals) => number): number => versions.reduce((total, v) => total + of(v), 0);
  const requests = sum((v) => v.requests);
  const latency = versions.reduce<number[]>((total, v) => v.latency.map((n, i) => n + (total[i] ?? 0)), []);
  return {
    seconds,
    requests,
    rps: requests / seconds,
    success: requests === 0 ? null : 1 - sum((v) => v.failed) / requests,
    p50Ms: quantileMs(latency, 0.5),
    p99Ms: quantileMs(latency, 0.99),
    open: sum((v) => v.open),
    held: sum((v) => (isAsleep(v.version) ? v.open : 0)),
  };
}
