import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { openAuthority } from './certificates.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-pki-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('issues certificates that TLS accepts on both sides, and keeps its key to itself', async () => {
  const authority = await openAuthority(folder, Date.now());
  expect(statSync(path.join(folder, 'ca.key')).mode & 0o777).toBe(0o600);
  const server = await authority.issueServer('api', ['localhost', '127.0.0.1']);
  const client = await (await openAuthority(folder, Date.now())).issueClient('tidegate:admin', ['system:masters', 'ops']);
  const https = createServer(
    { key: server.keyPem, cert: server.certificatePem, ca: authority.certificatePem, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.end(JSON.stringify([subject.CN, subject.O]));
    },
  );
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const { port } = https.address() as AddressInfo;
      get({ host: '127.0.0.1', port, ca: authority.certificatePem, key: client.keyPem, cert: client.certificatePem }, (response) => {
        response.setEncoding('utf8').on('data', (text: string) => resolve(text));
      }).on('error', reject);
    });
    expect(JSON.parse(answer)).toEqual(['tidegate:admin', ['system:masters', 'ops']]);
  } finally {
    https.close();
  }
});
