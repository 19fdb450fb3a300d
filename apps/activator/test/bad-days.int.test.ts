import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { type Answer, call, underLoad } from './call.js';
import { HoldStage, NAMESPACE } from './hold-stage.js';

const stage = new HoldStage({ bounds: { perRevision: 20, total: 50 } });
beforeAll(() => stage.open(), 180_000);
afterAll(() => stage.close());

const bad = (answers: readonly Answer[]): string[] => answers.filter((a) => a.status !== 200).map((a) => `${a.status} ${a.body}`);

it('loses no request while a revision falls asleep and wakes again, under load', async () => {
  await stage.revision('flips');
  let done = false;
  const load = underLoad(stage.port, 'flips', '/slow?ms=5', 8, () => done);
  for (let i = 0; i < 15; i++) {
    await stage.holding('flips', 'False');
    await stage.sleep('flips');
    await waitFor(
      'requests wait or are served again',
      async () => (await stage.pods('flips')).some((pod) => !pod.metadata?.deletionTimestamp),
      20_000,
    );
  }
  done = true;
  const answers = await load;
  expect(bad(answers)).toEqual([]);
  expect(answers.length).toBeGreaterThan(100);
}, 120_000);

it('keeps a parked pod out, and gives it requests again when its label is back', async () => {
  await stage.revision('parked');
  await call(stage.port, 'parked');
  await stage.holding('parked', 'False');
  const [pod] = await stage.pods('parked');
  if (!pod) throw new Error('there is no pod');
  await stage.label(pod, null);
  await stage.holding('parked', 'True');
  let answered = false;
  const waiting = call(stage.port, 'parked').then((answer) => ((answered = true), answer));
  await waitFor('it is held', async () => /tidegate_holds_open 1/.test(await stage.metrics()));
  expect(answered).toBe(false);
  await stage.label(pod, 'true');
  expect((await waiting).status).toBe(200);
  expect((await stage.pods('parked')).map((p) => p.metadata?.uid)).toEqual([pod.metadata?.uid]);
});

it('refuses what is too much at once, with a time to try again', async () => {
  await stage.revision('crowd', { env: { START_MS: '3000' } });
  const answers = await Promise.all(Array.from({ length: 40 }, () => call(stage.port, 'crowd')));
  expect(answers.filter((a) => a.status === 200)).toHaveLength(20);
  const refused = answers.filter((a) => a.status !== 200);
  expect(new Set(refused.map((a) => `${a.status} ${a.headers['retry-after']} ${a.body}`))).toEqual(
    new Set(['503 2 too many requests are waiting for revision crowd already; try again\n']),
  );
});

it('tries another pod when the first refuses the connection', async () => {
  await stage.revision('pair', { pods: 2, hold: 'Always' });
  await call(stage.port, 'pair');
  const pids = new Set<number>();
  await waitFor('both pods serve', async () => {
    for (const answer of await Promise.all(Array.from({ length: 4 }, () => call(stage.port, 'pair', '/slow?ms=20'))))
      pids.add((JSON.parse(answer.body) as { pid: number }).pid);
    return pids.size === 2;
  });
  const [first = 0] = pids;
  process.kill(first, 'SIGKILL');
  // Among these are requests that were granted to the dead pod before anybody has seen that it is dead.
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(stage.port, 'pair', '/slow?ms=20')));
  // A kept connection that breaks under a request is another thing: the pod may have begun to work on it, so nobody asks again.
  const broken = '503 this service closed the connection before it answered\n';
  expect(bad(answers).filter((answer) => answer !== broken)).toEqual([]);
  // The half that went to the other pod, at least.
  expect(answers.filter((a) => a.status === 200).length).toBeGreaterThanOrEqual(10);
});

it('answers 503 without an activator, keeps what is awake going, and recovers', async () => {
  await stage.revision('awake');
  await stage.revision('asleep', { env: { START_MS: '60000' } });
  await call(stage.port, 'awake');
  await stage.holding('awake', 'False');
  let done = false;
  const load = underLoad(stage.port, 'awake', '/', 4, () => done);
  const waiting = Array.from({ length: 5 }, () => call(stage.port, 'asleep'));
  await waitFor('five wait', async () => /tidegate_holds_open 5/.test(await stage.metrics()));
  await stage.stopActivator();
  for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(await call(stage.port, 'asleep')).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    body: 'this service sleeps, and what wakes it does not answer; try again\n',
  });
  await stage.startActivator();
  await stage.revision('after');
  await waitFor('proxies ask again', async () => (await call(stage.port, 'after')).status === 200);
  done = true;
  expect(bad(await load)).toEqual([]);
});

