import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { type Clock, createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { kinds } from '@tidegate/kube';
import { type RunningCluster, buildImage, startCluster } from '@tidegate/kube-embedded';
import { waitFor } from '@tidegate/testing';
import { mustHave, signedIn, tokenOf } from './people-on-stage.js';
import { startPostgres } from './postgres.js';
import { Stage, TOKEN } from './stage.js';
import { TerminalClient } from './terminal-client.js';

/** The machine's clock, which can be moved on. */
class MovableClock implements Clock {
  private offsetMs = 0;
  private readonly timers = new Set<{ at: number; fire: () => void }>();
  now = (): number => systemClock.now() + this.offsetMs;
  monotonic = (): number => systemClock.monotonic() + this.offsetMs;
  after(ms: number, fn: () => void): () => void {
    const cancel = systemClock.after(ms, () => timer.fire());
    const timer = {
      at: this.monotonic() + ms,
      fire: () => {
        end();
        fn();
      },
    };
    const end = (): void => {
      cancel();
      this.timers.delete(timer);
    };
    this.timers.add(timer);
    return end;
  }
  advance(ms: number): void {
    this.offsetMs += ms;
    for (const timer of [...this.timers]) if (timer.at <= this.monotonic()) timer.fire();
  }
}

const SERVER = `
console.log('ready');
process.stdin.on('data', (chunk) => console.log('heard ' + String(chunk).trim()));
require('node:http').createServer((_q, r) => r.end('hello')).listen(Number(process.env.PORT), process.env.HOST);
process.once('SIGTERM', () => process.exit(0));
`;
const folder = mkdtempSync('/tmp/tg-terminal-');
const clock = new MovableClock();
let cluster: RunningCluster;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let stage: Stage;
let ada: { cookie: string };

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startPods(): Promise<RunningCluster> {
  chmodSync(folder, 0o755);
  const image = path.join(folder, 'image');
  mkdirSync(image);
  writeFileSync(path.join(image, 'main.cjs'), SERVER);
  writeFileSync(path.join(image, 'tidegate-image.json'), JSON.stringify({ name: 'test/web', tag: 'v1', runtime: 'node', command: ['node', 'main.cjs'], ports: [8080] }));
  const dataDir = path.join(folder, 'cluster');
  await buildImage({ dir: image, storeDir: path.join(dataDir, 'public', 'images') });
  chmodSync(dataDir, 0o755);
  const context = { log: silentLogger, clock: systemClock, registry: createRegistry('test'), fatal: (error: unknown) => expect(error).toBeUndefined() };
  return startCluster(context, { dataDir, apiPort: 0, portBlock: await freePort(), portBlockSize: 100, claimsDir: path.join(folder, 'claims'), drainMs: 100 });
}

async function startPod(name: string): Promise<void> {
  const containers = [
    { name: 'app', image: 'test/web:v1', ports: [{ containerPort: 8080 }] },
    { name: 'side', image: 'test/web:v1', tty: true, stdin: true, ports: [{ containerPort: 8081 }] },
  ];
  await stage.admin.create(kinds.pods, { metadata: { name, namespace: 'default' }, spec: { terminationGracePeriodSeconds: 1, containers } });
  await waitFor(`the pod ${name} is ready`, async () => (await stage.admin.get(kinds.pods, name, 'default'))?.status?.containerStatuses?.every((c) => c.ready), 30_000);
}

const grant = (user: string) =>
  stage.admin.create(kinds.roleBindings, {
    metadata: { name: user, namespace: 'default' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'terminals' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `tidegate:${user}` }],
  });

beforeAll(async () => {
  postgres = await startPostgres();
  cluster = await startPods();
  stage = await Stage.start({ database: postgres.address }, { cluster: cluster.api, clock });
  await waitFor('sign-in is ready', async () => (JSON.parse((await stage.send('GET', '/auth/state')).text) as { ready: boolean }).ready);
  ada = await signedIn(stage, 'ada');
  await stage.admin.create(kinds.clusterRoles, { metadata: { name: 'terminals' }, rules: [{ apiGroups: [''], resources: ['pods/exec', 'pods/attach'], verbs: ['get', 'create'] }] });
  await grant('ada');
  await startPod('web');
}, 180_000);

