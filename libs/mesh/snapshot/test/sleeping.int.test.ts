import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { buildSnapshot } from '../src/build-snapshot.js';
import { type Echo, type EchoBackend, freePort, startEcho } from './echo-backend.js';
import { type RunningEnvoy, findEnvoy, startEnvoy, validate } from './envoy-process.js';
import { objectsFromYaml } from './objects-from-yaml.js';

const envoy = findEnvoy();
const input = readFileSync(path.join(import.meta.dirname, '../testdata/sleeping.in.yaml'), 'utf8');
const describeWithEnvoy = envoy ? describe : describe.skip;

describeWithEnvoy(envoy ? 'a real Envoy without an activator' : 'a real Envoy without an activator (skipped: put envoy on PATH)', () => {
  let pod: EchoBackend;
  let running: RunningEnvoy;
  let web: number;

  beforeAll(async () => {
    [pod, web] = await Promise.all([startEcho('pod'), freePort()]);
    const text = input.replaceAll('127.40.0.1', '127.0.0.1').replaceAll('41001', String(pod.port)).replace('18180', String(web));
    const { snapshot } = buildSnapshot(objectsFromYaml(text), { mode: 'embedded' });
    expect(validate(envoy ?? '', snapshot)).toBe('');
    running = await startEnvoy(envoy ?? '', snapshot);
  });
  afterAll(async () => {
    await running?.stop();
    await pod?.stop();
  });

  function ask(at: string, more: Record<string, string> = {}): Promise<{ status: number; retryAfter: string | undefined; text: string }> {
    return new Promise((resolve, reject) => {
      request(`http://127.20.0.5:${web}${at}`, { headers: { host: 'others.apps.example.com', ...more } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text }));
      })
        .on('error', reject)
        .end();
    });
  }

  it.each(['/leaving', '/limited', '/waking'])('says what is wrong with %s, and when to try again', async (at) => {
    expect(await ask(at)).toEqual({
      status: 503,
      retryAfter: '1',
      text: 'this service sleeps, and what wakes it does not answer; try again\n',
    });
  });

  it('serves what is awake', async () => {
    expect((await ask('/mirrored')).status).toBe(200);
  });

  it('tells who asks, as RFC 7239 writes it, after what the client says', async () => {
    const told = async (more?: Record<string, string>) => (JSON.parse((await ask('/mirrored', more)).text) as Echo).headers['forwarded'];
    const ours = /^for="127\.0\.0\.1:\d+";host="others\.apps\.example\.com";proto=http$/;
    expect(await told()).toMatch(ours);
    const [first, ...rest] = (await told({ forwarded: 'for=192.0.2.43' }))?.split(', ') ?? [];
    expect(first).toBe('for=192.0.2.43');
    expect(rest).toEqual([expect.stringMatching(ours)]);
  });

  it.each(['x-envoy-original-dst-host', 'x-tidegate-dst'])('takes no address from the header %s', async (name) => {
    const answer = await new Promise<number>((resolve, reject) => {
      const headers = { host: 'others.apps.example.com', [name]: `127.0.0.1:${pod.port}` };
      request(`http://127.20.0.5:${web}/leaving`, { headers }, (response) => resolve(response.resume().statusCode ?? 0))
        .on('error', reject)
        .end();
    });
    expect(answer).toBe(503);
  });
});
