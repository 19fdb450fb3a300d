import { connect as connectHttp2 } from 'node:http2';
import { podAutoscalers } from '@tidegate/serving-contract';
import { waitFor } from '@tidegate/testing';
import WebSocket from 'ws';
import { call } from './call.js';
import { HoldStage } from './hold-stage.js';

const stage = new HoldStage();
beforeAll(() => stage.open(), 180_000);
afterAll(() => stage.close());

it('answers the first call to a revision without pods, says how long it took, and then passes requests on without asking', async () => {
  await stage.revision('cold', { annotations: { 'serving.tidegate.dev/cold-start-header': 'true' } });
  const first = await call(stage.port, 'cold', '/', { headers: { 'x-tidegate-cold-start': '1', 'x-tidegate-slot': 'mine' } });
  expect(first).toMatchObject({ status: 200 });
  expect(first.headers['x-tidegate-cold-start']).toMatch(/^schedule;dur=[\d.]+, start;dur=[\d.]+, ready;dur=[\d.]+$/);
  const seen = (JSON.parse(first.body) as { headers: Record<string, string> }).headers;
  expect(Object.keys(seen).filter((name) => /^x-(tidegate|envoy)/.test(name))).toEqual([]);
  await stage.holding('cold', 'False');
  const warm = await call(stage.port, 'cold');
  expect(warm.status).toBe(200);
  expect(warm.headers['x-tidegate-cold-start']).toBeUndefined();
  expect(await stage.metrics()).toMatch(/tidegate_cold_start_seconds_count\{namespace="shop",revision="cold"\} 1/);
  await waitFor('the event', async () => (await stage.eventReasons('cold')).includes('ColdStart'));
});

it('wakes once for a burst, spreads it over the pods as they come, and loses nothing', async () => {
  await stage.revision('burst', { pods: 3 });
  const answers = await Promise.all(Array.from({ length: 1000 }, () => call(stage.port, 'burst')));
  expect(answers.filter((answer) => answer.status !== 200)).toEqual([]);
  // Once, and perhaps again where the first pod took more than a second.
  expect(stage.wakes.get('burst')).toBeLessThanOrEqual(1 + Math.ceil(Math.max(...answers.map((a) => a.ms)) / 1000));
  const pids = new Map<number, number>();
  for (const { body } of answers) {
    const { pid } = JSON.parse(body) as { pid: number };
    pids.set(pid, (pids.get(pid) ?? 0) + 1);
  }
  expect(pids.size).toBe(3);
});

it('forgets a request whose client leaves', async () => {
  await stage.revision('left', { env: { START_MS: '60000' } });
  const waiting = Array.from({ length: 5 }, () => call(stage.port, 'left'));
  await waitFor('five wait', async () => /tidegate_holds_open 5/.test(await stage.metrics()));
  waiting.forEach((one) => one.abort());
  await waitFor('none waits', async () => /tidegate_holds_open 0/.test(await stage.metrics()));
});

it('answers 504 when the time of a request is over', async () => {
  await stage.revision('late', { env: { START_MS: '60000' }, holdSeconds: 1 });
  expect(await call(stage.port, 'late')).toMatchObject({ status: 504, body: 'no pod of revision late could take this request in 1 s\n' });
});

it('says why a revision cannot start, with the last words of its program', async () => {
  await stage.revision('crashing', { env: { CRASH: 'no database at db:5432' } });
  const answer = await call(stage.port, 'crashing');
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
  expect(answer.body).toMatch(/^revision crashing cannot start: container user-container ended with exit code 3/);
  expect(answer.ms).toBeLessThan(20_000);
});

it('does not wait for a revision that is gone', async () => {
  await stage.revision('gone', { env: { START_MS: '60000' } });
  await stage.client.delete(podAutoscalers, 'gone', 'shop');
  expect(await call(stage.port, 'gone')).toMatchObject({ status: 503, body: 'revision gone does not exist any more\n' });
});

it('passes a WebSocket on after the hold', async () => {
  await stage.revision('socket', { timeouts: { responseStartSeconds: 10 } });
  const socket = new WebSocket(`ws://127.0.0.1:${stage.port}/`, { headers: { host: 'socket.example' } });
  const echo = await new Promise((resolve, reject) => {
    socket.on('open', () => socket.send('hello'));
    socket.on('message', (data: Buffer) => resolve(data.toString()));
    socket.on('error', reject);
  });
  socket.close();
  expect(echo).toBe('hello');
});

it('passes HTTP/2 on after the hold, from h2c clients to h2c pods', async () => {
  await stage.revision('grpc', { protocol: 'h2c', env: { PROTOCOL: 'h2c' } });
  const session = connectHttp2(`http://127.0.0.1:${stage.port}`);
  const body = await new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/echo',
      ':authority': 'grpc.example',
      'content-type': 'application/grpc',
    });
    let text = '';
    stream.on('response', (headers) => (text += `${headers[':status']} ${String(headers['grpc-message'] ?? '')} `));
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('end', () => resolve(text));
    stream.on('error', reject);
    stream.end();
  });
  session.close();
  expect(body).toBe('200  http/2.0');
});

it('passes server-sent events and 50 MB of upload on after the hold', async () => {
  await stage.revision('streams');
  expect((await call(stage.port, 'streams', '/events')).body).toBe('data: 1\n\ndata: 2\n\ndata: 3\n\n');
  await stage.revision('upload');
  const body = Buffer.alloc(50 * 1024 * 1024, 'x');
  expect(await call(stage.port, 'upload', '/upload', { method: 'POST', body })).toMatchObject({ status: 200, body: String(body.length) });
});

it('does not count the hold as time of the request', async () => {
  await stage.revision('timed', { env: { START_MS: '2500' }, timeouts: { requestSeconds: 1, idleSeconds: 1, responseStartSeconds: 1 } });
  expect((await call(stage.port, 'timed', '/slow?ms=200')).status).toBe(200);
  await stage.holding('timed', 'False');
  expect(await call(stage.port, 'timed', '/slow?ms=3000')).toMatchObject({ status: 504, body: 'this service did not answer in time\n' });
});
