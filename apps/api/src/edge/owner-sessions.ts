import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const SESSION_MS = 12 * 3600 * 1000;

function equal(a: string, b: string): boolean {
  // Digests have equal lengths, so the comparison takes the same time whatever was sent.
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/**
 * Sign-in without a database: whoever knows the instance's token is its owner. A browser changes the token
 * for a signed cookie at once, so that it does not stay in addresses; programs send it as a bearer token.
 */
export class OwnerSessions {
  /** From the token, so that sessions outlive a restart of the process and end with the token. */
  private readonly key: Buffer;

  /** `port` is in the cookie's name: browsers give cookies of one host to all its ports, and two instances must not sign each other out. */
  constructor(
    private readonly token: string,
    private readonly now: () => number,
    private readonly port: () => number,
  ) {
    this.key = createHmac('sha256', token).update('tidegate session').digest();
  }

  tokenIsRight(token: string): boolean {
    return equal(token, this.token);
  }

  /** A Set-Cookie value. */
  open(): string {
    const until = String(this.now() + SESSION_MS);
    return `${this.cookie()}=${until}.${this.sign(until)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1000}`;
  }

  /** Whether a request's headers carry a live session or the token itself. */
  isSignedIn(headers: { cookie?: string | undefined; authorization?: string | undefined }): boolean {
    const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return this.tokenIsRight(bearer);
    const cookie = new RegExp(`(?:^|;\\s*)${this.cookie()}=(\\d{1,15})\\.([A-Za-z0-9_-]{43})(?:;|$)`).exec(headers.cookie ?? '');
    return cookie?.[1] !== undefined && cookie[2] !== undefined && equal(cookie[2], this.sign(cookie[1])) && Number(cookie[1]) > this.now();
  }

  private cookie(): string {
    return `tidegate-session-${this.port()}`;
  }

  private sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}
