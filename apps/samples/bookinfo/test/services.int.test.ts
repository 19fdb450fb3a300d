import { spawn, type ChildProcess } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { imageFolder } from '../src/index.js';

interface Running {
  url: string;
  child: ChildProcess;
  exited: Promise<number | null>;
}

const running: Running[] = [];
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
});

async function start(service: string, env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, [path.join(imageFolder, 'main.mjs'), service], {
    env: { HOST: '127.0.0.1', PORT: '0', DRAIN_MS: '50', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  let closed = false;
  child.once('close', () => (closed = true));
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const made: Running = { url: '', child, exited };
  running.push(made);
  const found = await waitFor(
    'the service to listen or to end',
    () => /listening on 127\.0\.0\.1:(\d+)/.exec(output) ?? (closed && output),
  );
  if (typeof found === 'string') throw new Error(`exited with ${child.exitCode}: ${output}`);
  const port = found[1];
  made.url = `http://127.0.0.1:${port}`;
  return made;
}

async function get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(url, { headers, redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('Bookinfo', () => {
  it('shows a page made of all four services, and says which version reviewed', async () => {
    const [details, ratings] = await Promise.all([start('details'), start('ratings')]);
    const reviews = await start('reviews', { VERSION: 'v2', RATINGS_URL: ratings.url });
    const page = await start('productpage', { DETAILS_URL: details.url, REVIEWS_URL: reviews.url, RATINGS_URL: ratings.url });
    const shown = await get(`${page.url}/productpage`);
    expect(shown.status).toBe(200);
    expect(shown.headers.get('x-served-by')).toBe('productpage-v1');
    expect(shown.headers.get('x-reviews-by')).toBe('reviews-v2');
    expect(shown.headers.get('x-degraded')).toBeNull();
    expect(shown.text).toContain('★★★★★');
    expect(shown.text).toContain('Ines Maravilla');
    expect((await get(`${page.url}/`)).headers.get('location')).toBe('/productpage');
    expect(JSON.parse((await get(`${page.url}/api/v1/products`)).text)).toHaveLength(2);
    const api = await get(`${page.url}/api/v1/products/1/reviews`);
    expect(JSON.parse(api.text)).toMatchObject({ id: 1, version: 'v2', reviews: [{ rating: { stars: 4, colour: 'black' } }, {}] });
    expect((await get(`${page.url}/productpage/7`)).status).toBe(404);
  });

  it('degrades when reviews fail on purpose; the API passes the failure on', async () => {
    const reviews = await start('reviews', { VERSION: 'v3', FAULT_ERROR_PERCENT: '100' });
    const page = await start('productpage', { REVIEWS_URL: reviews.url, DETAILS_URL: reviews.url });
    const direct = await get(`${reviews.url}/reviews/0`);
    expect([direct.status, direct.headers.get('x-fault')]).toEqual([500, 'injected']);
    const shown = await get(`${page.url}/productpage`);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('Reviews are unavailable');
    expect(shown.headers.get('x-degraded')).toBe('details,reviews');
    expect(shown.headers.get('x-reviews-fault')).toBe('injected');
    const api = await get(`${page.url}/api/v1/products/0/reviews`);
    expect([api.status, api.headers.get('x-fault'), api.headers.get('x-reviews-by')]).toEqual([500, 'injected', 'reviews-v3']);
  });

  it('degrades when nobody answers, and reviews come without stars when ratings are gone', async () => {
    const reviews = await start('reviews', { VERSION: 'v2', RATINGS_URL: 'http://127.0.0.1:1' });
    expect(JSON.parse((await get(`${reviews.url}/reviews/0`)).text)).toMatchObject({ ratings: 'unavailable', reviews: [{}, {}] });
    const page = await start('productpage', { REVIEWS_URL: 'http://127.0.0.1:1', DETAILS_URL: 'http://127.0.0.1:1' });
    expect((await get(`${page.url}/productpage`)).status).toBe(200);
    expect((await get(`${page.url}/api/v1/products/0/reviews`)).status).toBe(502);
  });

  it('sends trace headers, the user and cookies on, and nothing else', async () => {
    const { createServer } = await import('node:http');
    const seen: Record<string, unknown>[] = [];
    const stub = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'cohort=v2' }).end('{"reviews":[]}');
    });
    await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
    const address = stub.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    try {
      const page = await start('productpage', { REVIEWS_URL: url, DETAILS_URL: url });
      const sent = {
        traceparent: '00-a-b-01',
        'x-request-id': 'r1',
        'x-b3-traceid': 't',
        'x-user': 'u',
        cookie: 'cohort=v1',
        authorization: 'Bearer s',
      };
      const shown = await get(`${page.url}/productpage`, sent);
      const { authorization: _, ...forwarded } = sent;
      for (const headers of seen) {
        expect(headers).toMatchObject(forwarded);
        expect(headers).not.toHaveProperty('authorization');
      }
      expect(seen).toHaveLength(2);
      expect(shown.headers.get('set-cookie')).toBe('cohort=v2');
    } finally {
      stub.closeAllConnections();
      await new Promise((resolve) => stub.close(resolve));
    }
  });

  it('is ready when it should be, and only then', async () => {
    const never = await start('ratings', { FAULT_NEVER_READY: 'true' });
    expect((await get(`${never.url}/healthz`)).status).toBe(200);
    expect((await get(`${never.url}/readyz`)).status).toBe(503);
    const slow = await start('ratings', { FAULT_START_SECONDS: '0.4' });
    expect((await get(`${slow.url}/readyz`)).status).toBe(503);
    await waitFor('readiness', async () => (await get(`${slow.url}/readyz`)).status === 200);
  });

  it('crashes when told to', async () => {
    const { exited } = await start('ratings', { FAULT_CRASH_AFTER_SECONDS: '0.1' });
    expect(await exited).toBe(1);
  });

  it('refuses settings that are wrong, all at once', async () => {
    const wrong = start('reviews', { FAULT_ERROR_PERCENT: '200', RATINGS_URL: 'not an address' });
    await expect(wrong).rejects.toThrow(/exited with 2: FAULT_ERROR_PERCENT[^]*RATINGS_URL/);
    await expect(start('nothing')).rejects.toThrow('Which service?');
  });

  it('stops without losing a request: in-flight ones end, kept connections are told to close, exit code 0', async () => {
    const { url, child, exited } = await start('ratings', { FAULT_DELAY_MS: '300', DRAIN_MS: '100' });
    const { hostname, port } = new URL(url);
    const asked = new Promise<{ status?: number; connection?: string }>((resolve, reject) => {
      const request = httpRequest(
        { hostname, port, path: '/ratings/0', agent: false, headers: { connection: 'keep-alive' } },
        (response) => {
          response.resume();
          response.on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
        },
      );
      request.on('error', reject);
      request.on('socket', (socket) => socket.on('connect', () => setImmediate(() => child.kill('SIGTERM'))));
      request.end();
    });
    expect((await asked).status).toBe(200);
    expect(await exited).toBe(0);
  });
});