afterAll(async () => {
  await stage?.end();
  await cluster?.stop();
  await postgres?.end();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const origin = (): string => `http://127.0.0.1:${stage.port}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
type Query = { pod?: string; container?: string; command?: string[]; attach?: string; acknowledges?: string };

function open({ pod = 'web', command = [], ...more }: Query = {}, headers: Record<string, string> = { ...ada, origin: origin() }): Promise<TerminalClient> {
  const words = command.map((word): [string, string] => ['command', word]);
  return TerminalClient.open(stage.port, [['namespace', 'default'], ['pod', pod], ...Object.entries(more), ...words], headers);
}

async function audit(): Promise<Record<string, string>[]> {
  const query = '{ audit(filter: { action: "terminal." }) { nodes { action account resource namespace name outcome reason change } } }';
  return (await mustHave<{ audit: { nodes: Record<string, string>[] } }>(stage, query, {})).audit.nodes;
}

// Process pods have terminals where there is python3.
const withTerminal = ['/usr/local/bin/python3', '/usr/bin/python3', '/bin/python3'].some(existsSync) ? describe : describe.skip;

withTerminal('a terminal', () => {
  it('is a shell that shows what is typed, knows its size, and tells how it ended', async () => {
    const client = await open();
    await waitFor('it is open', () => client.frames[0]);
    expect(client.frames[0]).toMatchObject({ type: 'opened', container: 'app', tty: true });
    client.say({ type: 'resize', columns: 97, rows: 31 });
    client.type('echo one-$((1 + 1))-three; stty size\n');
    await client.shows(/one-2-three[\s\S]*31 97/);
    client.say({ type: 'resize', columns: 120, rows: 40 });
    client.type('stty size\n');
    await client.shows(/40 120/);
    client.type('exit 7\n');
    expect(await client.over()).toEqual({ type: 'ended', exitCode: 7, closeCode: 1000 });
    const entries = await waitFor('both entries', async () => ((await audit()).length === 2 ? audit() : undefined));
    expect(entries[1]).toMatchObject({ action: 'terminal.open', account: 'ada', resource: 'pods/exec', namespace: 'default', name: 'web', outcome: 'SUCCEEDED' });
    expect(entries[1]?.['change']).toContain('command -v bash');
    expect(entries[0]).toMatchObject({ action: 'terminal.close', outcome: 'SUCCEEDED', reason: expect.stringMatching(/^Exit code 7\. \d+ s; \d+ bytes typed, \d+ bytes shown\.$/) });
  });

  it('runs the words of a command as they are, in the container that is named', async () => {
    const client = await open({ container: 'side', command: ['printf', '<%s>', '$(id)', 'a b'] });
    expect(await client.over()).toMatchObject({ exitCode: 0 });
    expect(client.text).toBe('<$(id)><a b>');
  });

  it('is attached to what a container runs, which goes on afterwards', async () => {
    const client = await open({ container: 'side', attach: 'true' }, bearer(TOKEN));
    await waitFor('it is open', () => client.frames[0]);
    client.type('you\n');
    await client.shows(/heard you/);
    client.socket.close();
    await waitFor('the record of its end', async () => (await audit()).some((e) => e['resource'] === 'pods/attach' && e['action'] === 'terminal.close' && e['reason']?.startsWith('Closed by its client.')));
    const pod = await stage.admin.get(kinds.pods, 'web', 'default');
    expect(pod?.status?.containerStatuses?.map((c) => c.restartCount)).toEqual([0, 0]);
  });

  /** A program that has much to say, with its pid, and how much it has said. */
  async function talkative(size: number, more: Query = {}) {
    const client = await open({ ...more, command: ['sh', '-c', `stty raw; echo pid-$$-; exec head -c ${size} /dev/zero`] });
    await client.shows(/pid-\d+-/);
    const pid = /pid-(\d+)-/.exec(client.text)?.[1] ?? '';
    const written = (): number => (existsSync(`/proc/${pid}`) ? Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]) : size);
    const standsStill = async (): Promise<number> => {
      const seen: number[] = [];
      // The first looks follow each other at once and say nothing.
      await waitFor('the program to wait', () => seen.unshift(written()) > 80 && new Set(seen.slice(0, 20)).size === 1);
      return seen[0] ?? 0;
    };
    return { client, standsStill };
  }

  it('lets a program wait for a slow reader, and loses nothing', async () => {
    const size = 48_000_000;
    const { client, standsStill } = await talkative(size);
    client.socket.pause();
    expect(await standsStill()).toBeLessThan(size / 2);
    client.socket.resume();
    expect(await client.over()).toMatchObject({ exitCode: 0 });
    expect(client.bytes).toBeGreaterThanOrEqual(size);
  }, 60_000);

  it('shows no more than its client has said to keep up with', async () => {
    const size = 48_000_000;
    const { client, standsStill } = await talkative(size, { acknowledges: 'true' });
    expect(await standsStill()).toBeLessThan(size / 2);
    expect(client.bytes).toBeLessThan(1_000_000);
    let told = 0;
    const tell = (): void => {
      if (client.bytes > told) client.say({ type: 'shown', bytes: client.bytes - told });
      told = client.bytes;
    };
    client.socket.on('message', tell);
    tell();
    expect(await client.over()).toMatchObject({ exitCode: 0 });
    expect(client.bytes).toBeGreaterThanOrEqual(size);
  }, 60_000);

  it('warns who does not type, goes on with a key, and closes without', async () => {
    const client = await open({}, bearer(TOKEN));
    client.type('echo a-key\n');
    await client.shows(/a-key/);
    clock.advance(14 * 60_000 + 1_000);
    await waitFor('the warning', () => client.frames.some((f) => f.type === 'idle'));
    expect(client.frames.find((f) => f.type === 'idle')).toEqual({ type: 'idle', seconds: 59 });
    client.type('echo one-more\n');
    await client.shows(/one-more/);
    clock.advance(60_000);
    client.type('echo still-here\n');
    await client.shows(/still-here/);
    clock.advance(15 * 60_000);
    expect(await client.over()).toMatchObject({ code: 'API_TERMINAL_IDLE', message: 'Nobody typed for 15 minutes.', closeCode: 4408 });
  });

  it('closes when the token that opened it is revoked', async () => {
    const token = await tokenOf(stage, ada, ['TERMINAL']);
    const client = await open({}, bearer(token.secret));
    client.type('echo let-in\n');
    await client.shows(/let-in/);
    await mustHave(stage, 'mutation($id: ID!) { revokeToken(id: $id) }', { id: token.id }, ada);
    expect(await client.over()).toMatchObject({ code: 'API_TERMINAL_SIGNED_OUT', closeCode: 4401 });
    await waitFor('the record of its end', async () => (await audit())[0]?.['outcome'] === 'DENIED');
  });

  it('closes when the right is lost, and ends what ran in it', async () => {
    const eve = await signedIn(stage, 'eve');
    await grant('eve');
    const client = await waitFor('the right is known', async () => {
      const tried = await open({}, { ...eve, origin: origin() });
      await waitFor('a word', () => tried.frames[0]);
      return tried.frames[0]?.type === 'opened' ? tried : undefined;
    });
    client.type('echo pid-$$-\n');
    await client.shows(/pid-\d+-/);
    const pid = /pid-(\d+)-/.exec(client.text)?.[1] ?? '';
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    await stage.admin.delete(kinds.roleBindings, 'eve', 'default');
    expect(await client.over()).toMatchObject({ code: 'API_FORBIDDEN', message: 'eve may not create pods/exec "web" in default.', closeCode: 4403 });
    await waitFor('the shell to end', () => !existsSync(`/proc/${pid}`));
  });

  it('closes when its pod goes', async () => {
    await startPod('short');
    const client = await open({ pod: 'short' });
    client.type('echo let-in\n');
    await client.shows(/let-in/);
    await stage.admin.delete(kinds.pods, 'short', 'default');
    // Which is seen first, the end of the pod or of what ran in it, is nobody's promise.
    expect([1000, 1011, 4410]).toContain((await client.over()).closeCode);
  });
});

it('is refused to who lacks the right, with a sentence, and that is recorded', async () => {
  const mallory = await signedIn(stage, 'mallory');
  const client = await open({}, { ...mallory, origin: origin() });
  expect(await client.over()).toMatchObject({ type: 'ended', code: 'API_FORBIDDEN', message: 'mallory may not create pods/exec "web" in default.', closeCode: 4403 });
  expect(client.frames).toHaveLength(1);
  expect((await audit())[0]).toMatchObject({ action: 'terminal.open', account: 'mallory', outcome: 'DENIED', reason: 'mallory may not create pods/exec "web" in default.' });
});

it.each<{ name: string; headers: () => Record<string, string> }>([
  { name: 'a page of another site', headers: () => ({ ...ada, origin: 'https://page.example' }) },
  { name: 'a page of another port', headers: () => ({ ...ada, origin: 'http://127.0.0.1:1' }) },
  { name: 'a sandboxed page', headers: () => ({ ...ada, origin: 'null' }) },
])('is not opened for $name', async ({ headers }) => {
  await expect(open({}, headers())).rejects.toThrow('403');
});

it('is not opened for nobody, nor for a session that does not say which page it is', async () => {
  await expect(open({}, {})).rejects.toThrow('401');
  expect(await (await open({}, ada)).over()).toMatchObject({ code: 'API_TERMINAL_ORIGIN_MISSING', closeCode: 4403 });
});

it('needs a token with the scope', async () => {
  const token = await tokenOf(stage, ada, ['READ', 'WRITE', 'KUBERNETES']);
  expect(await (await open({}, bearer(token.secret))).over()).toMatchObject({ code: 'API_SCOPE_MISSING', closeCode: 4403 });
});

it.each<{ name: string; query: Query; says: object }>([
  { name: 'a pod that is not there', query: { pod: 'nobody' }, says: { code: 'API_NOT_FOUND', message: 'There is no pod nobody in default.', closeCode: 4404 } },
  { name: 'a container that is not there', query: { container: 'other' }, says: { code: 'API_INPUT_INVALID', remedy: 'It has app, side.', closeCode: 4400 } },
  { name: 'a pod that is no name', query: { pod: '../web' }, says: { code: 'API_INPUT_INVALID', closeCode: 4400 } },
  { name: 'a program that is not there', query: { command: ['no-such-program'] }, says: { code: 'API_TERMINAL_LOST', message: expect.stringContaining('no-such-program') as string, closeCode: 1011 } },
])('says what is wrong: $name', async ({ query, says }) => {
  expect(await (await open(query, bearer(TOKEN))).over()).toMatchObject({ type: 'ended', ...says });
});

it('does not take messages that are none', async () => {
  const words = await open({}, bearer(TOKEN));
  words.say({ type: 'resize', columns: 0, rows: 24 });
  expect(await words.over()).toMatchObject({ code: 'API_TERMINAL_FRAME_INVALID', closeCode: 4400 });
  const long = await open({}, bearer(TOKEN));
  long.type('x'.repeat(65 * 1024));
  expect(await long.over()).toMatchObject({ code: 'API_TERMINAL_FRAME_INVALID', closeCode: 4400 });
});

it('is the only way in besides GraphQL: nobody gets a WebSocket of the pages', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${stage.port}/services`);
  let opened = false;
  socket.addEventListener('open', () => (opened = true));
  await new Promise((resolve) => socket.addEventListener('close', resolve));
  expect(opened).toBe(false);
});
