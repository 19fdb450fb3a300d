import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { HELLO_IMAGE, helloImageFolder, helloManifestsFolder } from '../src/index.js';

let child: ChildProcess;
let exited: Promise<number | null>;
let url = '';
let output = '';

beforeEach(async () => {
  output = '';
  child = spawn(process.execPath, [path.join(helloImageFolder, 'main.mjs')], {
    env: { HOST: '127.0.0.1', PORT: '0', TARGET: 'you', K_REVISION: 'hello-00001' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  exited = new Promise((resolve) => child.once('exit', resolve));
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const found = await waitFor('the service to listen', () => /listening on (\S+)/.exec(output) ?? undefined);
  url = `http://${found[1]}`;
});
afterEach(async () => {
  child.kill('SIGKILL');
  await exited;
});

it('greets, says who served, and counts a large upload without keeping it', async () => {
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('x-served-by'), await answer.text()]).toEqual([200, 'hello-00001', 'Hello you!\n']);
  const upload = await fetch(url, { method: 'POST', body: new Uint8Array(5_000_000) });
  expect(await upload.text()).toBe('Hello you! 5000000 bytes\n');
});

it('streams events', async () => {
  const events = await fetch(`${url}/events?count=3`);
  expect(events.headers.get('content-type')).toBe('text/event-stream');
  expect(await events.text()).toBe('data: 1\n\ndata: 2\n\ndata: 3\n\n');
});

it('finishes what is in flight after SIGTERM, and takes nothing new', async () => {
  const events = await fetch(`${url}/events?count=4`);
  const reader = events.body?.getReader();
  // The first event is here, so the request is under way.
  await reader?.read();
  child.kill('SIGTERM');
  let rest = '';
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) rest += new TextDecoder().decode(chunk.value);
  expect(rest).toMatch(/data: 4\n\n$/);
  expect(await exited).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
});

it('names the image that its manifest uses', () => {
  expect(readFileSync(path.join(helloManifestsFolder, 'hello.yaml'), 'utf8')).toContain(`image: ${HELLO_IMAGE}\n`);
  const { name, tag } = JSON.parse(readFileSync(path.join(helloImageFolder, 'tidegate-image.json'), 'utf8')) as {
    name: string;
    tag: string;
  };
  expect(`${name}:${tag}`).toBe(HELLO_IMAGE);
});