describe('a hard limit', () => {
  const mostOf = (name: string): Promise<{ most: number; served: number }[]> => stage.countsOf(name);

  it.each([
    { name: 'single', pods: 1 },
    { name: 'quartet', pods: 4 },
  ])(
    'of 1 on $pods pods: never two at once, nothing lost',
    async ({ name, pods }) => {
      await stage.revision(name, { pods, hold: 'Always', containerConcurrency: 1 });
      let done = false;
      const load = underLoad(stage.port, name, '/slow?ms=10', 12, () => done);
      await waitFor(
        'all pods serve',
        async () => (await mostOf(name)).length === pods && (await mostOf(name)).every((p) => p.served > 30),
        30_000,
      );
      done = true;
      const answers = await load;
      expect(bad(answers)).toEqual([]);
      expect((await mostOf(name)).map((p) => p.most)).toEqual(Array.from({ length: pods }, () => 1));
    },
    60_000,
  );

  it('holds over a restart of the activator', async () => {
    await stage.revision('restarted', { hold: 'Always', containerConcurrency: 1 });
    expect((await call(stage.port, 'restarted')).status).toBe(200);
    const long = call(stage.port, 'restarted', '/slow?ms=6000');
    await waitFor('it is on its way', async () => (await mostOf('restarted'))[0]?.served === 2);
    await stage.stopActivator();
    await stage.startActivator();
    const next = await call(stage.port, 'restarted');
    expect(next.status).toBe(200);
    expect((await long).status).toBe(200);
    expect((await mostOf('restarted')).map((p) => p.most)).toEqual([1]);
  });

  it('is given back by clients that leave', async () => {
    await stage.revision('leaving', { hold: 'Always', containerConcurrency: 1 });
    expect((await call(stage.port, 'leaving')).status).toBe(200);
    const first = call(stage.port, 'leaving', '/slow?ms=60000');
    await waitFor('it is on its way', async () => (await mostOf('leaving'))[0]?.served === 2);
    first.abort();
    expect((await call(stage.port, 'leaving')).status).toBe(200);
  });

  it('is given back when a client leaves while its grant is on the way', async () => {
    await stage.revision('impatient', { hold: 'Always', containerConcurrency: 1 });
    expect((await call(stage.port, 'impatient')).status).toBe(200);
    const leases = async (): Promise<string | undefined> => /^tidegate_slot_leases_ended_total\S* (\d+)/m.exec(await stage.metrics())?.[1];
    const before = await leases();
    // Whoever leaves at the moment at which the one before has ended crosses with a grant; not every time, so many times.
    const end = performance.now() + 4_000;
    const lane = async (): Promise<void> => {
      while (performance.now() < end) {
        const impatient = call(stage.port, 'impatient', '/slow?ms=10');
        setTimeout(() => impatient.abort(), Math.random() * 100);
        await impatient.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: 12 }, lane));
    for (let patient = 0; patient < 3; patient++) expect((await call(stage.port, 'impatient', '/slow?ms=10')).status).toBe(200);
    // How many a pod had at once says nothing here: its program may go on for a moment for a client that is gone.
    // A slot that was lost would have come back by its lease, and these would have waited for that.
    expect(await leases()).toBe(before);
  }, 60_000);
});

it('goes on when a pod is deleted while requests wait for it', async () => {
  await stage.revision('deleted', { env: { START_MS: '1500' } });
  const waiting = call(stage.port, 'deleted');
  const pod = await waitFor('a pod starts', async () => (await stage.pods('deleted')).find((p) => p.status?.podIP));
  await stage.deletePod(pod);
  expect((await waiting).status).toBe(200);
  expect(await stage.client.get(kinds.pods, pod.metadata?.name ?? '', NAMESPACE)).toBeUndefined();
});
