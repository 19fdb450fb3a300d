import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const COOKIE = 'tidegate-session';
const SESSION_MS = 12 * 3600 * 1000;

function equal(a: string, b: string): boolean {
  // Digests have equal lengths, so the comparison takes the same time whatever was sent.
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/**
 * Sign-in of the embedded platform: whoever knows the instance's token is its administrator. A browser changes the token
 * for a signed cookie at once, so that it does not stay in addresses; programs send it as a bearer token.
 */
export class Sessions {
  private readonly key = randomBytes(32);

  constructor(
    private readonly token: string,
    private readonly now: () => number,
  ) {}

  tokenIsRight(token: string): boolean {
    return equal(token, this.token);
  }

  /** A Set-Cookie value. */
  open(): string {
    const until = String(this.now() + SESSION_MS);
    return `${COOKIE}=${until}.${this.sign(until)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1000}`;
  }

  /** Whether a request's headers carry a live session or the token itself. */
  isSignedIn(headers: { cookie?: string | undefined; authorization?: string | undefined }): boolean {
    const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return this.tokenIsRight(bearer);
    const cookie = new RegExp(`(?:^|;\\s*)${COOKIE}=(\\d{1,15})\\.([A-Za-z0-9_-]{43})(?:;|$)`).exec(headers.cookie ?? '');
    return cookie?.[1] !== undefined && cookie[2] !== undefined && equal(cookie[2], this.sign(cookie[1])) && Number(cookie[1]) > this.now();
  }

  private sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}
