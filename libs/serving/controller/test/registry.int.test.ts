import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registryResolver } from '../src/index.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const LOGIN = { username: 'u', password: 'p' };
let registry: Server;
let host: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  registry = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  host = `localhost:${(registry.address() as AddressInfo).port}`;
});
afterAll(() => void registry.close());

const resolve = (image: string, credentials = new Map<string, typeof LOGIN>(), signal = new AbortController().signal): Promise<string> =>
  registryResolver.resolve(`${host}/${image}`, credentials, signal);
const found = (response: ServerResponse): void => void response.setHeader('docker-content-digest', DIGEST).end();
const unauthorized = (response: ServerResponse, challenge: string): void =>
  void response.writeHead(401, { 'www-authenticate': challenge }).end();

it('asks for the manifest of a tag, in every form that a node takes', async () => {
  answer = (request, response) => {
    expect(`${request.method} ${request.url}`).toBe('HEAD /v2/shop/reviews/manifests/v1');
    expect(request.headers.accept).toContain('application/vnd.oci.image.index.v1+json');
    found(response);
  };
  expect(await resolve('shop/reviews:v1')).toBe(`${host}/shop/reviews@${DIGEST}`);
});

it('gets a token where the registry sends it, for this repository alone', async () => {
  answer = (request, response) => {
    if (request.url?.startsWith('/token')) {
      const { searchParams } = new URL(request.url, 'http://x');
      expect([searchParams.get('service'), searchParams.get('scope')]).toEqual(['reg', 'repository:shop/reviews:pull']);
      expect(request.headers.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
      response.end(JSON.stringify({ token: 'abc' }));
    } else if (request.headers.authorization === 'Bearer abc') found(response);
    else unauthorized(response, `Bearer realm="http://${host}/token",service="reg"`);
  };
  expect(await resolve('shop/reviews:v1', new Map([[host, LOGIN]]))).toBe(`${host}/shop/reviews@${DIGEST}`);
});

it('gives a password to the registry that it is for', async () => {
  answer = (request, response) => {
    if (request.headers.authorization === `Basic ${Buffer.from('u:p').toString('base64')}`) found(response);
    else unauthorized(response, 'Basic realm="reg"');
  };
  expect(await resolve('a', new Map([[host, LOGIN]]))).toBe(`${host}/a@${DIGEST}`);
  await expect(resolve('a', new Map([['elsewhere', LOGIN]]))).rejects.toThrow('wants a user and a password');
});

it.each<{ name: string; answer: typeof answer; error: string }>([
  { name: 'no such tag', answer: (_, response) => void response.writeHead(404).end(), error: 'unexpected status code 404 Not Found' },
  { name: 'no digest', answer: (_, response) => void response.end(), error: 'answered without a digest' },
  {
    name: 'a digest that is none',
    answer: (_, response) => void response.setHeader('docker-content-digest', 'sha256:../x').end(),
    error: 'answered without a digest',
  },
  { name: 'a riddle', answer: (_, response) => unauthorized(response, 'Negotiate'), error: 'refused without saying how to ask' },
  {
    name: 'a realm without TLS',
    answer: (_, response) => unauthorized(response, 'Bearer realm="http://example.com/token"'),
    error: 'names a realm without TLS',
  },
  {
    name: 'an endless token',
    answer: (request, response) =>
      request.url?.startsWith('/token')
        ? void response.end('x'.repeat(100_000))
        : unauthorized(response, `Bearer realm="http://${host}/token"`),
    error: 'more than a token',
  },
])('says what is wrong: $name', async ({ answer: given, error }) => {
  answer = given;
  await expect(resolve('a:b')).rejects.toThrow(error);
});

it('gives up when it is told to', async () => {
  answer = () => undefined;
  const limit = new AbortController();
  const asked = resolve('a:b', new Map(), limit.signal);
  limit.abort();
  await expect(asked).rejects.toThrow('did not answer in time');
});

it('says that nobody is there', async () => {
  const gone = registryResolver.resolve('localhost:1/a:b', new Map(), new AbortController().signal);
  await expect(gone).rejects.toThrow('localhost:1 cannot be reached');
});
