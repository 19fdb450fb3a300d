import type { AccessLogEntry } from '@tidegate/telemetry-series';

/** What a bench lets happen, each second. */
export interface BenchTraffic {
  /** Services `s0`, `s1` ... of the project `bench` that call each other; 0 for none. */
  services: number;
  /** Whether the Service `released` is called, in two versions. */
  released: boolean;
}

/** The address that service `n` dials others at, as on a loopback platform. */
export const dialledBy = (n: number): string => `127.77.${Math.floor(n / 250)}.${(n % 250) + 1}`;

/** Who calls whom: from outside to the first, then as a tree of two, and every third service calls one more. */
export function calls(services: number): { from: number | undefined; to: number }[] {
  const tree = Array.from({ length: services }, (_, n) => ({ from: n === 0 ? undefined : Math.floor((n - 1) / 2), to: n }));
  const across = tree.filter(({ to }) => to > 3 && to % 3 === 0).map(({ to }) => ({ from: to - 2, to }));
  return [...tree, ...across];
}

/** All requests that ended in one second. Their numbers change from one second to the next, as real ones do. */
export function entriesOf(second: number, { services, released }: BenchTraffic): AccessLogEntry[] {
  const between = calls(services).flatMap(({ from, to }) =>
    Array.from({ length: 3 + ((second + to) % 4) }, (_, n) => entry(second, n, `bench/s${to}/v1/weighted`, from === undefined ? '' : dialledBy(from))),
  );
  const versions = released ? ['v1', 'v2'] : [];
  const compared = versions.flatMap((version) => Array.from({ length: 20 + (second % 7) }, (_, n) => entry(second, n, `bench/released/${version}/weighted`, '')));
  return [...between, ...compared];
}

function entry(second: number, n: number, route: string, dialled: string): AccessLogEntry {
  const startMs = second * 1000 + 10 * (n % 50);
  const latencyMs = 4 + ((second * 31 + n * 17) % 40);
  const code = (second + n) % 97 === 0 ? 503 : 200;
  return { type: 'end', key: `${route} ${dialled} ${second} ${n}`, route, startMs, durationMs: latencyMs, latencyMs, code, flags: 0, grpcStatus: -1, dialled };
}
