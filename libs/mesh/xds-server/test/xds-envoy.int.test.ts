import { Agent, get } from 'node:http';
import { cluster, endpoints, keysOf, listener, routes, snapshot, startFixture, startPod, waitFor, type Fixture } from './envoy-fixture.js';

let fixture: Fixture;
let one: Awaited<ReturnType<typeof startPod>>;
let two: Awaited<ReturnType<typeof startPod>>;

beforeAll(async () => {
  [one, two] = await Promise.all([startPod('one'), startPod('two')]);
  fixture = await startFixture();
}, 180_000);
afterAll(async () => {
  await fixture.stop();
  for (const pod of [one, two]) pod.server.close();
});

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

function ask(): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    get({ port: fixture.port, host: '127.0.0.1', agent }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', (error) => resolve({ status: 0, body: error.message }));
  });
}

const base = (share: number, first = 'c/one') =>
  snapshot(
    cluster(first),
    cluster('c/two'),
    endpoints(first, one.port),
    endpoints('c/two', two.port),
    routes(first, 'c/two', share),
    listener(fixture.port),
  );

async function publishAndConfirm(s: ReturnType<typeof snapshot>): Promise<void> {
  fixture.xds.publish(s);
  await waitFor('every proxy holds the snapshot', () => fixture.xds.liveness(keysOf(s)).live === 1);
}

/** Sixteen callers until `done`; gives what went wrong and how many were answered. */
async function underLoad(done: () => boolean): Promise<{ answered: number; failed: string[] }> {
  const failed: string[] = [];
  let answered = 0;
  const caller = async (): Promise<void> => {
    while (!done()) {
      const { status, body } = await ask();
      if (status === 200) answered++;
      else failed.push(`${status} ${body}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  return { answered, failed };
}

it('serves what was published, and says who holds it', async () => {
  await publishAndConfirm(base(10_000));
  await waitFor('the listener answers', async () => (await ask()).status === 200);
  expect((await ask()).body).toBe('one');
  expect(fixture.xds.liveness(['cluster/c/one'])).toEqual({ live: 1, total: 1, waitingFor: [], rejected: [] });
});

it('loses no request in 200 changes of weight', async () => {
  let finished = false;
  const load = underLoad(() => finished);
  for (let i = 0; i < 200; i++) await publishAndConfirm(base(i % 2 === 0 ? 2_500 : 7_500));
  finished = true;
  const { answered, failed } = await load;
  expect(failed).toEqual([]);
  expect(answered).toBeGreaterThan(200);
});

it('loses no request when a version comes and goes with its cluster', async () => {
  let finished = false;
  const load = underLoad(() => finished);
  for (let i = 0; i < 15; i++) {
    const before = `c/v${i - 1}`;
    await publishAndConfirm(base(5_000, `c/v${i}`));
    await waitFor('the old cluster is gone', () => fixture.xds.liveness([`cluster/${before}`]).live === 1);
  }
  finished = true;
  const { answered, failed } = await load;
  expect(failed).toEqual([]);
  expect(answered).toBeGreaterThan(15);
});

it('a refused resource keeps its last good form, names the fault, and holds nothing else up', async () => {
  await publishAndConfirm(base(10_000));
  const bad = snapshot(
    ...base(0).resources.values(),
    cluster('c/bad', { lb_policy: 'CLUSTER_PROVIDED' }),
    cluster('c/fine'),
    endpoints('c/fine', one.port),
    cluster('c/two', { lb_policy: 'CLUSTER_PROVIDED' }),
  );
  fixture.xds.publish(bad);
  await waitFor('both faults are known', () => fixture.xds.liveness(['cluster/c/bad', 'cluster/c/two']).rejected.length === 2);
  await waitFor('the others went on', () => fixture.xds.liveness(['cluster/c/fine', 'routes/r']).live === 1);
  expect(fixture.xds.liveness(['cluster/c/bad']).rejected[0]?.message).toContain(
    "cluster provided LB specified but cluster 'c/bad' did not provide one",
  );
  expect((await ask()).body).toBe('two');
  await publishAndConfirm(base(10_000));
  await waitFor('nothing is left to do', () => fixture.xds.proxies()[0]?.ackedAll === true);
  expect(fixture.xds.proxies()).toEqual([{ id: 'one', connected: true, ackedAll: true, refused: 0 }]);
});

it('a restarted server sends nothing that the proxy has already', async () => {
  await publishAndConfirm(base(10_000));
  await waitFor('nothing is left to do', () => fixture.xds.proxies()[0]?.ackedAll === true);
  expect(await fixture.pushes()).toBeGreaterThan(0);
  const xds = await fixture.restartXds();
  xds.publish(base(10_000));
  await waitFor('the proxy is back', () => xds.liveness(keysOf(base(10_000))).live === 1);
  expect(await fixture.pushes()).toBe(0);
  await publishAndConfirm(base(0));
  expect((await ask()).body).toBe('two');
});

it('a killed Envoy comes back with everything', async () => {
  const pid = fixture.envoy.pid();
  if (pid === undefined) throw new Error('Envoy does not run');
  process.kill(pid, 'SIGKILL');
  await waitFor('another Envoy runs', () => ![undefined, pid].includes(fixture.envoy.pid()));
  await waitFor('it holds everything', () => fixture.xds.liveness(keysOf(base(0))).live === 1);
  await waitFor('it answers', async () => (await ask()).body === 'two');
  expect(fixture.envoy.restarts()).toBe(1);
});
