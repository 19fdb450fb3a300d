import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { type Pod, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { addressOf, ClusterFixture, serverPod } from './cluster-fixture.js';
import { StreamClient } from './stream-client.js';

const cluster = new ClusterFixture();
let pod: Pod;
beforeAll(async () => {
  await cluster.start();
  await cluster.client.create(kinds.pods, serverPod('app', { env: [{ name: 'COLOUR', value: 'teal' }] }));
  pod = await cluster.ready('app');
});
afterAll(() => cluster.end());

const path = (sub: string, query: [string, string][], name = 'app'): string =>
  `/api/v1/namespaces/default/pods/${name}/${sub}?${new URLSearchParams(query)}`;
type Streams = ('stdin' | 'stdout' | 'stderr' | 'tty')[];
const exec = (command: string[], streams: Streams = ['stdout', 'stderr'], options: Parameters<typeof StreamClient.open>[2] = {}) => {
  const query: [string, string][] = [
    ...command.map((w): [string, string] => ['command', w]),
    ...streams.map((s): [string, string] => [s, 'true']),
  ];
  return StreamClient.open(cluster.cluster.api, path('exec', query), options);
};
const hasPython = ['/usr/local/bin/python3', '/usr/bin/python3', '/bin/python3'].some(existsSync);
const withTerminal = hasPython ? it : it.skip;

describe('exec', () => {
  it('runs a program as the pod does: same user, folder and variables, and never through a shell', async () => {
    const client = await exec([
      'node',
      '-p',
      'JSON.stringify([process.getuid(), process.cwd(), process.env.COLOUR, process.argv[1]])',
      '$(id);`id`',
    ]);
    expect(await client.end()).toEqual({ metadata: {}, status: 'Success' });
    const identity = JSON.parse(await cluster.ask(pod, '/identity')) as { uid: number; cwd: string };
    expect(JSON.parse(client.text(1))).toEqual([identity.uid, identity.cwd, 'teal', '$(id);`id`']);
  });

  it('keeps the streams apart and tells how it ended', async () => {
    const client = await exec(['node', '-e', 'console.log("out"); console.error("err"); process.exitCode = 7']);
    expect(await client.end()).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
    expect([client.text(1), client.text(2)]).toEqual(['out\n', 'err\n']);
  });

  it('passes on what is typed, and its end', async () => {
    const client = await exec(['cat'], ['stdin', 'stdout']);
    client.send(0, 'one\n');
    await client.until('the echo', () => client.text(1) === 'one\n');
    client.send(0, 'two\n');
    client.closeChannel(0);
    expect((await client.end()).status).toBe('Success');
    expect(client.text(1)).toBe('one\ntwo\n');
  });

  it('gives a reader who stops and goes on every byte, and the end after them', async () => {
    const client = await exec(['head', '-c', '8000000', '/dev/zero'], ['stdout']);
    client.socket.pause();
    await waitFor('the program to be held up', async () => (await besideProgram()).includes('head'));
    client.socket.resume();
    expect((await client.end()).status).toBe('Success');
    expect(client.bytes(1)).toHaveLength(8_000_000);
  });

  it('ends the program when its client goes', async () => {
    const client = await exec(['node', '-e', 'setInterval(() => {}, 1000); console.log(process.pid)'], ['stdout']);
    await client.until('its pid', () => client.text(1) !== '');
    const pid = client.text(1).trim();
    client.socket.terminate();
    await waitFor('the program to end', () => Promise.resolve(!existsSync(`/proc/${pid}`)));
  });

  it('says what cannot be', async () => {
    const failed = await (await exec(['no-such-program'])).end();
    expect(failed.message).toBe(
      'Internal error occurred: error executing command in container: exec: "no-such-program": executable file not found in $PATH',
    );
    const open = (sub: string, query: [string, string][], name?: string, options = {}): Promise<unknown> =>
      StreamClient.open(cluster.cluster.api, path(sub, query, name), options);
    const ls: [string, string][] = [
      ['command', 'ls'],
      ['stdout', 'true'],
    ];
    await expect(open('exec', [['stdout', 'true']])).rejects.toThrow('400: you must specify at least 1 command');
    await expect(open('exec', [['command', 'ls']])).rejects.toThrow('400: you must specify at least 1 of stdin, stdout, stderr');
    await expect(open('exec', [...ls, ['container', 'other']])).rejects.toThrow('400: container other is not valid for pod app');
    await expect(open('exec', ls, 'nobody')).rejects.toThrow('404: pods "nobody" not found');
    await expect(open('exec', ls, 'app', { protocol: 'v1.channel.k8s.io' })).rejects.toThrow(
      '400: unable to upgrade: unable to negotiate protocol: client supports [v1.channel.k8s.io], server accepts [v5.channel.k8s.io v4.channel.k8s.io]',
    );
    await expect(open('exec', ls, 'app', { headers: { origin: 'http://page.example' } })).rejects.toThrow(
      '403: this server answers only to its own address',
    );
    await expect(cluster.client.request({ method: 'GET', path: '/api/v1/namespaces/default/pods/app/exec' })).rejects.toThrow(
      'Upgrade request required',
    );
  });

  it('needs the right to create, also where the request begins with GET', async () => {
    const rule = (verbs: string[]) => ({ apiGroups: [''], resources: ['pods/exec'], verbs });
    await cluster.client.create(kinds.roles, { metadata: { name: 'looker', namespace: 'default' }, rules: [rule(['get'])] });
    await cluster.client.create(kinds.roleBindings, {
      metadata: { name: 'looker', namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'looker' },
      subjects: [{ kind: 'User', name: 'looker', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    await expect(exec(['ls'], ['stdout'], { user: 'looker', groups: [] })).rejects.toThrow(/^403: .*cannot create resource "pods\/exec"/);
  });

  withTerminal("gives a terminal of the client's size, and its keys", async () => {
    const client = await exec(['sh', '-c', 'tty; while read line; do stty size; done'], ['stdin', 'stdout', 'tty']);
    await client.until('a terminal', () => /\/dev\/pts\/\d+\r\n/.test(client.text(1)));
    client.send(4, '{"Width":91,"Height":33}');
    client.send(0, '\n');
    await client.until('the size', () => {
      if (!client.text(1).includes('33 91')) client.send(0, '\n');
      return client.text(1).includes('33 91');
    });
    client.send(0, '\x03');
    expect((await client.end()).message).toMatch(/exit status 130$/);
  });
});

describe('attach', () => {
  it('shows what the program says and lets people type to one that listens', async () => {
    const program =
      'process.stdin.on("data", (d) => { console.log("got", String(d).trim()); if (String(d).includes("end")) process.exit(4); })';
    await cluster.client.create(
      kinds.pods,
      serverPod('typist', { command: ['node', '-e', program], ports: [], stdin: true }, { restartPolicy: 'Never' }),
    );
    await cluster.until(kinds.pods, 'typist', 'running', (p) => p.status?.phase === 'Running');
    const streams: [string, string][] = [
      ['stdin', 'true'],
      ['stdout', 'true'],
      ['stderr', 'true'],
    ];
    const first = await StreamClient.open(cluster.cluster.api, path('attach', streams, 'typist'));
    first.send(0, 'one\n');
    await first.until('an answer', () => first.text(1) === 'got one\n');
    first.socket.terminate();
    const second = await StreamClient.open(cluster.cluster.api, path('attach', streams, 'typist'));
    second.send(0, 'the end\n');
    expect(await second.end()).toMatchObject({ details: { causes: [{ reason: 'ExitCode', message: '4' }] } });
    const done = await cluster.until(kinds.pods, 'typist', 'failed', (p) => p.status?.phase === 'Failed');
    expect(done.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(4);
  });
});

describe('port-forward', () => {
  it('reaches the port that the manifest names, of client libraries that speak in channels', async () => {
    const client = await StreamClient.open(cluster.cluster.api, path('portforward', [['ports', '8080']]), {
      protocol: 'v4.channel.k8s.io',
    });
    client.send(0, 'GET /env HTTP/1.1\r\nhost: app\r\nconnection: close\r\n\r\n');
    await client.until('the answer', () => client.closed);
    expect([...client.bytes(0).subarray(0, 2)]).toEqual([8080 & 0xff, 8080 >> 8]);
    expect(client.text(0)).toContain('"COLOUR":"teal"');
    expect(client.text(1).slice(2)).toBe('');
  });

  it("reaches no program of the machine that is not the pod's", async () => {
    const other = createServer((socket) => socket.end('secret'));
    await new Promise<void>((resolve) => other.listen(0, '0.0.0.0', resolve));
    const { port } = other.address() as { port: number };
    const client = await StreamClient.open(cluster.cluster.api, path('portforward', [['ports', String(port)]]), {
      protocol: 'v4.channel.k8s.io',
    });
    await client.until('the refusal', () => client.closed);
    expect(client.text(0).slice(2)).toBe('');
    expect(client.text(1).slice(2)).toMatch(
      new RegExp(`^error forwarding port ${port} to pod app, uid .*: nothing of the pod listens there$`),
    );
    await new Promise((resolve) => other.close(resolve));
    expect(addressOf(pod)).not.toContain(String(port));
  });
});

/** Names of what runs in sessions of this test's pods' user besides the program itself. */
async function besideProgram(): Promise<string> {
  const identity = JSON.parse(await cluster.ask(pod, '/identity')) as { uid: number };
  const { readFileSync, readdirSync, statSync } = await import('node:fs');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return statSync(`/proc/${name}`).uid === identity.uid ? readFileSync(`/proc/${name}/comm`, 'utf8') : [];
      } catch {
        return [];
      }
    })
    .join(' ');
}
