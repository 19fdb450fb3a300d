import { readFile } from 'node:fs/promises';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';

export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root. Debian's own user for it is the natural one; `nobody` is on every system. */
const STAND_INS = ['postgres', 'nobody'];

/**
 * As whom the server runs: whoever runs Tidegate, or as root an unprivileged user that exists. `passwd` is the text of /etc/passwd.
 * Throws DB_EMBEDDED_UNSUPPORTED for a user number without a name, which PostgreSQL cannot run under.
 */
export function chooseServerUser(passwd: string, uid: number): ServerUser {
  const users = passwd.split('\n').flatMap((line): ServerUser[] => {
    const [name = '', , id, gid] = line.split(':');
    return id === undefined || gid === undefined ? [] : [{ name, uid: Number(id), gid: Number(gid) }];
  });
  const found = uid === 0 ? STAND_INS.map((name) => users.find((u) => u.name === name)).find((u) => u !== undefined) : users.find((u) => u.uid === uid);
  if (found) return found;
  const because = uid === 0 ? `neither of the users ${STAND_INS.join(' and ')} is in /etc/passwd` : `the user number ${uid} has no name in /etc/passwd`;
  throw new TidegateError(codes.DB_EMBEDDED_UNSUPPORTED, `The embedded PostgreSQL cannot run here: ${because}.`, {
    remedy: `Add a line such as "tidegate:x:${uid === 0 ? 990 : uid}:${uid === 0 ? 990 : uid}::/nonexistent:/usr/sbin/nologin" (as root: with the name postgres), or set DATABASE_URL.`,
  });
}

export const readServerUser = async (uid: number): Promise<ServerUser> => chooseServerUser(await readFile('/etc/passwd', 'utf8'), uid);
