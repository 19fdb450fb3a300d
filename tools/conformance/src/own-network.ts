import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const MARK = 'TIDEGATE_CONFORMANCE_NETWORK';
const TOOLS = { unshare: '/usr/bin/unshare', ip: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'].find((file) => existsSync(file)) };

/**
 * The suite dials Gateways at the ports of their listeners, 80 and 443 among them, so these have to be free and this user's to bind. As root
 * the whole run therefore gets a network of its own, in which every port is free, and which nothing else sees. Answers the exit code of the
 * run inside; undefined when this process is to do the work itself.
 */
export function runInOwnNetwork(): number | undefined {
  if (process.env[MARK] !== undefined || process.getuid?.() !== 0 || !TOOLS.ip || !existsSync(TOOLS.unshare)) return undefined;
  const script = '"$1" link set lo up && shift && exec "$@"';
  const inside = [process.execPath, ...process.argv.slice(1)];
  const done = spawnSync(TOOLS.unshare, ['--net', '--', '/bin/sh', '-c', script, 'sh', TOOLS.ip, ...inside], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: 'yes' },
  });
  return done.status ?? 1;
}
