import { type JsonObject, ensureObject, objectAt, objectsAt, textAt } from '@tidegate/kube/json';

/** Where programs of a pod look for the token, the authority and the namespace. */
export const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
export const TOKEN_VOLUME_PREFIX = 'kube-api-access-';
export const DEFAULT_ACCOUNT = 'default';
/** One hour and seven seconds: Kubernetes knows by it the tokens that it asked for itself. */
const TOKEN_SECONDS = 3607;

/** The ServiceAccount that a pod asks for. */
export function accountNameOf(pod: JsonObject): string {
  return textAt(objectAt(pod, 'spec'), 'serviceAccountName') || DEFAULT_ACCOUNT;
}

/**
 * In place, what Kubernetes' admission "ServiceAccount" gives a new pod: its account, the account's pull secrets and, unless pod or account
 * refuse it, a volume with token, authority and namespace in every container. `suffix` makes the volume's name unlike any other.
 */
export function giveAccount(pod: JsonObject, account: JsonObject, suffix: string): void {
  const spec = ensureObject(pod, 'spec');
  const name = accountNameOf(pod);
  Object.assign(spec, { serviceAccountName: name, serviceAccount: name });
  if (wantsToken(spec, account)) mountToken(spec, suffix);
  const secrets = objectsAt(account, 'imagePullSecrets');
  if (objectsAt(spec, 'imagePullSecrets').length === 0 && secrets.length > 0)
    spec.imagePullSecrets = secrets.map((secret) => ({ name: textAt(secret, 'name') }));
}

/** The pod's word counts before its account's; silence is consent. */
function wantsToken(spec: JsonObject, account: JsonObject): boolean {
  const said = [spec, account].map((object) => object.automountServiceAccountToken).find((word) => typeof word === 'boolean');
  return said !== false;
}

function mountToken(spec: JsonObject, suffix: string): void {
  const volumes = objectsAt(spec, 'volumes');
  const existing = volumes.map((volume) => textAt(volume, 'name')).find((name) => name.startsWith(TOKEN_VOLUME_PREFIX));
  const name = existing ?? `${TOKEN_VOLUME_PREFIX}${suffix}`;
  // A container that has something there already keeps it.
  const without = ['initContainers', 'containers']
    .flatMap((list) => objectsAt(spec, list))
    .filter((container) => !objectsAt(container, 'volumeMounts').some((mount) => mount.mountPath === TOKEN_PATH));
  for (const container of without)
    container.volumeMounts = [...objectsAt(container, 'volumeMounts'), { name, readOnly: true, mountPath: TOKEN_PATH }];
  if (existing === undefined && without.length > 0) spec.volumes = [...volumes, { name, projected: tokenSources() }];
}

const tokenSources = (): JsonObject => ({
  sources: [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ],
  defaultMode: 0o644,
});

/** What of a pod an account that lists its secrets (annotation kubernetes.io/enforce-mountable-secrets) does not allow; undefined when nothing. */
export function secretRefusal(pod: JsonObject, account: JsonObject): string | undefined {
  if (objectAt(account, 'metadata', 'annotations')?.['kubernetes.io/enforce-mountable-secrets'] !== 'true') return undefined;
  const spec = objectAt(pod, 'spec');
  const name = textAt(objectAt(account, 'metadata'), 'name');
  const allowed = namesIn(account, 'secrets');
  const end = `is not allowed because service account ${name} does not reference that secret`;
  for (const volume of objectsAt(spec, 'volumes')) {
    const secret = objectAt(volume, 'secret');
    if (secret && !allowed.has(textAt(secret, 'secretName'))) return `volume with secret.secretName="${textAt(secret, 'secretName')}" ${end}`;
  }
  for (const [list, word] of [['initContainers', 'init container'], ['containers', 'container']] as const) {
    for (const container of objectsAt(spec, list))
      for (const variable of objectsAt(container, 'env')) {
        const secret = objectAt(variable, 'valueFrom', 'secretKeyRef');
        if (secret && !allowed.has(textAt(secret, 'name')))
          return `${word} ${textAt(container, 'name')} with envVar ${textAt(variable, 'name')} referencing secret.secretName="${textAt(secret, 'name')}" ${end}`;
      }
  }
  const pullSecrets = namesIn(account, 'imagePullSecrets');
  const at = objectsAt(spec, 'imagePullSecrets').findIndex((secret) => !pullSecrets.has(textAt(secret, 'name')));
  if (at < 0) return undefined;
  const pull = textAt(objectsAt(spec, 'imagePullSecrets')[at], 'name');
  return `imagePullSecrets[${at}].name="${pull}" is not allowed because service account ${name} does not reference that imagePullSecret`;
}

function namesIn(account: JsonObject, list: string): Set<string> {
  return new Set(objectsAt(account, list).map((reference) => textAt(reference, 'name')));
}
