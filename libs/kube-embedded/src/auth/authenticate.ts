import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from './rbac.js';

const AUTHENTICATED = 'system:authenticated';
const ISSUER = 'https://kubernetes.default.svc';
const DEFAULT_TOKEN_S = 3600;
const LONGEST_TOKEN_S = 24 * 3600;

interface TokenClaims {
  iss: string;
  sub: string;
  aud: string[];
  exp: number;
  iat: number;
  'kubernetes.io': { namespace: string; serviceaccount: { name: string; uid: string } };
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function equal(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/** Service account tokens: JWTs that only this instance can make and read (HMAC; nobody else verifies them). */
export class ServiceAccountTokens {
  private readonly key: Buffer;

  constructor(
    folder: string,
    private readonly nowMs: () => number,
    /** uid of a service account that exists; undefined ends its tokens. */
    private readonly uidOf: (namespace: string, name: string) => string | undefined,
  ) {
    const file = path.join(folder, 'tokens.key');
    if (!existsSync(file)) {
      writeFileSync(`${file}.tmp`, randomBytes(32), { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
    }
    this.key = readFileSync(file);
  }

  issue(namespace: string, name: string, uid: string, seconds = DEFAULT_TOKEN_S): { token: string; expiresAtMs: number } {
    const now = Math.floor(this.nowMs() / 1000);
    const exp = now + Math.min(Math.max(600, seconds), LONGEST_TOKEN_S);
    const claims: TokenClaims = {
      iss: ISSUER,
      sub: `system:serviceaccount:${namespace}:${name}`,
      aud: [ISSUER],
      exp,
      iat: now,
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
    };
    const text = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64(claims)}`;
    return { token: `${text}.${this.sign(text)}`, expiresAtMs: exp * 1000 };
  }

  read(token: string): UserInfo | undefined {
    const at = token.lastIndexOf('.');
    const text = token.slice(0, at);
    if (at < 0 || !equal(token.slice(at + 1), this.sign(text))) return undefined;
    const claims = JSON.parse(Buffer.from(text.slice(text.indexOf('.') + 1), 'base64url').toString('utf8')) as TokenClaims;
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    if (claims.exp * 1000 < this.nowMs() || this.uidOf(namespace, serviceaccount.name) !== serviceaccount.uid) return undefined;
    return {
      name: claims.sub,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
      uid: serviceaccount.uid,
    };
  }

  private sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}

/** Whom a connection's certificate names: reading it costs more than many a request. */
const usersOfConnections = new WeakMap<TLSSocket, UserInfo>();

/** The user of a client certificate: CN, and groups from O. Undefined without a certificate of our authority. */
export function userOfCertificate(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined;
  const known = usersOfConnections.get(socket);
  if (known) return known;
  const { subject } = socket.getPeerCertificate();
  if (!subject?.CN) return undefined;
  const groups = subject.O === undefined ? [] : Array.isArray(subject.O) ? subject.O : [subject.O];
  const user = { name: String(subject.CN), groups: [...groups, AUTHENTICATED] };
  usersOfConnections.set(socket, user);
  return user;
}

export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** Whom a request wants to be, from the Impersonate- headers; undefined without them. `Impersonate-Group` may be repeated. */
export function impersonated(headers: Record<string, string | string[] | undefined>): UserInfo | undefined {
  const one = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const name = one('impersonate-user');
  if (name === undefined) return undefined;
  const raw = headers['impersonate-group'];
  // Node joins repeated headers with a comma; group names hold none.
  const groups = (Array.isArray(raw) ? raw : (raw ?? '').split(',')).map((g) => g.trim()).filter((g) => g !== '');
  const uid = one('impersonate-uid');
  return {
    name,
    groups:
      name.startsWith('system:serviceaccount:') && groups.length === 0
        ? ['system:serviceaccounts', AUTHENTICATED]
        : [...groups.filter((g) => g !== AUTHENTICATED), AUTHENTICATED],
    ...(uid ? { uid } : {}),
  };
}
