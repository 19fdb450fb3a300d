import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Whether this process could listen on the port now, on every address: the test that a listener of Envoy or of a careless program must pass. */
export function canBind(port: number, host = '0.0.0.0'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** First port of the system's own range for outgoing connections; below it nothing is taken by chance. */
export function firstEphemeralPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]) || 32_768;
  } catch {
    return 32_768;
  }
}

/** The lowest port that this user may bind. */
export function firstAllowedPort(uid: number): number {
  if (uid === 0) return 1;
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').trim());
  } catch {
    return 1024;
  }
}
