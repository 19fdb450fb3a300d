import { X509Certificate, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { isIssuedBy } from './verified-connection.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 0, 10);
const NAME = 'O=knative.dev, CN=webhook.knative-serving.svc';

/** An authority and a server's certificate with the same name, as Knative makes them. */
async function pair(name = NAME, usage = x509.ExtendedKeyUsage.serverAuth): Promise<{ authority: X509Certificate; leaf: X509Certificate }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const serverKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const times = { notBefore: new Date(NOW - DAY_MS), notAfter: new Date(NOW + DAY_MS) };
  const signed = { signingAlgorithm: ALGORITHM, ...times };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...signed,
    serialNumber: '01',
    name,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...signed,
    serialNumber: '02',
    subject: name,
    issuer: name,
    publicKey: serverKeys.publicKey,
    signingKey: keys.privateKey,
    extensions: [new x509.BasicConstraintsExtension(false, undefined, true), new x509.ExtendedKeyUsageExtension([usage])],
  });
  return { authority: new X509Certificate(authority.toString('pem')), leaf: new X509Certificate(leaf.toString('pem')) };
}

it('trusts what an authority of the same name signed', async () => {
  const { authority, leaf } = await pair();
  expect(isIssuedBy(leaf, [authority], NOW)).toBe(true);
});

it.each<{ name: string; trusted: () => Promise<boolean> }>([
  { name: 'nothing in the bundle', trusted: async () => isIssuedBy((await pair()).leaf, [], NOW) },
  { name: 'another authority of that name', trusted: async () => isIssuedBy((await pair()).leaf, [(await pair()).authority], NOW) },
  {
    name: 'a certificate that is no authority',
    trusted: async () => {
      const { leaf } = await pair();
      return isIssuedBy(leaf, [leaf], NOW);
    },
  },
  {
    name: 'an authority whose time is over',
    trusted: async () => {
      const { authority, leaf } = await pair();
      return isIssuedBy(leaf, [authority], NOW + 2 * DAY_MS);
    },
  },
  {
    name: 'a certificate for clients',
    trusted: async () => {
      const { authority, leaf } = await pair(NAME, x509.ExtendedKeyUsage.clientAuth);
      return isIssuedBy(leaf, [authority], NOW);
    },
  },
])('does not trust: $name', async ({ trusted }) => {
  expect(await trusted()).toBe(false);
});
