import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { connect as connectH2, createServer as createH2Server, type Http2Server } from 'node:http2';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { X509CertificateGenerator } from '@peculiar/x509';
import { buildSnapshot } from '../src/build-snapshot.js';
import { type EchoBackend, freePort, startEcho } from './echo-backend.js';
import { type RunningEnvoy, findEnvoy, startEnvoy } from './envoy-process.js';
import { objectsFromYaml } from './objects-from-yaml.js';

const envoy = findEnvoy();
const describeWithEnvoy = envoy ? describe : describe.skip;
const SKIPPED = envoy ? '' : ' (skipped: set TIDEGATE_ENVOY or put envoy on PATH)';

async function certificateFor(host: string): Promise<{ certificate: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned({ name: `CN=${host}`, keys, signingAlgorithm: algorithm }, webcrypto);
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = pkcs8.match(/.{1,64}/g) ?? [];
  return { certificate: made.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n` };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function manifests(httpsPort: number, grpcPort: number, web: number, calls: number): Promise<string> {
  const secret = async (name: string, host: string) => {
    const { certificate, key } = await certificateFor(host);
    return `
---
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: shop }
type: kubernetes.io/tls
data: { tls.crt: ${base64(certificate)}, tls.key: ${base64(key)} }`;
  };
  const service = (name: string, port: string, to: number) => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { clusterIP: 127.20.3.3, ports: [{ ${port} }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}, namespace: shop, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ port: ${to} }]
endpoints: [{ addresses: [127.0.0.1] }]`;
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: loopback-ports }
data: { '443': '${httpsPort}', '80': '${grpcPort}' }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: tidegate }
spec: { controllerName: tidegate.dev/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: tidegate
  listeners:
    - { name: one, port: 443, protocol: HTTPS, hostname: one.example.com, tls: { certificateRefs: [{ name: one }] } }
    - { name: any, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: any }] } }
    - { name: grpc, port: 80, protocol: HTTP }
${await secret('one', 'one.example.com')}
${await secret('any', 'any.example.com')}
${service('web', 'port: 80', web)}
${service('calls', 'port: 90', calls)}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec:
  parentRefs: [{ name: edge, port: 443 }]
  rules: [{ backendRefs: [{ name: web, port: 80 }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: { name: calls, namespace: shop }
spec:
  parentRefs: [{ name: edge, sectionName: grpc }]
  rules:
    - matches: [{ method: { service: shop.Cart, method: Add } }]
      backendRefs: [{ name: calls, port: 90 }]
    - matches: [{ method: { service: shop.Gone } }]
      backendRefs: [{ name: nobody, port: 90 }]
`;
}

describeWithEnvoy(`TLS and gRPC in a real Envoy${SKIPPED}`, () => {
  let web: EchoBackend;
  let calls: Http2Server;
  let running: RunningEnvoy;
  let httpsPort: number;
  let grpcPort: number;

  beforeAll(async () => {
    [web, httpsPort, grpcPort] = await Promise.all([startEcho('web'), freePort(), freePort()]);
    calls = createH2Server((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/grpc', trailer: 'grpc-status' });
      response.addTrailers({ 'grpc-status': '0' });
      response.end();
    });
    await new Promise<void>((resolve) => calls.listen(0, '127.0.0.1', resolve));
    const text = await manifests(httpsPort, grpcPort, web.port, (calls.address() as AddressInfo).port);
    running = await startEnvoy(envoy ?? '', buildSnapshot(objectsFromYaml(text), { mode: 'embedded' }).snapshot);
  });
  afterAll(async () => {
    await running?.stop();
    await web?.stop();
    await new Promise<void>((resolve) => calls.close(() => resolve()));
  });

  function secure(servername: string): Promise<{ status: number; subject: string }> {
    return new Promise((resolve, reject) => {
      request(
        { host: '127.0.0.1', port: httpsPort, servername, headers: { host: servername }, rejectUnauthorized: false, agent: false },
        (response) => {
          const { socket } = response;
          const subject = 'getPeerCertificate' in socket ? (socket as import('node:tls').TLSSocket).getPeerCertificate().subject.CN : '';
          response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, subject: String(subject) }));
        },
      )
        .on('error', reject)
        .end();
    });
  }

  it.each([
    { host: 'one.example.com', subject: 'one.example.com' },
    { host: 'two.example.com', subject: 'any.example.com' },
  ])('serves $host with the certificate of $subject', async ({ host, subject }) => {
    expect(await secure(host)).toEqual({ status: 200, subject });
  });

  function call(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const session = connectH2(`http://127.0.0.1:${grpcPort}`);
      const stream = session.request({ ':path': path, ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' });
      let status = '';
      stream.on('response', (headers) => (status = String(headers['grpc-status'] ?? status)));
      stream.on('trailers', (headers) => (status = String(headers['grpc-status'] ?? status)));
      stream.on('error', reject);
      stream.on('close', () => {
        session.close();
        resolve(status);
      });
      stream.resume().end();
    });
  }

  it.each([
    { name: 'a method with a backend', path: '/shop.Cart/Add', status: '0' },
    { name: 'a method without route: UNIMPLEMENTED', path: '/shop.Cart/Remove', status: '12' },
    { name: 'a backend that does not exist: UNAVAILABLE', path: '/shop.Gone/Any', status: '14' },
  ])('gRPC: $name', async ({ path, status }) => {
    expect(await call(path)).toBe(status);
  });
});
