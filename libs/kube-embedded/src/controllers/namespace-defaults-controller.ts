import { type RunningController, isAlreadyExists, keyOf, kinds, startController } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';

const ROOT_CA = 'kube-root-ca.crt';

/** Gives every namespace what Kubernetes gives it: the ServiceAccount "default" and the ConfigMap with the cluster's CA. */
export function startNamespaceDefaultsController(context: ControllerContext, caCertificate: string): RunningController {
  const { client, informers, clock, log, registry } = context;
  const namespaces = informers.informer(kinds.namespaces);
  const accounts = informers.informer(kinds.serviceAccounts);
  const configMaps = informers.informer(kinds.configMaps);

  async function reconcile(name: string): Promise<void> {
    const namespace = namespaces.get(undefined, name);
    if (!namespace || namespace.metadata?.deletionTimestamp || namespace.status?.phase === 'Terminating') return;
    await furnishAuthority(name);
    // Last: pods wait for it, and mount the other.
    if (!accounts.get(name, 'default'))
      await client.create(kinds.serviceAccounts, { metadata: { name: 'default', namespace: name } }).catch(ignoreExisting);
  }

  async function furnishAuthority(name: string): Promise<void> {
    const existing = configMaps.get(name, ROOT_CA);
    if (existing?.data?.['ca.crt'] === caCertificate) return;
    const wanted = {
      metadata: {
        name: ROOT_CA,
        namespace: name,
        annotations: {
          'kubernetes.io/description':
            'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
        },
      },
      data: { 'ca.crt': caCertificate },
    };
    if (existing) await client.replace(kinds.configMaps, { ...existing, data: wanted.data });
    else await client.create(kinds.configMaps, wanted).catch(ignoreExisting);
  }

  return startController({
    name: 'embedded.namespace-defaults',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: namespaces, toKeys: (namespace) => [keyOf(namespace)] },
      { informer: accounts, toKeys: (account) => (account.metadata?.name === 'default' ? [account.metadata.namespace ?? ''] : []) },
      { informer: configMaps, toKeys: (map) => (map.metadata?.name === ROOT_CA ? [map.metadata.namespace ?? ''] : []) },
    ],
  });
}

function ignoreExisting(error: unknown): undefined {
  if (isAlreadyExists(error)) return undefined;
  throw error;
}
