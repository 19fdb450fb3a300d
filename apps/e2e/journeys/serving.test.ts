import { request } from 'undici';
import { waitFor } from '@tidegate/testing';
import { Client, findClient } from './client.js';
import { Instance } from './instance.js';

const instance = new Instance();
const knFile = findClient('kn', 'TIDEGATE_KN');
/** http://127.0.0.1:PORT of the Gateway of Knative hosts. */
let gateway = '';

beforeAll(async () => {
  const up = await instance.run('up', '--detach');
  expect({ code: up.code, words: up.code === 0 ? '' : up.out + up.err }).toEqual({ code: 0, words: '' });
  gateway = await waitFor('the Gateway of Knative hosts', async () => {
    const { out } = await instance.run('status');
    return /Gateway +(http:\/\/\S+) +\(knative-serving\/knative-serving\)/.exec(out)?.[1];
  });
});
afterAll(() => instance.end());

async function ask(host: string): Promise<{ status: number; text: string }> {
  const { statusCode, body } = await request(`${gateway}/`, { headers: { host } });
  return { status: statusCode, text: await body.text() };
}

it('loads a Knative Service with the sample, and answers for it', async () => {
  const answer = await waitFor(
    'the greeting',
    async () => {
      const asked = await ask('hello.sample.localhost');
      return asked.status === 200 ? asked : undefined;
    },
    60_000,
  );
  expect(answer.text).toBe('Hello Tidegate!\n');
});

it('shows serving from zero to many and back, and loses nothing', async () => {
  const demo = await instance.run('demo', 'serving');
  expect({ code: demo.code, said: demo.code === 0 ? '' : demo.out + demo.err }).toEqual({ code: 0, said: '' });
  expect(demo.out).toMatch(/cold calls +each held, woken and answered +[\d.]+ +6 +0 /);
  expect(demo.out).toContain('From zero to many and back, and no request was lost.');
});

const journey = knFile ? describe : describe.skip;
journey(knFile ? 'kn' : 'kn (not on this machine: set TIDEGATE_KN)', () => {
  let kn: Client;
  beforeAll(async () => {
    kn = new Client(knFile ?? '', ['--kubeconfig', await instance.kubeconfig()]);
  });

  /** What it printed; the test fails with kn's own words when it did not end with 0. */
  async function does(...words: string[]): Promise<string> {
    const { code, out, err } = await kn.run(words, { timeoutMs: 120_000 });
    expect({ words, code, err: code === 0 ? '' : err }).toEqual({ words, code: 0, err: '' });
    return out;
  }
  const IMAGE = 'tidegate.dev/samples/hello:1.0.0';

  it('creates a service that answers, lists and describes it', async () => {
    expect(await does('service', 'create', 'greeter', '--image', IMAGE, '--env', 'TARGET=you')).toMatch(
      /Service 'greeter' created to latest revision 'greeter-00001' is available at URL:\nhttp:\/\/greeter\.default\.localhost/,
    );
    expect((await ask('greeter.default.localhost')).text).toBe('Hello you!\n');
    expect(await does('service', 'list')).toMatch(/greeter +http:\/\/greeter\.default\.localhost\S* +greeter-00001 +\S+ +3 OK \/ 3 +True/);
    expect(await does('service', 'describe', 'greeter')).toMatch(/100% +@latest \(greeter-00001\)[\s\S]*\+\+ Ready/);
  });

  it('splits traffic between revisions, with tags', async () => {
    await does(
      'service',
      'update',
      'greeter',
      '--env',
      'TARGET=two',
      '--tag',
      'greeter-00001=old',
      '--traffic',
      'greeter-00001=50,@latest=50',
    );
    expect(await does('revision', 'list', '--service', 'greeter')).toMatch(
      /greeter-00002 +greeter +50%[\s\S]*greeter-00001 +greeter +50% +old/,
    );
    expect(await does('route', 'describe', 'greeter')).toMatch(/50% +greeter-00001 #old/);
    expect((await ask('old-greeter.default.localhost')).text).toBe('Hello you!\n');
    const texts = new Set<string>();
    for (let i = 0; i < 60; i++) texts.add((await ask('greeter.default.localhost')).text);
    expect([...texts].sort()).toEqual(['Hello two!\n', 'Hello you!\n']);
  });

  it('takes the old revision away', async () => {
    await does('service', 'update', 'greeter', '--traffic', '@latest=100', '--untag', 'old');
    await does('revision', 'delete', 'greeter-00001');
    expect((await ask('greeter.default.localhost')).text).toBe('Hello two!\n');
  });

  it('maps a domain', async () => {
    await does('domain', 'create', 'shop.example.com', '--ref', 'ksvc:greeter');
    await waitFor('the domain', async () => (await ask('shop.example.com')).text === 'Hello two!\n' || undefined, 60_000);
    expect(await does('domain', 'describe', 'shop.example.com')).toMatch(/\+\+ Ready/);
    await does('domain', 'delete', 'shop.example.com');
    await waitFor('the domain is gone', async () => (await ask('shop.example.com')).status === 404 || undefined, 60_000);
  });

  it('applies, waits and deletes; says what is wrong', async () => {
    await does('service', 'apply', 'greeter', '--image', IMAGE, '--env', 'TARGET=applied');
    await does('service', 'wait', 'greeter');
    expect((await ask('greeter.default.localhost')).text).toBe('Hello applied!\n');
    await does('service', 'delete', 'greeter', '--wait');
    const bad = await kn.run(['service', 'create', 'bad', '--image', 'Bad Image']);
    expect([bad.code, bad.err]).toEqual([1, expect.stringContaining('validation failed: Failed to parse image reference')]);
    const none = await kn.run(['service', 'create', 'none', '--image', 'tidegate.dev/none:1', '--wait-timeout', '60']);
    expect([none.code, none.err]).toEqual([
      1,
      expect.stringMatching(/RevisionFailed: Revision "none-00001" failed with message: Unable to fetch image/),
    ]);
    await does('service', 'delete', 'none');
  });
});
