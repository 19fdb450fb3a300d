import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { PodNetwork } from '../src/network/pod-network.js';
import { viewsArePossible } from '../src/pods/container-view.js';
import { ClusterFixture, serverPod } from './cluster-fixture.js';

const problem = PodNetwork.problem() ?? (viewsArePossible() ? undefined : 'users have no user namespaces');
const cluster = new ClusterFixture({ podNetwork: 'namespace' });
const fixedPort = { env: [{ name: 'LISTEN', value: 'on 80' }], ports: [{ containerPort: 80, name: 'http' }] };
const ask = async (podIP: string | undefined, path: string): Promise<string> => (await fetch(`http://${podIP}${path}`, { headers: { connection: 'close' } })).text();
const namespacesOf = (bridge: string): string[] =>
  execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`${bridge}-`));
const links = (): string => execFileSync('ip', ['-brief', 'link'], { encoding: 'utf8' });

if (problem !== undefined) it.skip(`pods with networks of their own: ${problem}`, () => undefined);
else {
  beforeAll(() => cluster.start());
  afterAll(() => cluster.end());

  it('runs programs that know nothing of PORT, each on its own port 80', async () => {
    const readinessProbe = { httpGet: { path: '/health', port: 'http' }, periodSeconds: 1 };
    for (const name of ['one', 'two']) await cluster.client.create(kinds.pods, serverPod(name, { ...fixedPort, readinessProbe }));
    const [one, two] = [await cluster.ready('one'), await cluster.ready('two')];
    expect(one.status?.podIP).toMatch(/^100\./);
    expect(await ask(one.status?.podIP, '/')).toBe('ok');
    expect(await ask(one.status?.podIP, `/fetch?url=http://${two.status?.podIP}/`)).toBe('ok');
    expect(JSON.parse(await ask(one.status?.podIP, '/identity'))).toMatchObject({ noNewPrivs: true, capabilities: '0000000000000000' });
    expect(await ask(one.status?.podIP, '/file?path=/etc/hosts')).toContain(`${one.status?.podIP}\tone\n`);
  });

  it('gives a program the API and its token where clients in clusters look', async () => {
    const pod = await cluster.ready('one');
    const answer = JSON.parse(await ask(pod.status?.podIP, '/whoami?dir=/var/run/secrets/kubernetes.io/serviceaccount')) as unknown;
    expect(answer).toMatchObject({ namespace: 'default', status: { userInfo: { username: 'system:serviceaccount:default:default' } } });
  });

  it('leads the addresses of Services to the machine as they are, so that callee and caller are known', async () => {
    const seen: (string | undefined)[] = [];
    const envoy = createServer(({ socket }, response) => void (seen.push(socket.localAddress), response.end('served')));
    await new Promise<void>((resolve) => envoy.listen(0, '0.0.0.0', resolve));
    try {
      const { port } = envoy.address() as AddressInfo;
      await cluster.client.create(kinds.services, { metadata: { name: 'callee', namespace: 'default' }, spec: { ports: [{ port }] } });
      await cluster.client.create(kinds.pods, serverPod('caller', fixedPort));
      const pod = await cluster.ready('caller');
      expect(await ask(pod.status?.podIP, `/fetch?url=http://callee.default.svc:${port}/`)).toBe('served');
      const { items } = await cluster.client.list(kinds.ipAddresses, {});
      const own = items.find(({ metadata, spec }) => metadata?.labels?.['tidegate.dev/caller'] === 'caller' && spec?.parentRef?.name === 'callee');
      expect(seen).toEqual([own?.metadata?.name]);
    } finally {
      envoy.close();
    }
  });

  it('keeps the loopback of the machine out of reach', async () => {
    const server = createServer((_, response) => response.end('secret'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const pod = await cluster.ready('one');
      const { port } = server.address() as AddressInfo;
      expect(await ask(pod.status?.podIP, `/fetch?url=http://127.0.0.1:${port}/`)).toContain('ECONNREFUSED');
    } finally {
      server.close();
    }
  });

  it('leaves nothing behind, neither at its end nor after one that was killed', async () => {
    const bridge = /tidegate\d+/.exec(links())?.[0] ?? '';
    const pod = await cluster.ready('two');
    const before = namespacesOf(bridge).length;
    await cluster.client.delete(kinds.pods, 'two', 'default');
    await waitFor('the namespace of a deleted pod is gone', () => Promise.resolve(namespacesOf(bridge).length === before - 1));
    expect(pod.status?.podIP).toBeDefined();
    await cluster.stop();
    expect([namespacesOf(bridge), links().includes(bridge)]).toEqual([[], false]);
    execFileSync('ip', ['netns', 'add', `${bridge}-9-9`]);
    execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge']);
    await cluster.start();
    expect(await ask((await cluster.ready('one')).status?.podIP, '/')).toBe('ok');
    expect(namespacesOf(bridge).some((name) => name.includes('-9-9'))).toBe(false);
  });
}
