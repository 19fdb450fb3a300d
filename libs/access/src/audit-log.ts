import type { Caller } from './caller.js';

/** One thing that somebody did or tried. Values of Secrets, passwords and tokens never come here: the writer redacts before it calls. */
export interface AuditEntry {
  /** Absent when nobody was signed in: a failed login names who was tried in `attempted`. */
  caller?: Pick<Caller, 'id' | 'user' | 'groups' | 'credential' | 'address'> | undefined;
  /** The name that a failed login tried, bounded and without control characters. */
  attempted?: string | undefined;
  /** The address, where there is no caller. */
  address?: string | undefined;
  /** Verb and subject in one word, from a closed list of each feature: `release.promote`, `account.login`, `terminal.open`, `kubernetes.patch`. */
  action: string;
  object?: { group: string; resource: string; namespace?: string | undefined; name: string } | undefined;
  /** The workspace that the object belongs to; its administrators may read the entry. */
  workspace?: string | undefined;
  result: 'Succeeded' | 'Denied' | 'Failed';
  /** One sentence: why it was denied or failed, or what the person gave as reason. */
  reason?: string | undefined;
  /** JSON Patch (RFC 6902) from the object before to the object after, redacted and bounded. */
  change?: readonly unknown[] | undefined;
}

/** Where what people do is recorded. */
export interface AuditLog {
  /** Resolves once the entry is stored: a mutation's answer leaves after that. Rejects when it cannot be stored. */
  record(entry: AuditEntry): Promise<void>;
}
