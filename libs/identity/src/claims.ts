import { z } from 'zod';
import { PLATFORM_GROUPS, nameIsRefused, oneLine } from './names.js';

/** One OIDC provider, as the configuration has it. */
export const OidcProvider = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/, 'a name of lower case letters, digits and "-"')
    .describe('In addresses (/auth/oidc/<name>) and on the sign-in page.'),
  title: z.string().min(1).max(60).optional().describe('On the sign-in button; the name when absent.'),
  issuer: z.url().describe('Issuer URL, with discovery below it.'),
  clientId: z.string().min(1),
  clientSecretFile: z.string().optional().describe('File with the client secret; absent for a public client (PKCE is used either way).'),
  scopes: z.array(z.string()).default(['openid', 'profile', 'email']),
  accountClaim: z.string().default('preferred_username').describe("Claim that names a new person's account; what is not allowed in a name is replaced by '-'."),
  groupsClaim: z.string().optional().describe('Claim with the names of groups.'),
  groupPrefix: z.string().max(20).default('').describe('Put before groups that are not in groupMap; empty: only those in groupMap count.'),
  groupMap: z.record(z.string(), z.string()).default({}).describe('Claim value to group. Only here can a provider make administrators.'),
  allowNewAccounts: z.boolean().default(true).describe('Whether a person who signs in for the first time gets an account.'),
});
export type OidcProvider = z.infer<typeof OidcProvider>;

export interface ClaimedPerson {
  subject: string;
  /** A name that is allowed, or undefined when the claim cannot be made one. */
  account: string | undefined;
  displayName: string;
  email: string | undefined;
  groups: string[];
}

const MOST_GROUPS = 100;

/** What a provider's claims say about a person. Claims are a stranger's text: nothing of them reaches Kubernetes but names that would be allowed by hand. */
export function personFromClaims(provider: OidcProvider, claims: Readonly<Record<string, unknown>>): ClaimedPerson {
  const text = (name: string): string | undefined => (typeof claims[name] === 'string' && claims[name] !== '' ? claims[name] : undefined);
  const account = nameFrom(text(provider.accountClaim) ?? text('email')?.split('@')[0] ?? '');
  return {
    subject: text('sub') ?? '',
    account: account !== undefined && nameIsRefused('account', account) === undefined ? account : undefined,
    displayName: oneLine(text('name') ?? text(provider.accountClaim) ?? account ?? '', 80),
    email: claims['email_verified'] === false ? undefined : text('email')?.slice(0, 254),
    groups: groupsFrom(provider, claims),
  };
}

function groupsFrom(provider: OidcProvider, claims: Readonly<Record<string, unknown>>): string[] {
  const claimed = provider.groupsClaim === undefined ? [] : claims[provider.groupsClaim];
  const values = (Array.isArray(claimed) ? claimed : [claimed]).filter((v): v is string => typeof v === 'string').slice(0, MOST_GROUPS);
  const names = values.flatMap((value) => {
    const mapped = Object.hasOwn(provider.groupMap, value) ? provider.groupMap[value] : undefined;
    if (mapped !== undefined) return [mapped];
    const plain = provider.groupPrefix === '' ? undefined : nameFrom(provider.groupPrefix + value);
    return plain === undefined || plain === PLATFORM_GROUPS.administrators ? [] : [plain];
  });
  return [...new Set(names)].filter((name) => nameIsRefused('group', name) === undefined).sort();
}

/** The nearest allowed name, or undefined when nothing is left. Other scripts are not transliterated: two people must not become one. */
function nameFrom(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^-a-z0-9.]+/g, '-')
    .slice(0, 63)
    .replace(/^[-.]+|[-.]+$/g, '');
  return name === '' ? undefined : name;
}
