import { waitFor } from '@tidegate/testing';
import { apply, get, kubectl } from './cluster.js';
import { image } from './objects.js';
import { SHOP } from './release.js';

/** Calls the shop as a neighbour does, by its short name and on a new connection each time, and tells what came back. */
const calling = `import http from 'node:http';
const seen = { requests: 0, failed: [], routed: [] };
const one = () => {
  seen.requests += 1;
  const fail = (why) => seen.failed.push(String(why));
  http.get('http://shop/', { agent: false, timeout: 5000 }, (response) => {
    if (response.statusCode !== 200) fail(response.statusCode);
    seen.routed.push(response.headers['x-by-route'] === 'yes');
    if (seen.routed.length > 20) seen.routed.shift();
    response.resume();
  }).on('error', fail).on('timeout', function () { this.destroy(new Error('timeout')); });
};
setInterval(one, 20);
http.createServer((_, response) => response.end(JSON.stringify(seen))).listen(9000);`;

const caller = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'caller', namespace: SHOP },
  spec: {
    automountServiceAccountToken: false,
    containers: [{ name: 'caller', image, args: ['--input-type=module', '--eval', calling] }],
  },
};
const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'between-pods', namespace: SHOP },
  spec: {
    parentRefs: [{ group: '', kind: 'Service', name: 'shop', port: 80 }],
    rules: [
      {
        filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'x-by-route', value: 'yes' }] } }],
        backendRefs: [{ name: 'shop', port: 80 }],
      },
    ],
  },
};

interface Seen {
  requests: number;
  failed: string[];
  /** Whether each of the last twenty went by the route. */
  routed: boolean[];
}
async function seen(): Promise<Seen> {
  const show = "fetch('http://127.0.0.1:9000').then((r) => r.text()).then((t) => console.log(t))";
  return JSON.parse(await kubectl('exec', 'caller', '--namespace', SHOP, '--', 'node', '--eval', show)) as Seen;
}
const all = (routed: boolean) => async (): Promise<Seen | undefined> => {
  const now = await seen();
  return now.routed.length === 20 && now.routed.every((one) => one === routed) ? now : undefined;
};
interface ServiceView {
  metadata: { annotations?: Record<string, string> };
  spec: { selector?: Record<string, string> };
}

/** Pods call each other past every Gateway: their routes count where the namespace wants it, and not a moment longer. */
export function routesBetweenPods(): void {
  it('leads calls between pods over their routes in a namespace that wants it, and back, without a failed request', async () => {
    await apply(caller, route);
    await kubectl('wait', 'pod/caller', '--namespace', SHOP, '--for=condition=Ready', '--timeout=60s');
    await waitFor('calls past the route', all(false), 60_000);

    await kubectl('label', 'namespace', SHOP, 'mesh.tidegate.dev/waypoint=enabled');
    await waitFor('calls over the route', all(true), 120_000);
    const { metadata, spec } = await get<ServiceView>('service', 'shop', '--namespace', SHOP);
    expect({ selector: spec.selector, kept: metadata.annotations?.['mesh.tidegate.dev/selector'] }).toEqual({
      selector: undefined,
      kept: '{"app":"shop"}',
    });

    await kubectl('label', 'namespace', SHOP, 'mesh.tidegate.dev/waypoint-');
    await waitFor('calls past the route again', all(false), 120_000);
    const after = await get<ServiceView>('service', 'shop', '--namespace', SHOP);
    expect({ selector: after.spec.selector, kept: after.metadata.annotations?.['mesh.tidegate.dev/selector'] }).toEqual({
      selector: { app: 'shop' },
      kept: undefined,
    });
    await waitFor(
      'the second Service gone',
      async () => {
        return (await kubectl('get', 'service', 'shop-tidegate', '--namespace', SHOP, '--ignore-not-found', '--output', 'name')) === '';
      },
      60_000,
    );
    const { requests, failed } = await seen();
    console.log(`over the waypoint and back: ${requests} requests, ${failed.length} failed`);
    expect(failed).toEqual([]);
    // Again, so that an uninstall has something to undo.
    await kubectl('label', 'namespace', SHOP, 'mesh.tidegate.dev/waypoint=enabled');
    await waitFor('calls over the route', all(true), 120_000);
  });
}
