import { waitFor } from '@tidegate/testing';
import { get } from './cluster.js';
import { SHOP, isReady, podsOf, report, underLoad, untilAvailable } from './release.js';
import type { Testbed } from './testbed.js';

interface NodeView {
  status: { conditions: { type: string; status: string }[] };
}
const isNodeReady = async (name: string): Promise<boolean> =>
  (await get<NodeView>('node', name)).status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

/** Requests that were under way to the node when it was cut off, or went out on a connection that was open: until these are given up. */
const OPEN_SECONDS = 20;

/**
 * The node's network goes, until Kubernetes says so and beyond. The load comes as from a load balancer that looks after its targets: to a proxy on
 * another node, half of whose endpoints are cut off.
 */
export function losesANode({ node, cut, heal }: Testbed): void {
  it('goes on without a node that is cut off', async () => {
    const proxies = await podsOf('--selector', `gateway.networking.k8s.io/gateway-namespace=${SHOP}`);
    const address = proxies.find((pod) => pod.spec.nodeName !== node && isReady(pod))?.status.podIP;
    if (address === undefined) throw new Error(`no proxy of the shop runs beside ${node}`);
    let cutAt = 0;
    const began = performance.now();
    const load = await underLoad(async () => {
      await cut();
      cutAt = (performance.now() - began) / 1000;
      try {
        await waitFor('Kubernetes to miss the node', async () => !(await isNodeReady(node)), 180_000);
      } finally {
        await heal();
      }
      await waitFor('the node again', () => isNodeReady(node), 120_000);
    }, address);
    await untilAvailable();
    report(`${node} cut off`, load);
    if (load.failed.length > 0) console.log(load.failed.join('\n'));
    const late = load.failed.filter((line) => !(Number.parseFloat(line) < cutAt + OPEN_SECONDS));
    expect(late).toEqual([]);
  });
}
