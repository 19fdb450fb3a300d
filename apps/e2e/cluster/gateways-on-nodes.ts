import { waitFor } from '@tidegate/testing';
import { get, kubectl } from './cluster.js';
import { SHOP, SYSTEM, answers, current, podsOf, put, untilAvailable } from './release.js';

interface NodeView {
  metadata: { name: string };
  status: { addresses: { type: string; address: string }[] };
}
interface ServiceView {
  spec: { ports: { port: number; nodePort?: number }[] };
}

const SHOPS_PROXIES = `gateway.networking.k8s.io/gateway-name=shop,gateway.networking.k8s.io/gateway-namespace=${SHOP}`;

async function nodes(): Promise<{ name: string; address: string }[]> {
  const { items } = await get<{ items: NodeView[] }>('nodes');
  return items.flatMap(({ metadata, status }) => {
    const address = status.addresses.find(({ type }) => type === 'InternalIP')?.address;
    return address === undefined ? [] : [{ name: metadata.name, address }];
  });
}

const allows = (level: string): Promise<string> =>
  kubectl('label', 'namespace', SYSTEM, `pod-security.kubernetes.io/enforce=${level}`, '--overwrite');

/** Of who reaches the nodes themselves: without a load balancer. */
export function servesAtNodes(): void {
  it('serves at a port of every node, with NodePort', async () => {
    await put('upgrade', current, 'gateway.service=NodePort');
    const port = await waitFor(
      'a node port',
      async () => {
        const { items } = await get<{ items: ServiceView[] }>('services', '--namespace', SYSTEM, '--selector', SHOPS_PROXIES);
        return items[0]?.spec.ports.find((p) => p.port === 80)?.nodePort;
      },
      120_000,
    );
    for (const { address } of await nodes()) expect(await answers(`${address}:${port}`, 'shop.example')).toBe('Hello shop!\n');
  });

  it("serves at the nodes' own ports, with HostPort", async () => {
    // Host ports are no part of `restricted`. One proxy for each Gateway: two that want port 80 need two nodes.
    await allows('privileged');
    await put('upgrade', current, 'gateway.service=HostPort', 'gateway.replicas=1');
    const [proxy] = await waitFor(
      'the proxy at its node’s port',
      async () => {
        const { items } = await get<{ items: { spec: { nodeName?: string; containers: { ports?: { hostPort?: number }[] }[] } }[] }>(
          ...['pods', '--namespace', SYSTEM, '--selector', SHOPS_PROXIES, '--field-selector', 'status.phase=Running'],
        );
        return items.length === 1 && items[0]?.spec.containers[0]?.ports?.some(({ hostPort }) => hostPort === 80) ? items : undefined;
      },
      180_000,
    );
    const node = (await nodes()).find(({ name }) => name === proxy?.spec.nodeName);
    expect(await answers(`${node?.address}:80`, 'shop.example')).toBe('Hello shop!\n');
    await put('upgrade', current);
    await waitFor('two proxies again', async () => (await podsOf('--selector', SHOPS_PROXIES)).length === 2, 180_000);
    await untilAvailable();
    await allows('restricted');
  });
}
