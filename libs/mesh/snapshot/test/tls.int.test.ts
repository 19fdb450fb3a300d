import { createServer as createHttpsServer, request, type Server } from 'node:https';
import { request as plainRequest } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { buildSnapshot } from '../src/build-snapshot.js';
import { type Authority, type Issued, authorities, startAuthority, tlsSecret } from './certificates.js';
import { freePort } from './echo-backend.js';
import { type RunningEnvoy, findEnvoy, startEnvoy } from './envoy-process.js';
import { objectsFromYaml } from './objects-from-yaml.js';

const envoy = findEnvoy();
const describeWithEnvoy = envoy ? describe : describe.skip;
const SKIPPED = envoy ? '' : ' (skipped: set TIDEGATE_ENVOY or put envoy on PATH)';
const ADDRESS = '127.20.0.5';

/** A clusterIP too, so that there is a scope: this configuration without a control plane must have one. */
const backend = (name: string, port: number) => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: infra }
spec: { clusterIP: 127.20.3.3, ports: [{ name: p, port: 90 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}, namespace: infra, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: p, port: ${port} }]
endpoints: [{ addresses: [127.0.0.1] }]`;

const policy = (service: string, hostname: string) => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: { name: ${service}, namespace: infra }
spec:
  targetRefs: [{ group: '', kind: Service, name: ${service} }]
  validation: { hostname: ${hostname}, caCertificateRefs: [{ group: '', kind: ConfigMap, name: ca }] }`;

const manifests = (ports: Record<'web' | 'names' | 'clients' | 'sql' | 'inside', number>) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: loopback-ports }
data: { '80': '${ports.web}', '443': '${ports.names}', '444': '${ports.clients}', '5432': '${ports.sql}', '90': '${ports.inside}' }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: tidegate }
spec: { controllerName: tidegate.dev/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec:
  gatewayClassName: tidegate
  addresses: [{ value: ${ADDRESS} }]
  tls:
    backend: { clientCertificateRef: { name: edge } }
    frontend:
      default: {}
      perPort: [{ port: 444, tls: { validation: { caCertificateRefs: [{ group: '', kind: ConfigMap, name: ca }] } } }]
  listeners:
    - { name: web, port: 80, protocol: HTTP }
    - { name: any, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: edge }] } }
    - { name: two, port: 443, protocol: HTTPS, hostname: two.test, tls: { certificateRefs: [{ name: edge }] } }
    - { name: through, port: 443, protocol: TLS, hostname: through.test, tls: { mode: Passthrough } }
    - { name: ends, port: 443, protocol: TLS, hostname: '*.ends.test', tls: { certificateRefs: [{ name: edge }] } }
    - { name: clients, port: 444, protocol: HTTPS, tls: { certificateRefs: [{ name: edge }] } }
    - { name: sql, port: 5432, protocol: TCP }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: infra }
spec:
  parentRefs: [{ name: edge }]
  rules:
    - matches: [{ path: { value: /safe } }]
      backendRefs: [{ name: safe, port: 90 }]
    - matches: [{ path: { value: /stranger } }]
      backendRefs: [{ name: stranger, port: 90 }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: through, namespace: infra }
