/** Hostnames of the Gateway API: exact, or `*.suffix` for every name below; `undefined` and '*' stand for all. */
export const ANY_HOST = '*';

/** Does `pattern` cover every host that `host` stands for? */
export function hostCovers(pattern: string, host: string): boolean {
  if (pattern === ANY_HOST) return true;
  if (pattern === host) return true;
  if (!pattern.startsWith('*.')) return false;
  const suffix = pattern.slice(1);
  return host !== ANY_HOST && host.length > suffix.length && host.endsWith(suffix);
}

/** The hosts that both have in common, or undefined. The more specific one is the intersection: wildcards are suffixes. */
export function intersectHosts(listenerHost: string, routeHost: string): string | undefined {
  if (hostCovers(listenerHost, routeHost)) return routeHost;
  if (hostCovers(routeHost, listenerHost)) return listenerHost;
  return undefined;
}

/** Hosts of a route at a listener; a route without hostnames takes the listener's. Empty: nothing in common. */
export function hostsAtListener(listenerHost: string, routeHosts: readonly string[]): string[] {
  if (routeHosts.length === 0) return [listenerHost];
  const found = new Set<string>();
  for (const host of routeHosts) {
    const common = intersectHosts(listenerHost, host);
    if (common !== undefined) found.add(common);
  }
  return [...found];
}

/** The most specific of `listenerHosts` that covers `host`: only that listener may answer for it. */
export function mostSpecificCover(listenerHosts: readonly string[], host: string): string | undefined {
  let best: string | undefined;
  for (const candidate of listenerHosts) {
    if (!hostCovers(candidate, host)) continue;
    if (best === undefined || candidate.length > best.length || (best.startsWith('*') && !candidate.startsWith('*'))) best = candidate;
  }
  return best;
}
