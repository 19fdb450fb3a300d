import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { Secret } from '@tidegate/kube';
import type { Gateway, Listener, SecretReference } from '@tidegate/mesh-contract';
import { GATEWAY_GROUP } from '@tidegate/mesh-contract';
import { keyOf } from './object-key.js';
import type { GrantIndex } from './reference-grants.js';

export interface ListenerCertificate {
  /** Name of the Envoy secret. */
  name: string;
  namespace: string;
  secretName: string;
  chain: string;
  privateKey: string;
}

export interface CertificateProblem {
  reason: 'InvalidCertificateRef' | 'RefNotPermitted';
  message: string;
}

export interface CertificateLookup {
  secret(key: string): Secret | undefined;
  grants: GrantIndex;
}

/** namespace/name of every Secret that the Gateway's listeners name, for the memo. */
export function secretsNamed(gateway: Gateway): string[] {
  return gateway.spec.listeners.flatMap((listener) =>
    (listener.tls?.certificateRefs ?? []).map((ref) => keyOf(ref.namespace ?? gateway.metadata?.namespace ?? '', ref.name)),
  );
}

/** The first certificate of the listener. A private key that does not belong to it would make Envoy refuse the secret. */
export function readCertificate(gateway: Gateway, listener: Listener, lookup: CertificateLookup): ListenerCertificate | CertificateProblem {
  const ref = listener.tls?.certificateRefs?.[0];
  if (!ref)
    return {
      reason: 'InvalidCertificateRef',
      message: 'An HTTPS listener needs tls.certificateRefs; name a Secret of type kubernetes.io/tls.',
    };
  const own = gateway.metadata?.namespace ?? '';
  const namespace = ref.namespace ?? own;
  const key = keyOf(namespace, ref.name);
  const problem = referenceProblem(ref, own, namespace, lookup);
  if (problem) return problem;
  const secret = lookup.secret(key);
  if (!secret)
    return { reason: 'InvalidCertificateRef', message: `Secret ${key} does not exist; create it with kubectl create secret tls.` };
  const chain = decode(secret.data?.['tls.crt']);
  const privateKey = decode(secret.data?.['tls.key']);
  if (!pairIsValid(chain, privateKey)) {
    const message = `Secret ${key} does not hold a certificate (tls.crt) with its private key (tls.key) in PEM.`;
    return { reason: 'InvalidCertificateRef', message };
  }
  return { name: `tls/${key}`, namespace, secretName: ref.name, chain, privateKey };
}

function referenceProblem(
  ref: SecretReference,
  own: string,
  namespace: string,
  { grants }: CertificateLookup,
): CertificateProblem | undefined {
  if ((ref.group ?? '') !== '' || (ref.kind ?? 'Secret') !== 'Secret') {
    return { reason: 'InvalidCertificateRef', message: `${ref.kind} ${ref.name} cannot be a certificate; name a Secret.` };
  }
  const from = { group: GATEWAY_GROUP, kind: 'Gateway', namespace: own };
  if (grants.allows({ from, to: { group: '', kind: 'Secret', namespace, name: ref.name } })) return undefined;
  const message = `Secret ${keyOf(namespace, ref.name)} is in another namespace, which does not permit it; create a ReferenceGrant in ${namespace} from Gateway in ${own} to Secret.`;
  return { reason: 'RefNotPermitted', message };
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
