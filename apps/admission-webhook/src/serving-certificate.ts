import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 3600 * 1000;
const CA_DAYS = 3650;
const LEAF_DAYS = 365;
/** A certificate with less time than this left is made anew. */
const RENEW_DAYS = 30;
/** Valid a little earlier, for clocks that differ. */
const SKEW_MS = 5 * 60_000;

export interface ServingCertificate {
  /** What the API server trusts. */
  caPem: string;
  certificatePem: string;
  keyPem: string;
}

/** A certificate for a TLS server under an authority of its own, whose key is thrown away: it can sign nothing else. */
export async function issueServingCertificate(names: readonly string[], now: number): Promise<ServingCertificate> {
  const authorityKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authoritySerial = serial();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: authoritySerial,
    // A name of its own: of two authorities in one bundle a client tries the first that has the right name.
    name: [{ CN: [`tidegate-admission-webhook-ca-${authoritySerial.slice(0, 8)}`] }],
    notBefore: new Date(now - SKEW_MS),
    notAfter: new Date(now + CA_DAYS * DAY_MS),
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  });
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const isAddress = (name: string): boolean => /^[0-9.]+$|:/.test(name);
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [names[0] ?? 'localhost'] }],
    issuer: authority.subject,
    notBefore: new Date(now - SKEW_MS),
    notAfter: new Date(now + LEAF_DAYS * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { caPem: authority.toString('pem'), certificatePem: leaf.toString('pem'), keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}

/** Whether a kept certificate still has time and names all of `names`. */
export function certificateStillServes(certificatePem: string, names: readonly string[], now: number): boolean {
  try {
    const certificate = new x509.X509Certificate(certificatePem);
    const alternative = certificate.getExtension(x509.SubjectAlternativeNameExtension);
    const has = new Set(alternative?.names.toJSON().map((n) => n.value));
    return certificate.notAfter.getTime() - now > RENEW_DAYS * DAY_MS && names.every((n) => has.has(n));
  } catch {
    return false;
  }
}

function serial(): string {
  // The first bit stays clear: serial numbers are positive.
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return Buffer.from(bytes).toString('hex');
}
