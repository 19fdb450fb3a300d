import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { KubernetesAddress } from '../cluster/cluster.module.js';

/** A kubeconfig with one context. */
export function kubeconfigOf({ server, serverName, caFile }: KubernetesAddress, { account, token }: { account: string; token: string }): string {
  const ca = Buffer.from(readFileSync(caFile, 'utf8')).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'tidegate',
    contexts: [{ name: 'tidegate', context: { cluster: 'tidegate', user: account } }],
    clusters: [{ name: 'tidegate', cluster: { server, 'tls-server-name': serverName, 'certificate-authority-data': ca } }],
    users: [{ name: account, user: { token } }],
  }, { lineWidth: 0 });
}
