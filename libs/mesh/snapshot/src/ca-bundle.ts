import { X509Certificate } from 'node:crypto';
import { GATEWAY_GROUP, type ObjectReference } from '@tidegate/mesh-contract';
import { keyOf } from './object-key.js';
import { type ReferenceProblem, type Referrer, type SecretLookup, notPermitted } from './tls-secret.js';

/** Key of a ConfigMap that holds certificates of authorities. */
const CA_KEY = 'ca.crt';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

export interface CaBundle {
  /** All certificates of the usable references in PEM; '' when there is none. */
  pem: string;
  problems: readonly ReferenceProblem[];
}

/** `from` is undefined for references that cannot leave their namespace. */
export function readCaBundle(
  refs: readonly ObjectReference[],
  namespace: string,
  from: Referrer | undefined,
  lookup: SecretLookup,
): CaBundle {
  const problems: ReferenceProblem[] = [];
  const pem = refs.flatMap((ref) => {
    const found = readOne(ref, namespace, from, lookup);
    if (typeof found === 'string') return [found];
    problems.push(found);
    return [];
  });
  return { pem: pem.join('\n'), problems };
}

function readOne(ref: ObjectReference, own: string, from: Referrer | undefined, lookup: SecretLookup): string | ReferenceProblem {
  if (ref.group !== '' || ref.kind !== 'ConfigMap') {
    return { why: 'kind', message: `${ref.kind} ${ref.name} cannot hold certificates of authorities; name a ConfigMap.` };
  }
  const namespace = ref.namespace ?? own;
  const permitted =
    namespace === own ||
    (from !== undefined &&
      lookup.grants.allows({
        from: { group: GATEWAY_GROUP, ...from },
        to: { group: '', kind: 'ConfigMap', namespace, name: ref.name },
      }));
  if (!permitted) {
    return {
      why: 'notPermitted',
      message: notPermitted('ConfigMap', namespace, ref.name, from ?? { kind: 'Gateway', namespace: own }),
    };
  }
  const key = keyOf(namespace, ref.name);
  const configMap = lookup.configMap(key);
  if (!configMap) return { why: 'invalid', message: `ConfigMap ${key} does not exist; create it with the certificates under ${CA_KEY}.` };
  const certificates = configMap.data?.[CA_KEY]?.match(CERTIFICATE) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    return { why: 'invalid', message: `ConfigMap ${key} does not hold certificates in PEM under ${CA_KEY}.` };
  }
  return certificates.join('\n');
}

/** Envoy would refuse everything that comes with a certificate that it cannot read. */
function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
