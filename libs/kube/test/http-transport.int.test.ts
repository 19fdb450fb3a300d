import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpTransport } from '../src/http-transport.js';
import { KubeClient } from '../src/kube-client.js';
import { KubeApiError } from '../src/kube-api-error.js';
import { kinds } from '../src/kinds.js';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let server: Server;
let transport: HttpTransport;
let handler: Handler;
let sockets: Set<unknown>;

beforeEach(async () => {
  sockets = new Set();
  server = createServer((request, response) => {
    sockets.add(request.socket);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => handler(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  transport = new HttpTransport({
    server: `http://127.0.0.1:${port}/prefix`,
    credentials: () => Promise.resolve({ headers: { authorization: 'Bearer abc' }, tls: {} }),
  });
});
afterEach(async () => {
  transport.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

describe('HttpTransport over plain http', () => {
  it('sends what server-side apply needs, on one kept connection', async () => {
    const got: unknown[] = [];
    handler = (request, response, body) => {
      got.push({
        method: request.method,
        url: request.url,
        type: request.headers['content-type'],
        auth: request.headers.authorization,
        body: JSON.parse(body) as unknown,
      });
      json(response, 200, JSON.parse(body));
    };
    const client = new KubeClient(transport, { fieldManager: 'me' });
    const object = { metadata: { name: 'a b', namespace: 'shop', managedFields: [] }, data: { k: 'v' } };
    await client.apply(kinds.configMaps, object);
    await client.apply(kinds.configMaps, object);
    expect(got[0]).toEqual({
      method: 'PATCH',
      url: '/prefix/api/v1/namespaces/shop/configmaps/a%20b?fieldManager=me&force=true',
      type: 'application/apply-patch+yaml',
      auth: 'Bearer abc',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a b', namespace: 'shop' }, data: { k: 'v' } },
    });
    expect(sockets.size).toBe(1);
  });

  it('gives refusals as KubeApiError with the Status, also when the body is no JSON', async () => {
    handler = (request, response) => {
      if (request.url?.includes('/secrets/')) return void response.writeHead(503).end('upstream is down');
      json(response, 422, { kind: 'Status', reason: 'Invalid', message: 'bad name', details: { causes: [{ field: 'metadata.name' }] } });
    };
    const client = new KubeClient(transport);
    await expect(client.create(kinds.configMaps, { metadata: { name: 'X' } })).rejects.toMatchObject({
      status: 422,
      reason: 'Invalid',
      message: 'bad name',
      details: { causes: [{ field: 'metadata.name' }] },
    });
    const error: unknown = await client.get(kinds.secrets, 's', 'shop').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(KubeApiError);
    expect(error).toMatchObject({ status: 503, message: 'upstream is down' });
  });

  it('waits when the server asks for it with 429', async () => {
    let tries = 0;
    handler = (_request, response) => {
      tries++;
      if (tries === 1) return void response.writeHead(429, { 'retry-after': '0' }).end();
      json(response, 200, { items: [] });
    };
    await new KubeClient(transport).list(kinds.pods);
    expect(tries).toBe(2);
  });

  it('reads a watch line by line, and ends it when the reader leaves', async () => {
    let closed: (() => void) | undefined;
    const left = new Promise<void>((resolve) => (closed = resolve));
    handler = (request, response) => {
      expect(request.url).toContain('watch=true');
      request.socket.on('close', () => closed?.());
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n{"type":"BOOK');
      response.write('MARK","object":{"metadata":{"resourceVersion":"9"}}}\n');
    };
    const seen: string[] = [];
    for await (const frame of transport.watch({ method: 'GET', path: '/api/v1/pods', query: { watch: 'true' } })) {
      seen.push(frame.type);
      if (frame.type === 'BOOKMARK') break;
    }
    expect(seen).toEqual(['ADDED', 'BOOKMARK']);
    await left;
  });

  it('gives a refused watch as one ERROR frame with the code', async () => {
    handler = (_request, response) => json(response, 403, { kind: 'Status', reason: 'Forbidden', message: 'no' });
    const frames = [];
    for await (const frame of transport.watch({ method: 'GET', path: '/api/v1/pods' })) frames.push(frame);
    expect(frames).toEqual([{ type: 'ERROR', object: { code: 403, kind: 'Status', reason: 'Forbidden', message: 'no' } }]);
  });

  it('says which address did not answer', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(new KubeClient(transport).list(kinds.pods)).rejects.toMatchObject({ code: 'KUBE_UNREACHABLE' });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  it('ends a call when its signal aborts', async () => {
    const abort = new AbortController();
    handler = () => abort.abort();
    await expect(transport.call({ method: 'GET', path: '/slow', signal: abort.signal })).rejects.toMatchObject({
      code: 'KUBE_UNREACHABLE',
    });
  });
});
