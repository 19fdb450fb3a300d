import path from 'node:path';
import type { Deployment, Pod, Service } from '@tidegate/kube';
import type { Gateway } from '@tidegate/mesh-contract';
import { golden } from '@tidegate/testing';
import { ProxyPodsConfig } from './config.js';
import { type ObservedProxies, type ProxyAction, planProxyPods } from './plan-proxy-pods.js';

const NAMESPACE = 'tidegate-system';
const host = 'tidegate-traffic.tidegate-system.svc';
const config = ProxyPodsConfig.parse({ image: 'tidegate-envoy:1', mesh: { host }, telemetry: { host }, activator: { host } });
const NOTHING: ObservedProxies = {
  placement: { gateways: [], waypoint: [], answered: [] },
  namespace: { metadata: { name: NAMESPACE, uid: 'uid-of-namespace' } },
  deployments: [],
  services: [],
  configMaps: [],
  budgets: [],
  pods: [],
  slices: [],
};

function gateway(namespace: string, name: string, spec: Partial<Gateway['spec']> = {}): Gateway {
  return {
    metadata: { namespace, name, uid: `uid-of-${namespace}-${name}` },
    spec: { gatewayClassName: 'tidegate', listeners: [], ...spec },
  };
}
const serving = (...gateways: Gateway[]): ObservedProxies['placement'] => ({
  gateways: gateways.map((g) => ({ gateway: g, ports: [80, 443] })),
  waypoint: [],
  answered: [],
});
const said = (actions: readonly ProxyAction[]): string[] =>
  actions.map((a) => (a.type === 'delete' ? `delete ${a.of} ${a.name}` : `${a.type} ${a.object.metadata?.name}`));
const plan = (observed: Partial<ObservedProxies>, changed: Partial<ProxyPodsConfig> = {}): ProxyAction[] =>
  planProxyPods({ ...NOTHING, ...observed }, NAMESPACE, { ...config, ...changed });

/** The world after the actions. */
function done(observed: ObservedProxies, actions: readonly ProxyAction[]): ObservedProxies {
  const after = { ...observed };
  for (const action of actions) {
    switch (action.type) {
      case 'applyConfigMap':
        after.configMaps = [...after.configMaps, action.object];
        break;
      case 'applyDeployment':
        after.deployments = [...after.deployments, action.object];
        break;
      case 'applyService':
        after.services = [...after.services, action.object];
        break;
      case 'applyBudget':
        after.budgets = [...after.budgets, action.object];
        break;
      case 'applySlice':
        after.slices = [...after.slices, action.object];
        break;
      case 'delete':
        throw new Error('nothing is deleted here');
    }
  }
  return after;
}

it('what a Gateway and the shared proxy need', () => {
  const web = gateway('shop', 'web', { infrastructure: { labels: { team: 'a' }, annotations: { 'example.com/lb': 'internal' } } });
  const actions = plan({ placement: serving(web) });
  expect(said(actions)).toEqual([
    'applyConfigMap tidegate-waypoint',
    'applyDeployment tidegate-waypoint',
    'applyConfigMap gw-shop-web',
    'applyDeployment gw-shop-web',
    'applyService gw-shop-web',
  ]);
  const shown = actions.filter((a) => a.type !== 'delete' && a.object.metadata?.name === 'gw-shop-web');
  const text = `${JSON.stringify(shown, null, 2)}\n`;
  expect(text).toBe(golden(path.join(import.meta.dirname, 'testdata/gateway.json'), text));
});

it('nothing is to do once it is done', () => {
  const observed = { ...NOTHING, placement: serving(gateway('shop', 'web'), gateway('other', 'web')) };
  const twice = { replicas: 2 };
  const actions = planProxyPods(observed, NAMESPACE, { ...config, ...twice });
  expect(said(actions)).toContain('applyBudget gw-shop-web');
  expect(said(planProxyPods(done(observed, actions), NAMESPACE, { ...config, ...twice }))).toEqual([]);
  // With one replica a budget would only keep nodes from being emptied.
  expect(said(planProxyPods(done(observed, actions), NAMESPACE, config))).toEqual(
    expect.arrayContaining(['delete podDisruptionBudgets gw-shop-web', 'applyDeployment gw-shop-web']),
  );
});

it('what belongs to no Gateway any more goes', () => {
  const before = { ...NOTHING, placement: serving(gateway('shop', 'web')) };
  const there = done(before, planProxyPods(before, NAMESPACE, config));
  expect(said(plan({ ...there, placement: serving() }))).toEqual([
    'delete deployments gw-shop-web',
    'delete services gw-shop-web',
    'delete configMaps gw-shop-web',
  ]);
});

