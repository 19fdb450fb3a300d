import { createHmac } from 'node:crypto';

/**
 * The token of one version's cohort: HMAC-SHA256 over release and version, 128 bits as hex. It stays the same for the
 * whole release, cannot be guessed by a client that wants the other version, and means nothing in the next release.
 */
export function cohortToken(key: string, release: string, version: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([release, version]))
    .digest('hex')
    .slice(0, 32);
}
