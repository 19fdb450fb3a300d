import { randomBytes } from 'node:crypto';
import { type KubeClient, isAlreadyExists, kinds } from '@tidegate/kube';

const SECRET = 'tidegate-sign-in';

/** The token by which the owner signs in to the API and the console, made once: `kubectl get secret tidegate-sign-in` shows it. */
export async function ensureSignInToken(client: KubeClient, namespace: string): Promise<void> {
  if (await client.get(kinds.secrets, SECRET, namespace)) return;
  const token = Buffer.from(randomBytes(24).toString('base64url'), 'utf8').toString('base64');
  const labels = { 'app.kubernetes.io/part-of': 'tidegate', 'app.kubernetes.io/managed-by': 'tidegate-certificates' };
  try {
    await client.create(kinds.secrets, { metadata: { name: SECRET, namespace, labels }, type: 'Opaque', data: { token } });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
