import type { Clock } from '@tidegate/kernel';
import { type KubeClient, type Pod, kinds, pathOf } from '@tidegate/kube';

interface Issued {
  token: string;
  issuedAt: number;
  expiresAt: number;
}

/** As a kubelet: a token is replaced after four fifths of its time, and after a day at the latest. */
const SHARE_OF_LIFE = 0.8;
const LONGEST_USE_MS = 24 * 3600_000;
/** A pod has one for each audience in its volumes. */
const MOST_TOKENS = 32;

/** Whether a token that was issued is old enough for a new one. Epoch milliseconds. */
export function isWorn({ issuedAt, expiresAt }: { issuedAt: number; expiresAt: number }, now: number): boolean {
  const age = now - issuedAt;
  return age >= LONGEST_USE_MS || age >= (expiresAt - issuedAt) * SHARE_OF_LIFE;
}

/** The tokens of one pod's account. They are bound to the pod and end with it. */
export class PodTokens {
  private readonly issued = new Map<string, Issued>();

  constructor(
    private readonly client: KubeClient,
    private readonly clock: Clock,
    private readonly pod: Pod,
  ) {}

  /** Throws what the API throws. */
  async token(audience: string | undefined, seconds: number): Promise<string> {
    const key = `${audience ?? ''} ${seconds}`;
    const known = this.issued.get(key);
    const now = this.clock.now();
    if (known && !isWorn(known, now)) return known.token;
    const { name = '', namespace, uid } = this.pod.metadata ?? {};
    const account = this.pod.spec?.serviceAccountName ?? 'default';
    const answer = await this.client.request<{ status: { token: string; expirationTimestamp: string } }>({
      method: 'POST',
      path: pathOf(kinds.serviceAccounts, namespace, account, 'token'),
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: audience ? [audience] : [],
          expirationSeconds: seconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      },
    });
    if (this.issued.size >= MOST_TOKENS) this.issued.clear();
    const { token, expirationTimestamp } = answer.status;
    this.issued.set(key, { token, issuedAt: now, expiresAt: Date.parse(expirationTimestamp) });
    return token;
  }
}
