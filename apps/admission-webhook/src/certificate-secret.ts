import { isAlreadyExists, isConflict, kinds, type KubeClient, type Secret } from '@tidegate/kube';
import { certificateStillServes, issueServingCertificate, type ServingCertificate } from './serving-certificate.js';

const TRIES = 5;

/**
 * The certificate that all replicas share, kept in a Secret. Made when it is missing, runs out or lacks a name; of two
 * replicas that make one at the same time, one wins and the other takes that. The authority before stays trusted beside the new one, for
 * replicas that have not looked yet.
 */
export async function servingCertificate(
  client: KubeClient,
  where: { namespace: string; name: string },
  names: readonly string[],
  now: number,
): Promise<ServingCertificate> {
  for (let attempt = 1; ; attempt++) {
    const existing = await client.get(kinds.secrets, where.name, where.namespace);
    const kept = existing && fromSecret(existing);
    if (kept && certificateStillServes(kept.certificatePem, names, now)) return kept;
    const issued = await issueServingCertificate(names, now);
    const made = { ...issued, caPem: `${issued.caPem}\n${kept ? firstPem(kept.caPem) : ''}` };
    const secret: Secret = {
      metadata: { ...where, resourceVersion: existing?.metadata?.resourceVersion },
      type: 'kubernetes.io/tls',
      data: toData(made),
    };
    try {
      if (existing) await client.replace(kinds.secrets, secret);
      else await client.create(kinds.secrets, secret);
      return made;
    } catch (error) {
      if (attempt >= TRIES || !(isConflict(error) || isAlreadyExists(error))) throw error;
    }
  }
}

function fromSecret(secret: Secret): ServingCertificate | undefined {
  const read = (key: string): string => Buffer.from(secret.data?.[key] ?? '', 'base64').toString('utf8');
  const certificate = { caPem: read('ca.crt'), certificatePem: read('tls.crt'), keyPem: read('tls.key') };
  return Object.values(certificate).every((v) => v !== '') ? certificate : undefined;
}

function firstPem(bundle: string): string {
  return /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(bundle)?.[0] ?? '';
}

function toData({ caPem, certificatePem, keyPem }: ServingCertificate): Record<string, string> {
  const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
  return { 'ca.crt': encoded(caPem), 'tls.crt': encoded(certificatePem), 'tls.key': encoded(keyPem) };
}
