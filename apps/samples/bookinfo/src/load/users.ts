export interface UserOptions {
  /** Each arrival belongs to one of so many users, chosen evenly; at most 1,000,000. */
  count: number;
  /** Header that names the user; default `x-user`. */
  header?: string;
  /** Also sent as a cookie of this name. */
  cookie?: string;
}

export interface UserReport {
  count: number;
  /** Users who got at least one answer or failure. */
  active: number;
  /** Users who were served by a version at least once. */
  metVersion: Record<string, number>;
  /** Users who met at least one failure on purpose. */
  metInjected: number;
  /** Users who met at least one other failure. */
  metFailed: number;
}

const MAX_USERS = 1_000_000;
const MAX_VERSIONS = 32;
const MAX_COOKIES = 8;
const MAX_COOKIE_LENGTH = 4096;

/** Who met what, in one byte per user and version; and the cookies that each user was given, as a browser would keep them. */
export class Users {
  private readonly options: UserOptions;
  private readonly active: Uint8Array;
  private readonly injected: Uint8Array;
  private readonly failed: Uint8Array;
  private readonly versions = new Map<string, Uint8Array>();
  private readonly cookies = new Map<number, Map<string, string>>();

  constructor(options: UserOptions) {
    if (!(Number.isInteger(options.count) && options.count > 0 && options.count <= MAX_USERS)) {
      throw new RangeError(`users.count must be 1 to ${MAX_USERS}, it is ${options.count}`);
    }
    this.options = options;
    this.active = new Uint8Array(options.count);
    this.injected = new Uint8Array(options.count);
    this.failed = new Uint8Array(options.count);
  }

  /** One of the users. `random` is in [0,1). */
  pick(random: number): number {
    return Math.floor(random * this.options.count);
  }

  headersOf(user: number): Record<string, string> {
    const name = `user-${user}`;
    const cookies = [...(this.cookies.get(user) ?? [])];
    if (this.options.cookie) cookies.unshift([this.options.cookie, name]);
    const headers: Record<string, string> = { [this.options.header ?? 'x-user']: name };
    if (cookies.length > 0) headers['cookie'] = cookies.map(([key, value]) => `${key}=${value}`).join('; ');
    return headers;
  }

  /** Keeps name and value of each Set-Cookie line; the first eight of a user. */
  keepCookies(user: number, lines: string[]): void {
    for (const line of lines) {
      const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined || value === undefined || value.length > MAX_COOKIE_LENGTH) continue;
      const jar = this.cookies.get(user) ?? new Map<string, string>();
      if (jar.has(name) || jar.size < MAX_COOKIES) jar.set(name, value);
      this.cookies.set(user, jar);
    }
  }

  met(user: number, version: string | undefined, outcome: 'ok' | 'injected' | 'failed'): void {
    this.active[user] = 1;
    if (outcome === 'injected') this.injected[user] = 1;
    if (outcome === 'failed') this.failed[user] = 1;
    if (version === undefined) return;
    let seen = this.versions.get(version);
    if (!seen && this.versions.size < MAX_VERSIONS) this.versions.set(version, (seen = new Uint8Array(this.options.count)));
    if (seen) seen[user] = 1;
  }

  report(): UserReport {
    return {
      count: this.options.count,
      active: sum(this.active),
      metVersion: Object.fromEntries([...this.versions].map(([version, seen]) => [version, sum(seen)])),
      metInjected: sum(this.injected),
      metFailed: sum(this.failed),
    };
  }
}

function sum(flags: Uint8Array): number {
  return flags.reduce((a, b) => a + b, 0);
}
