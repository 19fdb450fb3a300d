import { gunzipSync } from 'node:zlib';
import { Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.end());

const packed = (at: string): ReturnType<Stage['bytes']> => stage.bytes(at, { 'accept-encoding': 'gzip, br' });

const SECURITY = {
  'content-security-policy': expect.stringMatching(/^default-src 'self';.*frame-ancestors 'none'/),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

it.each(['/', '/releases/default/one', '/no/such/page', '/assets'])('gives the page for %s, never from an old copy', async (at) => {
  const { status, headers, text } = await stage.get(at);
  expect({ status, text }).toEqual({ status: 200, text: '<!doctype html><title>Tidegate</title>' });
  expect(headers).toMatchObject({ ...SECURITY, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
});

it('gives files with a hash in their name for ever', async () => {
  const { status, headers, text } = await stage.get('/assets/index-abc.js');
  expect({ status, text }).toEqual({ status: 200, text: 'export {};\n' });
  expect(headers).toMatchObject({
    ...SECURITY,
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  });
});

it('packs text for browsers that ask for it', async () => {
  const { headers, body } = await packed('/assets/index-abc.js');
  expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(gunzipSync(body).toString()).toBe('export {};\n');
});

it('gives fonts as they are', async () => {
  const { headers, body } = await packed('/assets/font-abc.woff2');
  expect(headers).toMatchObject({ ...SECURITY, 'content-type': 'font/woff2' });
  expect([headers['content-encoding'], body.toString()]).toEqual([undefined, 'a font']);
});

it.each([
  '/assets/../secret.js',
  '/assets/..%2fsecret.js',
  '/assets/%2e%2e/secret.js',
  '/assets/..%5csecret.js',
  '/assets/%2e%2e%2fsecret.js',
  '/assets/none.js',
  '/assets/index-abc.js%00.css',
])('gives nothing from outside of the folder: %s', async (at) => {
  const { text } = await stage.get(at);
  expect(text).not.toContain('outside of assets');
});

it('refuses other methods', async () => {
  expect((await stage.send('PUT', '/assets/index-abc.js', { authorization: 'Bearer the-token-of-this-instance' })).status).toBe(404);
});
