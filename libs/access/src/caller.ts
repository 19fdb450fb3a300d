/** What a credential may be used for. A session has all of them; a token has those it was made with. */
export const CREDENTIAL_SCOPES = ['read', 'write', 'kubernetes', 'terminal'] as const;
export type CredentialScope = (typeof CREDENTIAL_SCOPES)[number];

/**
 * Who a request is made for. Kubernetes sees `user` and `groups` and nothing else of it: RBAC on them is the only authorizer.
 * `scopes` only narrow what RBAC allows.
 */
export interface Caller {
  /** The account's name: immutable, and never given to another account. */
  id: string;
  /** For people to read. Decides nothing. */
  displayName: string;
  kind: 'Person' | 'Machine';
  /** `tidegate:<id>`. */
  user: string;
  /** Each `tidegate:<name>`; never `system:*`. */
  groups: readonly string[];
  credential: { kind: 'Session' | 'Token'; id: string };
  scopes: readonly CredentialScope[];
  /** A token may be bound to one workspace: nothing outside it then. */
  workspace?: string | undefined;
  /** The address the request came from, for the audit log and for delays. */
  address: string;
}

/** How an account's name is seen by Kubernetes. */
export const userOf = (id: string): string => `tidegate:${id}`;
/** How a group's name is seen by Kubernetes. */
export const groupOf = (name: string): string => `tidegate:${name}`;

/** Members of this group administer the platform: the installation binds it to `cluster-admin` (or the role that the chart names). */
export const ADMINISTRATORS = groupOf('administrators');
/** Everybody who is signed in. */
export const EVERYBODY = groupOf('everybody');
