import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { ConfigMap, Secret } from '@tidegate/kube';
import { GATEWAY_GROUP, type SecretReference } from '@tidegate/mesh-contract';
import { keyOf } from './object-key.js';
import type { GrantIndex } from './reference-grants.js';

/** A certificate with its private key, out of a Secret of type kubernetes.io/tls. */
export interface TlsCertificate {
  /** Name of the Envoy secret. */
  name: string;
  chain: string;
  privateKey: string;
}

/** Why a reference cannot be used. `kind`: it names something else than it may. */
export interface ReferenceProblem {
  why: 'invalid' | 'kind' | 'notPermitted';
  message: string;
}

/** Whose reference it is: what other namespaces have to permit. */
export interface Referrer {
  kind: 'Gateway' | 'ListenerSet';
  namespace: string;
}

export interface SecretLookup {
  secret(key: string): Secret | undefined;
  configMap(key: string): ConfigMap | undefined;
  grants: GrantIndex;
}

/** A private key that does not belong to the certificate would make Envoy refuse the secret. */
export function readTlsSecret(ref: SecretReference, from: Referrer, lookup: SecretLookup): TlsCertificate | ReferenceProblem {
  const namespace = ref.namespace ?? from.namespace;
  const key = keyOf(namespace, ref.name);
  if ((ref.group ?? '') !== '' || (ref.kind ?? 'Secret') !== 'Secret') {
    return { why: 'kind', message: `${ref.kind} ${ref.name} cannot be a certificate; name a Secret.` };
  }
  const permitted = lookup.grants.allows({
    from: { group: GATEWAY_GROUP, ...from },
    to: { group: '', kind: 'Secret', namespace, name: ref.name },
  });
  if (!permitted) return { why: 'notPermitted', message: notPermitted('Secret', namespace, ref.name, from) };
  const secret = lookup.secret(key);
  if (!secret) return { why: 'invalid', message: `Secret ${key} does not exist; create it with kubectl create secret tls.` };
  const chain = decode(secret.data?.['tls.crt']);
  const privateKey = decode(secret.data?.['tls.key']);
  if (!pairIsValid(chain, privateKey)) {
    return { why: 'invalid', message: `Secret ${key} does not hold a certificate (tls.crt) with its private key (tls.key) in PEM.` };
  }
  return { name: `tls/${key}`, chain, privateKey };
}

export function notPermitted(kind: string, namespace: string, name: string, from: Referrer): string {
  return `${kind} ${keyOf(namespace, name)} is in another namespace, which does not permit it; create a ReferenceGrant in ${namespace} from ${from.kind} in ${from.namespace} to ${kind}.`;
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}

function pairIsValid(chain: string, privateKey: string): boolean {
  try {
    return new X509Certificate(chain).checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false;
  }
}
