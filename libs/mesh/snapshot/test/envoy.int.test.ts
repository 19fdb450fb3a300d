import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { buildSnapshot } from '../src/build-snapshot.js';
import { type Echo, type EchoBackend, freePort, startEcho } from './echo-backend.js';
import { type RunningEnvoy, findEnvoy, startEnvoy } from './envoy-process.js';
import { objectsFromYaml } from './objects-from-yaml.js';

const envoy = findEnvoy();
const input = readFileSync(path.join(import.meta.dirname, '../testdata/traffic.in.yaml'), 'utf8');

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  echo?: Echo;
  text: string;
}

const describeWithEnvoy = envoy ? describe : describe.skip;

describeWithEnvoy(
  envoy ? 'a real Envoy with the snapshot' : 'a real Envoy with the snapshot (skipped: set TIDEGATE_ENVOY or put envoy on PATH)',
  () => {
    let v1: EchoBackend;
    let v2: EchoBackend;
    let running: RunningEnvoy;
    let web: number;
    let mesh: number;
    let raw: number;

    beforeAll(async () => {
      [v1, v2, web, mesh, raw] = await Promise.all([startEcho('v1'), startEcho('v2'), freePort(), freePort(), freePort()]);
      const text = input
        .replaceAll('41001', String(v1.port))
        .replace('41002', String(v2.port))
        .replace('18180', String(web))
        .replace('19080', String(mesh))
        .replace('17000', String(raw));
      running = await startEnvoy(envoy ?? '', buildSnapshot(objectsFromYaml(text), { mode: 'embedded' }).snapshot);
    });
    afterAll(async () => {
      await running?.stop();
      await Promise.all([v1?.stop(), v2?.stop()]);
    });

    function call(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
      return new Promise((resolve, reject) => {
        const sent = request(url, { headers, method }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            const isEcho = response.headers['content-type'] === 'application/json';
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              ...(isEcho ? { echo: JSON.parse(text) as Echo } : {}),
            });
          });
        });
        sent.on('error', reject).end();
      });
    }
    const edge = (host: string, at: string, headers: Record<string, string> = {}, method = 'GET') =>
      call(`http://127.20.0.5:${web}${at}`, { host, ...headers }, method);

    it('splits by weight and answers 500 for the share of a missing backend', async () => {
      const answers = await Promise.all(Array.from({ length: 1500 }, () => edge('weights.example.com', '/')));
      const count = (is: (a: Answer) => boolean) => answers.filter(is).length;
      // Five standard deviations of the binomial.
      const within = (found: number, share: number) => Math.abs(found - 1500 * share) < 5 * Math.sqrt(1500 * share * (1 - share));
      expect(
        within(
          count((a) => a.echo?.backend === 'v1'),
          0.7,
        ),
      ).toBe(true);
      expect(
        within(
          count((a) => a.echo?.backend === 'v2'),
          0.2,
        ),
      ).toBe(true);
      expect(
        within(
          count((a) => a.status === 500),
          0.1,
        ),
      ).toBe(true);
      expect(count((a) => a.status === 500 && a.text.includes('backend'))).toBe(count((a) => a.status !== 200));
    });

    it('mirrors the asked-for share of every weighted backend', async () => {
      const before = v2.seen();
      const answers = await Promise.all(Array.from({ length: 1000 }, () => edge('mirrors.example.com', '/')));
      expect(answers.every((a) => a.echo?.backend === 'v1')).toBe(true);
      const near = (n: number) => Math.abs(n - 300) < 5 * Math.sqrt(1000 * 0.3 * 0.7);
      await waitFor('about 300 copies', () => near(v2.seen() - before));
    });

    it.each([
      { at: '/a', goes: 'v1' },
      { at: '/a/x', goes: 'v1' },
      { at: '/ab', goes: 404 },
      { at: '/a/b', goes: 'v2' },
      { at: '/a/c', headers: { version: 'two' }, goes: 'v2' },
      { at: '/a/c?v=two', goes: 'v2' },
      { at: '/a/c?v=tw', goes: 'v1' },
      { at: '/m', method: 'POST', goes: 'v2' },
      { at: '/m', goes: 404 },
      { at: '/r/42', goes: 'v2' },
      { at: '/r/42x', goes: 404 },
      { at: '/a', host: 'deep.down.match.example.com:8180', goes: 'v1' },
      { at: '/a', host: 'match.example.com', goes: 404 },
      { at: '/%61', goes: 'v1' },
      { at: '/x/../a', goes: 'v1' },
    ])('matches $method $at $host $headers: $goes', async ({ at, host = 'one.match.example.com', headers, method, goes }) => {
      const answer = await edge(host, at, headers, method);
      expect(answer.echo?.backend ?? answer.status).toBe(goes);
    });

    it('changes headers, the backend after the rule, and keeps inner headers inside', async () => {
      const answer = await edge('changes.example.com:8180', '/headers', {
        'x-remove': '1',
        'x-add': 'own',
        'x-envoy-retry-on': '5xx',
        'x-tidegate-dialled': '1.2.3.4',
      });
      expect(answer.headers['x-answer']).toBe('yes');
      const seen = answer.echo?.headers ?? {};
      expect(seen).toMatchObject({ 'x-set': '50%', 'x-both': 'backend', 'x-add': 'own, added', host: 'changes.example.com:8180' });
      expect(Object.keys(seen).filter((name) => /^x-(remove|envoy|tidegate)/.test(name))).toEqual([]);
    });

    it.each([
      { at: '/prefix', path: '/' },
      { at: '/prefix/a?q=1', path: '/a?q=1' },
      { at: '/full/a?q=1', path: '/one?q=1' },
    ])('rewrites $at to $path', async ({ at, path: expected }) => {
      const answer = await edge('changes.example.com', at);
      expect(answer.echo?.path).toBe(expected);
    });

    it('redirects', async () => {
      const away = await edge('changes.example.com', '/away/x');
      expect([away.status, away.headers['location']]).toEqual([301, 'https://other.example.com/there/x']);
      const here = await edge(`changes.example.com:${web}`, '/here');
      expect([here.status, here.headers['location']]).toEqual([302, `http://changes.example.com:${web}/else`]);
    });

    it('ends what takes too long with 504 and a sentence', async () => {
      const answer = await edge('changes.example.com', '/slow?delayMs=5000');
      expect([answer.status, answer.text]).toEqual([504, 'this service did not answer in time\n']);
    });

    it('tries again as often as asked', async () => {
      const before = v1.seen();
      expect((await edge('changes.example.com', '/again?status=503')).status).toBe(503);
      expect(v1.seen() - before).toBe(3);
    });

    it('answers preflight requests', async () => {
      const headers = { origin: 'https://a.example.com', 'access-control-request-method': 'GET' };
      const answer = await edge('changes.example.com', '/cors', headers, 'OPTIONS');
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': 'https://a.example.com',
        'access-control-allow-methods': 'GET',
      });
      const asked = { ...headers, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-one, x-two' };
      expect((await edge('changes.example.com', '/cors-any', asked, 'OPTIONS')).headers).toMatchObject({
        'access-control-allow-origin': 'https://a.example.com',
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'x-one, x-two',
        'access-control-allow-credentials': 'true',
      });
    });

    it('answers 500 for a rule without backends and 404 for a host without route', async () => {
      expect((await edge('changes.example.com', '/nothing')).status).toBe(500);
      const nobody = await edge('nobody.example.com', '/');
      expect([nobody.status, nobody.text]).toEqual([404, 'no route matches this host and path\n']);
    });

    it('serves the first Gateway on localhost as well', async () => {
      expect((await call(`http://127.0.0.1:${web}/a`, { host: 'x.match.example.com' })).echo?.backend).toBe('v1');
    });

    it.each([
      { name: 'the cluster address', address: '127.20.2.1', at: '/reviews/1', goes: 'v1' },
      { name: "a caller's own address", address: '127.20.1.1', at: '/next', goes: 'v2' },
      { name: 'a path that no rule of the Service takes', address: '127.20.1.1', at: '/other', goes: 404 },
      { name: 'a caller whose namespace has a consumer route', address: '127.20.1.2', at: '/reviews/1', goes: 'v2' },
      { name: 'a Service without routes', address: '127.20.2.3', at: '/any', goes: 'v2' },
      { name: 'an address of nobody', address: '127.20.77.77', at: '/', goes: 404 },
    ])('inside: $name', async ({ address, at, goes }) => {
      const answer = await call(`http://${address}:${mesh}${at}`, { 'x-tidegate-dialled': `127.20.2.3:${mesh}` });
      expect(answer.echo?.backend ?? answer.status).toBe(goes);
    });

    it('inside: passes the bytes of a port that is not HTTP on', async () => {
      const answer = await call(`http://127.20.2.9:${raw}/raw`, { 'x-envoy-retry-on': 'mine' });
      expect(answer.echo).toMatchObject({ backend: 'v1', path: '/raw', headers: { 'x-envoy-retry-on': 'mine' } });
    });

    it("applies the Service's routes to requests that come through the Gateway, after the Gateway's rewrite", async () => {
      const reviews = await edge('inner.example.com', '/shop/reviews/7');
      expect(reviews.echo).toMatchObject({ backend: 'v1', path: '/reviews/7' });
      expect(reviews.echo?.headers['x-inner']).toBe('yes');
      expect((await edge('inner.example.com', '/shop/next')).echo).toMatchObject({ backend: 'v2', path: '/next' });
      expect((await edge('inner.example.com', '/shop/other')).status).toBe(404);
    });
  },
);
