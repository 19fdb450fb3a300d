/**
 * A page of another site can make a browser call 127.0.0.1. Requests must name this server (else a foreign name was bound to the
 * loopback), and requests of browsers must come from its own pages.
 */
export function originIsForeign(
  headers: { host?: string | undefined; origin?: string | undefined },
  port: number,
  hosts: readonly string[] = [],
): boolean {
  const own = new Set([...hosts, `127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
  if (!own.has(headers.host ?? '')) return true;
  if (headers.origin === undefined) return false;
  return !own.has(headers.origin.replace(/^https?:\/\//, ''));
}
