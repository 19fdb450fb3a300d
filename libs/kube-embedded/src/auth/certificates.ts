import { webcrypto } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 3600 * 1000;
const CA_DAYS = 3650;
const LEAF_DAYS = 365;
/** Certificates are made valid a little earlier, for clocks that differ. */
const SKEW_MS = 5 * 60_000;

export interface CertificateAndKey {
  certificatePem: string;
  keyPem: string;
}

export interface CertificateAuthority {
  certificatePem: string;
  /** For a TLS server: names and addresses that clients dial. */
  issueServer(commonName: string, names: readonly string[]): Promise<CertificateAndKey>;
  /** For a client: Kubernetes reads the user from CN and the groups from O. */
  issueClient(user: string, groups: readonly string[]): Promise<CertificateAndKey>;
  /** For a client that keeps its own key: what a PEM certificate request asks for, or why not. `now` in epoch ms. */
  signClient(requestPem: string, now: number, seconds: number): Promise<{ certificatePem: string; problem?: undefined } | { certificatePem?: undefined; problem: string }>;
}

async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function serial(): string {
  // The first bit stays clear: serial numbers are positive.
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return Buffer.from(bytes).toString('hex');
}

function writeSecret(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/** The instance's own authority, kept in `folder` as ca.crt and ca.key (0600) and made at the first call. `now` in epoch ms. */
export async function openAuthority(folder: string, now: number): Promise<CertificateAuthority> {
  const files = { certificate: path.join(folder, 'ca.crt'), key: path.join(folder, 'ca.key') };
  if (!existsSync(files.certificate) || !existsSync(files.key)) {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const made = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: [{ CN: ['tidegate-embedded-ca'] }],
      notBefore: new Date(now - SKEW_MS),
      notAfter: new Date(now + CA_DAYS * DAY_MS),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
          true,
        ),
      ],
    });
    writeSecret(files.key, await pemOfKey(keys.privateKey));
    writeSecret(files.certificate, made.toString('pem'));
  }
  const certificatePem = readFileSync(files.certificate, 'utf8');
  const authority = new x509.X509Certificate(certificatePem);
  const [der] = x509.PemConverter.decode(readFileSync(files.key, 'utf8'));
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der as ArrayBuffer, ALGORITHM, false, ['sign']);

  const issue = async (subject: x509.JsonName, extensions: x509.Extension[]): Promise<CertificateAndKey> => {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const made = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject,
      issuer: authority.subject,
      notBefore: new Date(now - SKEW_MS),
      notAfter: new Date(now + LEAF_DAYS * DAY_MS),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(authority),
        ...extensions,
      ],
    });
    return { certificatePem: made.toString('pem'), keyPem: await pemOfKey(keys.privateKey) };
  };

  return {
    certificatePem,
    issueServer: (commonName, names) =>
      issue(
        [{ CN: [commonName] }],
        [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value }))),
        ],
      ),
    issueClient: (user, groups) =>
      issue(
        [...groups.map((group) => ({ O: [group] })), { CN: [user] }],
        [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
      ),
    async signClient(requestPem, asked, seconds) {
      let request: x509.Pkcs10CertificateRequest;
      try {
        request = new x509.Pkcs10CertificateRequest(requestPem);
        if (!(await request.verify())) return { problem: 'the request is not signed by its own key' };
      } catch (error) {
        return { problem: `the request cannot be read: ${(error as Error).message}` };
      }
      const made = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: request.subject,
        issuer: authority.subject,
        notBefore: new Date(asked - SKEW_MS),
        notAfter: new Date(asked + seconds * 1000),
        publicKey: request.publicKey,
        signingKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          await x509.AuthorityKeyIdentifierExtension.create(authority),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        ],
      });
      return { certificatePem: made.toString('pem') };
    },
  };
}
