import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from './rbac.js';

const AUTHENTICATED = 'system:authenticated';
export const TOKEN_ISSUER = 'https://kubernetes.default.svc';
const DEFAULT_TOKEN_S = 3600;
const LONGEST_TOKEN_S = 24 * 3600;

/** An object whose end is the end of a token. */
export interface BoundObject {
  kind: 'Pod' | 'Secret' | 'Node';
  name: string;
  uid: string;
}

interface TokenClaims {
  iss: string;
  sub: string;
  aud: string[];
  exp: number;
  iat: number;
  nbf: number;
  jti: string;
  'kubernetes.io': {
    namespace: string;
    serviceaccount: { name: string; uid: string };
    pod?: { name: string; uid: string };
    secret?: { name: string; uid: string };
    node?: { name: string; uid: string };
  };
}

export interface IssuedToken {
  token: string;
  expiresAtMs: number;
}

export interface TokenOrder {
  namespace: string;
  name: string;
  uid: string;
  seconds?: number | undefined;
  /** For whom; default this API. */
  audiences?: readonly string[] | undefined;
  bound?: BoundObject | undefined;
}

/** Whether the object that a token names is still the same one. */
export type StillThere = (kind: 'ServiceAccount' | BoundObject['kind'], namespace: string, name: string) => string | undefined;

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
    /** uid of an object that exists; another one ends the tokens that name it. */
    private readonly uidOf: StillThere,
  ) {
    const file = path.join(folder, 'tokens.key');
    if (!existsSync(file)) {
      writeFileSync(`${file}.tmp`, randomBytes(32), { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
    }
    this.key = readFileSync(file);
  }

  issue({ namespace, name, uid, seconds = DEFAULT_TOKEN_S, audiences, bound }: TokenOrder): IssuedToken {
    const now = Math.floor(this.nowMs() / 1000);
    const exp = now + Math.min(Math.max(600, seconds), LONGEST_TOKEN_S);
    const claims: TokenClaims = {
      iss: TOKEN_ISSUER,
      sub: `system:serviceaccount:${namespace}:${name}`,
      aud: audiences?.length ? [...audiences] : [TOKEN_ISSUER],
      exp,
      iat: now,
      nbf: now,
      jti: randomUUID(),
      'kubernetes.io': {
        namespace,
        serviceaccount: { name, uid },
        ...(bound ? { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } } : {}),
      },
    };
    const text = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64(claims)}`;
    return { token: `${text}.${this.sign(text)}`, expiresAtMs: exp * 1000 };
  }

  /** The user of a token that is for this API. */
  read(token: string): UserInfo | undefined {
    return this.review(token, [TOKEN_ISSUER])?.user;
  }

  /** The user of a token for any of these audiences, and which of them it is for. */
  review(token: string, audiences: readonly string[]): { user: UserInfo; audiences: string[] } | undefined {
    const at = token.lastIndexOf('.');
    const text = token.slice(0, at);
    if (at < 0 || !equal(token.slice(at + 1), this.sign(text))) return undefined;
    const claims = JSON.parse(Buffer.from(text.slice(text.indexOf('.') + 1), 'base64url').toString('utf8')) as TokenClaims;
    const common = audiences.filter((audience) => claims.aud.includes(audience));
    if (common.length === 0 || claims.exp * 1000 < this.nowMs() || !this.isAlive(claims)) return undefined;
    return { user: userOfClaims(claims), audiences: common };
  }

  private isAlive({ 'kubernetes.io': { namespace, serviceaccount, pod, secret, node } }: TokenClaims): boolean {
    const isSame = (kind: Parameters<StillThere>[0], named: { name: string; uid: string } | undefined): boolean =>
      named === undefined || this.uidOf(kind, namespace, named.name) === named.uid;
    return isSame('ServiceAccount', serviceaccount) && isSame('Pod', pod) && isSame('Secret', secret) && isSame('Node', node);
  }

  private sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}

function userOfClaims({ sub, jti, 'kubernetes.io': { namespace, serviceaccount, pod, node } }: TokenClaims): UserInfo {
  const named = (what: string, object: { name: string; uid: string } | undefined): Record<string, string[]> =>
    object ? { [`authentication.kubernetes.io/${what}-name`]: [object.name], [`authentication.kubernetes.io/${what}-uid`]: [object.uid] } : {};
  return {
    name: sub,
    groups: accountGroups(namespace),
    uid: serviceaccount.uid,
    // Tokens of an earlier version have no number.
    extra: { ...(jti ? { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] } : {}), ...named('pod', pod), ...named('node', node) },
  };
}

function accountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED];
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
  // Node joins repeated headers with a comma; names of groups hold none.
  const several = (value: string | string[] | undefined): string[] =>
    (Array.isArray(value) ? value : (value ?? '').split(',')).map((item) => item.trim()).filter((item) => item !== '');
  const name = one('impersonate-user');
  if (name === undefined) return undefined;
  const groups = several(headers['impersonate-group']);
  const uid = one('impersonate-uid');
  const account = /^system:serviceaccount:([^:]+):/.exec(name);
  const extra = Object.fromEntries(
    Object.entries(headers)
      .filter(([header]) => header.startsWith('impersonate-extra-'))
      .map(([header, value]) => [decodeURIComponent(header.slice('impersonate-extra-'.length)), several(value)]),
  );
  return {
    name,
    groups: account && groups.length === 0 ? accountGroups(account[1] ?? '') : [...groups.filter((g) => g !== AUTHENTICATED), AUTHENTICATED],
    ...(uid ? { uid } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}