spec: { parentRefs: [{ name: edge, sectionName: through }], hostnames: [through.test], rules: [{ backendRefs: [{ name: raw-tls, port: 90 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: { name: ends, namespace: infra }
spec: { parentRefs: [{ name: edge, sectionName: ends }], hostnames: [a.ends.test], rules: [{ backendRefs: [{ name: bytes, port: 90 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: { name: sql, namespace: infra }
spec:
  parentRefs: [{ name: edge, sectionName: sql }]
  rules: [{ backendRefs: [{ name: bytes, port: 90, weight: 1 }, { name: nobody, port: 90, weight: 1 }] }]
`;

describeWithEnvoy(`TLS of Gateways in a real Envoy${SKIPPED}`, () => {
  let ca: Authority;
  let client: Issued;
  let safe: Server;
  let bytes: TcpServer;
  let running: RunningEnvoy;
  const ports = { web: 0, names: 0, clients: 0, sql: 0, inside: 0 };

  beforeAll(async () => {
    ca = await startAuthority('authority');
    for (const name of ['web', 'names', 'clients', 'sql', 'inside'] as const) ports[name] = await freePort();
    client = await ca.issue('client');
    const edge = await ca.issue('edge', [{ type: 'dns', value: 'edge.test' }]);
    const own = await ca.issue('safe', [{ type: 'dns', value: 'safe.test' }]);
    // Says who is asking, and by which name.
    safe = createHttpsServer(
      { cert: own.certificate, key: own.key, ca: ca.certificate, requestCert: true, rejectUnauthorized: false },
      (q, a) => {
        const socket = q.socket as import('node:tls').TLSSocket & { servername?: string };
        a.end(`${socket.servername} from ${socket.authorized ? socket.getPeerCertificate().subject.CN : 'nobody'}`);
      },
    );
    bytes = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => socket.end(`got ${data.toString()}`));
    });
    await Promise.all([safe, bytes].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
    const at = (server: TcpServer) => (server.address() as AddressInfo).port;
    const text = [
      manifests(ports),
      tlsSecret('infra', 'edge', edge),
      authorities('infra', 'ca', ca.certificate),
      ...['safe', 'stranger', 'raw-tls'].map((name) => backend(name, at(safe))),
      backend('bytes', at(bytes)),
      policy('safe', 'safe.test'),
      policy('stranger', 'stranger.test'),
    ].join('');
    running = await startEnvoy(envoy ?? '', buildSnapshot(objectsFromYaml(text), { mode: 'embedded' }).snapshot);
  });
  afterAll(async () => {
    await running?.stop();
    safe?.closeAllConnections();
    await Promise.all([safe, bytes].map((server) => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))));
  });

  function answer(options: Parameters<typeof request>[1], isPlain = false): Promise<string> {
    return new Promise((resolve, reject) => {
      (isPlain ? plainRequest : request)(
        { host: ADDRESS, ca: ca.certificate, rejectUnauthorized: false, agent: false, ...options },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve(`${response.statusCode} ${text.trim()}`));
        },
      )
        .on('error', reject)
        .end();
    });
  }
  const named = (servername: string, host: string) => answer({ port: ports.names, servername, headers: { host }, path: '/safe' });

  it('reaches a backend by TLS with the certificate of the Gateway, and only the backend that it should be', async () => {
    expect(await answer({ port: ports.web, path: '/safe' }, true)).toBe('200 safe.test from edge');
    expect(await answer({ port: ports.web, path: '/stranger' }, true)).toMatch(/^503 /);
  });

  it.each([
    { servername: 'one.test', host: 'one.test', is: /^200 / },
    { servername: 'one.test', host: 'two.test', is: /^421 / },
    { servername: 'two.test', host: 'two.test', is: /^200 / },
    { servername: 'two.test', host: 'one.test', is: /^421 / },
    { servername: 'one.test', host: 'through.test', is: /^421 / },
  ])('a connection for $servername asks for $host: $is', async ({ servername, host, is }) => {
    expect(await named(servername, host)).toMatch(is);
  });

  it('asks clients for certificates of an authority where told to', async () => {
    const ask = (with_: Partial<Issued>) =>
      answer({ port: ports.clients, servername: 'edge.test', path: '/safe', cert: with_.certificate, key: with_.key });
    expect(await ask(client)).toMatch(/^200 /);
    await expect(ask({})).rejects.toThrow();
    const stranger = await (await startAuthority('other')).issue('stranger');
    await expect(ask(stranger)).rejects.toThrow();
  });

  function talk(servername: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ host: ADDRESS, port: ports.names, servername, rejectUnauthorized: false }, () => socket.write('hello'));
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => (text === '' ? reject(new Error('closed')) : resolve(text)));
      socket.on('error', reject);
    });
  }

  it('passes TLS through to who answers to the name, or ends it and passes the bytes on', async () => {
    expect(await answer({ port: ports.names, servername: 'through.test' })).toBe('200 through.test from nobody');
    expect(await talk('a.ends.test')).toBe('got hello');
    await expect(talk('b.ends.test')).rejects.toThrow();
  });

  it('shares connections out by weight, and closes the share of a backend that is not there', async () => {
    const once = () =>
      new Promise<string>((resolve) => {
        const socket = connect({ host: ADDRESS, port: ports.sql }, () => socket.write('hello'));
        let text = '';
        socket.on('data', (data) => (text += data.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(text));
      });
    const answers = await Promise.all(Array.from({ length: 200 }, once));
    const served = answers.filter((text) => text === 'got hello').length;
    expect(answers.filter((text) => text === '').length).toBe(200 - served);
    // Five standard deviations of the binomial.
    expect(Math.abs(served - 100)).toBeLessThan(5 * Math.sqrt(200 * 0.25));
  });
});
