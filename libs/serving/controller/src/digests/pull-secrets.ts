import { kinds, type KubeClient } from '@tidegate/kube';
import type { Revision } from '@tidegate/serving-contract';
import type { RegistryCredentials } from './digest-resolver.js';

/** More pull secrets of one Revision are not looked at. */
const MOST_SECRETS = 16;

/** What the pull secrets of a Revision and of its service account know. A secret that cannot be read is as none: the registry then says no. */
export async function pullCredentials(client: KubeClient, revision: Revision): Promise<RegistryCredentials> {
  const { namespace } = revision.metadata ?? {};
  const account = await client.get(kinds.serviceAccounts, revision.spec.serviceAccountName ?? 'default', namespace);
  const names = [...(revision.spec.imagePullSecrets ?? []), ...(account?.imagePullSecrets ?? [])].flatMap((s) => (s.name ? [s.name] : []));
  const found = new Map<string, { username: string; password: string }>();
  for (const name of [...new Set(names)].slice(0, MOST_SECRETS)) {
    const secret = await client.get(kinds.secrets, name, namespace);
    for (const [registry, login] of loginsIn(secret?.data?.['.dockerconfigjson'])) if (!found.has(registry)) found.set(registry, login);
  }
  return found;
}

/** docker's config.json in base64: `auths`, each with `auth` (base64 of user:password) or `username` and `password`. */
export function loginsIn(base64: string | undefined): [string, { username: string; password: string }][] {
  const json = parsed(Buffer.from(base64 ?? '', 'base64').toString('utf8'));
  const auths = isRecord(json) && isRecord(json['auths']) ? json['auths'] : {};
  return Object.entries(auths).flatMap(([address, entry]) => {
    if (!isRecord(entry)) return [];
    const { auth, username, password } = entry;
    const registry = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    if (typeof username === 'string' && typeof password === 'string') return [[registry, { username, password }]];
    const text = typeof auth === 'string' ? Buffer.from(auth, 'base64').toString('utf8') : '';
    const colon = text.indexOf(':');
    return colon > 0 ? [[registry, { username: text.slice(0, colon), password: text.slice(colon + 1) }]] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
