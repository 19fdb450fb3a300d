import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settleProxyCertificate } from './proxy-certificate.js';

const DAY_MS = 24 * 3600 * 1000;
const folder = path.join(mkdtempSync(path.join(tmpdir(), 'tg-cert-')), 'proxy');
const now = Date.now();
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
afterAll(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

it('keeps the authority, which kubeconfigs carry, and renews the certificate in time', async () => {
  await settleProxyCertificate(folder, now);
  const [ca, first] = [read('ca.crt'), read('tls.crt')];
  expect(new X509Certificate(first).checkIssued(new X509Certificate(ca))).toBe(true);
  expect(new X509Certificate(first).checkHost('localhost')).toBe('localhost');
  expect(statSync(folder).mode & 0o077).toBe(0);
  expect(statSync(path.join(folder, 'ca.key')).mode & 0o077).toBe(0);
  await settleProxyCertificate(folder, now + 19 * DAY_MS);
  expect(read('tls.crt')).toBe(first);
  await settleProxyCertificate(folder, now + 21 * DAY_MS);
  expect(read('tls.crt')).not.toBe(first);
  expect(read('ca.crt')).toBe(ca);
  await settleProxyCertificate(folder, now + 340 * DAY_MS);
  expect(read('ca.crt')).not.toBe(ca);
});

it.each(['ca.crt', 'tls.crt'])('makes a broken %s anew', async (name) => {
  writeFileSync(path.join(folder, name), 'not a certificate');
  await settleProxyCertificate(folder, now);
  expect(new X509Certificate(read('tls.crt')).checkIssued(new X509Certificate(read('ca.crt')))).toBe(true);
});