it('a Gateway that can serve nothing for now keeps what it has', () => {
  const before = { ...NOTHING, placement: serving(gateway('shop', 'web')) };
  const there = done(before, planProxyPods(before, NAMESPACE, config));
  expect(plan({ ...there, placement: { gateways: [{ gateway: gateway('shop', 'web'), ports: [] }], waypoint: [], answered: [] } })).toEqual(
    [],
  );
});

describe('names', () => {
  const namesOf = (observed: Partial<ObservedProxies>): string[] =>
    plan(observed).flatMap((a) => (a.type === 'applyService' ? [a.object.metadata?.name ?? ''] : []));

  it('two Gateways whose names run together have two names, whichever comes first', () => {
    const [one, other] = [gateway('a', 'b-c'), gateway('a-b', 'c')];
    const [first, second] = namesOf({ placement: serving(one, other) });
    expect(first).toBe('gw-a-b-c');
    expect(second).toMatch(/^gw-a-b-c-[0-9a-f]{10}$/);
    const there = done({ ...NOTHING, placement: serving(other) }, plan({ placement: serving(other) }));
    const services = there.services.map((s) => s.metadata?.name);
    expect(services).toEqual(['gw-a-b-c']);
    // The other has the name; the older one, seen later, does not take it.
    const names = plan({ ...there, placement: serving(one, other) }).flatMap((a) =>
      a.type === 'delete' ? ['deleted'] : [a.object.metadata?.name],
    );
    expect(new Set(names)).toEqual(new Set([expect.stringMatching(/^gw-a-b-c-[0-9a-f]{10}$/)]));
  });

  it.each([
    { name: 'long ones', of: gateway('n'.repeat(63), 'g'.repeat(253)) },
    { name: 'ones with dots', of: gateway('shop', 'web.example.com') },
  ])('$name fit', ({ of }) => {
    const actions = plan({ placement: serving(of) }).filter((a) => a.type !== 'delete' && a.object.metadata?.name !== 'tidegate-waypoint');
    for (const action of actions) {
      if (action.type === 'delete') continue;
      expect(action.object.metadata?.name).toMatch(/^[a-z][-a-z0-9]{0,49}$/);
      for (const value of Object.values(action.object.metadata?.labels ?? {})) expect(value.length).toBeLessThanOrEqual(63);
    }
  });
});

it('at the nodes’ own ports there is no second pod beside the first', () => {
  const actions = plan({ placement: serving(gateway('shop', 'web')) }, { service: 'HostPort' });
  const found = actions.find(
    (a): a is { type: 'applyDeployment'; object: Deployment } => a.type === 'applyDeployment' && a.object.metadata?.name === 'gw-shop-web',
  );
  expect(found?.object.spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  expect(found?.object.spec?.template.spec?.containers[0]?.ports).toContainEqual({
    name: 'p-80',
    containerPort: 80,
    hostPort: 80,
    protocol: 'TCP',
  });
});

it('routed Services lead to the ready pods of the shared proxy', () => {
  const pod = (name: string, ip: string, ready: boolean): Pod => ({
    metadata: { name, namespace: NAMESPACE, uid: `uid-of-${name}`, labels: { 'mesh.tidegate.dev/proxy': 'waypoint' } },
    spec: { nodeName: 'n1', containers: [] },
    status: { podIP: ip, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
  const hello: Service = { metadata: { name: 'hello', namespace: 'apps', uid: 'u' }, spec: { ports: [{ name: 'http', port: 80 }] } };
  const placement = { gateways: [], waypoint: [hello], answered: [] };
  const pods = [pod('w-2', '10.244.1.9', false), pod('w-1', '10.244.1.8', true)];
  const actions = plan({ placement, pods });
  const slice = actions.flatMap((a) => (a.type === 'applySlice' ? [a.object] : []))[0];
  const { annotations: _, ...metadata } = slice?.metadata ?? {};
  expect(metadata).toEqual({
    name: 'hello-tidegate',
    namespace: 'apps',
    labels: {
      'kubernetes.io/service-name': 'hello',
      'endpointslice.kubernetes.io/managed-by': 'mesh.tidegate.dev',
      'app.kubernetes.io/part-of': 'tidegate',
    },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'hello', uid: 'u' }],
  });
  expect(slice?.ports).toEqual([{ name: 'http', port: 15_080, protocol: 'TCP' }]);
  expect(slice?.endpoints?.map((e) => `${e.addresses[0]} ${e.conditions?.ready}`)).toEqual(['10.244.1.8 true', '10.244.1.9 false']);
  const there = done({ ...NOTHING, placement, pods }, actions);
  expect(plan(there)).toEqual([]);
  expect(said(plan({ ...there, placement: { gateways: [], waypoint: [], answered: [] } }))).toEqual([
    'delete endpointSlices hello-tidegate',
  ]);
});
