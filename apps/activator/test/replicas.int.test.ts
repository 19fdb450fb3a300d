import { waitFor } from '@tidegate/testing';
import { type Answer, call } from './call.js';
import { ReplicaStage } from './replica-stage.js';

const replicas = new ReplicaStage();
const { stage } = replicas;
beforeAll(() => replicas.open(), 180_000);
afterAll(() => replicas.close(), 60_000);

const CALLERS = 40;
const HELD_BY_THE_DEAD = '503 1 this service sleeps, and what wakes it does not answer; try again\n';
const told = ({ status, headers, body }: Answer): string => `${status} ${headers['retry-after']} ${body}`;

/** Callers that call one after the other, each time on a new connection, so through either proxy; until `end`, which gives what was answered. */
function crowd(revision: string, at = '/slow?ms=5', size = CALLERS): { answers: Answer[]; end(): Promise<Answer[]> } {
  const answers: Answer[] = [];
  let isOver = false;
  const caller = async (): Promise<void> => {
    while (!isOver) answers.push(await call(stage.port, revision, at));
  };
  const callers = Array.from({ length: size }, caller);
  return {
    answers,
    async end() {
      isOver = true;
      await Promise.all(callers);
      return answers;
    },
  };
}

const bad = (answers: readonly Answer[]): string[] => answers.filter((a) => a.status !== 200).map(told);

async function neverTwo(revision: string, pods: number): Promise<void> {
  expect((await stage.countsOf(revision)).map(({ most }) => most)).toEqual(Array.from({ length: pods }, () => 1));
}

const GRANTED = /tidegate_hold_seconds_count\{[^}]*outcome="granted"[^}]*\} (\d+)/;
const served = async (revision: string): Promise<number> => (await stage.countsOf(revision)).reduce((sum, pod) => sum + pod.served, 0);

it.each([
  { pods: 1, owner: 'a' },
  { pods: 2, owner: 'b' },
])(
  'a limit of 1 on $pods pods, owned by $owner, is kept over both proxies, and everybody is answered',
  async ({ pods, owner }) => {
    const name = replicas.named(`both-${pods}`, [{ among: ['a', 'b'], is: owner }]);
    await stage.revision(name, { pods, hold: 'Always', containerConcurrency: 1 });
    const before = await replicas.requests();
    const load = crowd(name);
    await waitFor('all pods serve', async () => (await stage.countsOf(name)).filter((pod) => pod.served > 100).length === pods, 60_000);
    const through = (await replicas.requests()).map((count, i) => count - (before[i] ?? 0));
    expect(bad(await load.end())).toEqual([]);
    await neverTwo(name, pods);
    expect(Math.min(...through)).toBeGreaterThan(20);
  },
  120_000,
);

it('a revision without a limit is granted by whoever is asked', async () => {
  const name = replicas.named('soft', [{ among: ['a', 'b'], is: 'a' }]);
  await stage.revision(name, { hold: 'Always' });
  const load = crowd(name);
  await waitFor('both have granted', async () => (await served(name)) > 200, 30_000);
  expect(bad(await load.end())).toEqual([]);
  expect(await replicas.metric('b', GRANTED)).toBeGreaterThan(0);
}, 60_000);

it('a replica that comes and goes takes revisions over and gives them back, under load, without a failure', async () => {
  const owners = [
    { among: ['a', 'b'], is: 'a' },
    { among: ['a', 'b', 'c'], is: 'c' },
  ];
  const name = replicas.named('moves', owners);
  // Its requests are in flight nearly all the time, so whenever it moves.
  const busy = replicas.named('busy', owners);
  for (const revision of [name, busy])
    await stage.revision(revision, { pods: 2, hold: 'Always', containerConcurrency: 1, holdSeconds: 120 });
  const load = crowd(name);
  const long = crowd(busy, '/slow?ms=700', 8);
  const goesOn = async (what: string): Promise<void> => {
    const before = await Promise.all([served(name), served(busy)]);
    const has = async (): Promise<boolean> => (await served(name)) > (before[0] ?? 0) + 200 && (await served(busy)) > (before[1] ?? 0) + 4;
    await waitFor(`it goes on ${what}`, has, 30_000);
  };
  await goesOn('with two');
  for (let i = 0; i < 2; i++) {
    await replicas.start('c');
    await replicas.members('a', 'b', 'c');
    await waitFor('the new one grants', async () => (await replicas.metric('c', GRANTED)) > 100, 30_000);
    await goesOn('with three');
    await replicas.end('c', 'SIGTERM');
    await replicas.members('a', 'b');
    await goesOn('with two again');
  }
  expect(bad([...(await load.end()), ...(await long.end())])).toEqual([]);
  await neverTwo(name, 2);
  await neverTwo(busy, 2);
}, 240_000);

it.each([
  { dies: 'a', is: 'the owner' },
  { dies: 'b', is: 'another replica' },
])(
  'when $is is killed under load, nobody is granted a slot that is taken, and who was held there is told to come again',
  async ({ dies }) => {
    const name = replicas.named(`dies-${dies}`, [{ among: ['a', 'b'], is: 'a' }]);
    const long = replicas.named(`long-${dies}`, [{ among: ['a', 'b'], is: 'a' }]);
    await stage.revision(name, { pods: 2, hold: 'Always', containerConcurrency: 1, holdSeconds: 60 });
    await stage.revision(long, { hold: 'Always', containerConcurrency: 1, holdSeconds: 60 });
    const load = crowd(name);
    await waitFor('it is under load', async () => (await served(name)) > 200, 30_000);
    // One that outlives the Lease of the dead, on a pod that must not get another one meanwhile.
    const first = call(stage.port, long, '/slow?ms=25000');
    await waitFor('it is on its way', async () => (await served(long)) === 1);
    await replicas.end(dies, 'SIGKILL');
    const killedAt = await served(name);
    const second = call(stage.port, long);
    await waitFor('it goes on', async () => (await served(name)) > killedAt + 200, 60_000);
    await neverTwo(long, 1);
    const answers = await load.end();
    expect([...new Set(bad(answers))].filter((words) => words !== HELD_BY_THE_DEAD)).toEqual([]);
    // Everybody calls once at a time: no more can have been held at the dead one, or have come before its proxy had turned away from it.
    expect(bad(answers).length).toBeLessThanOrEqual(2 * CALLERS);
    await neverTwo(name, 2);
    expect((await first).status).toBe(200);
    expect([200, 503]).toContain((await second).status);
    await neverTwo(long, 1);
    await replicas.start(dies);
    await replicas.members('a', 'b');
  },
  240_000,
);
