import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator, type X509Certificate } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
type Keys = Awaited<ReturnType<typeof generate>>;
const generate = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

export interface Issued {
  certificate: string;
  key: string;
}

/** An authority that issues certificates. */
export interface Authority {
  certificate: string;
  issue(name: string, names?: readonly { type: 'dns' | 'url'; value: string }[]): Promise<Issued>;
}

export async function startAuthority(name: string): Promise<Authority> {
  const keys = await generate();
  const own = await X509CertificateGenerator.createSelfSigned(
    { name: `CN=${name}`, keys, signingAlgorithm: algorithm, extensions: [new BasicConstraintsExtension(true, 1, true)] },
    webcrypto,
  );
  return { certificate: pem(own), issue: (subject, names = []) => issue(own, keys, subject, names) };
}

async function issue(
  authority: X509Certificate,
  { privateKey }: Keys,
  subject: string,
  names: readonly { type: 'dns' | 'url'; value: string }[],
): Promise<Issued> {
  const keys = await generate();
  const made = await X509CertificateGenerator.create(
    {
      subject: `CN=${subject}`,
      issuer: authority.subject,
      publicKey: keys.publicKey,
      signingKey: privateKey,
      signingAlgorithm: algorithm,
      extensions: names.length > 0 ? [new SubjectAlternativeNameExtension([...names])] : [],
    },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = pkcs8.match(/.{1,64}/g) ?? [];
  return { certificate: pem(made), key: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n` };
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

export function tlsSecret(namespace: string, name: string, { certificate, key }: Issued): string {
  return `
---
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: ${namespace} }
type: kubernetes.io/tls
data: { tls.crt: ${base64(certificate)}, tls.key: ${base64(key)} }
`;
}

/** A ConfigMap with certificates of authorities. */
export function authorities(namespace: string, name: string, ...certificates: string[]): string {
  return `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: ${namespace} }
data: { ca.crt: ${JSON.stringify(certificates.join(''))} }
`;
}
