import type { Deployment } from '@tidegate/kube';
import { HealthState } from './platform.types.js';
import { partsOfDeployments, toPlatformHealth } from './to-platform-health.js';

const part = (name: string, state = HealthState.READY) => ({ name, state, ready: 1, wanted: 1, restarts: 0, why: null });
const fine = { parts: [part('control')], gateways: [], nodes: [], database: { isConfigured: true, isOpen: true } };

it.each([
  ['all is well', fine, 'Ready'],
  ['a part is not ready', { ...fine, parts: [part('a'), part('b', HealthState.NOT_READY)] }, 'NotReady'],
  ['the database is away', { ...fine, database: { isConfigured: true, isOpen: false } }, 'NotReady'],
  ['there is no database', { ...fine, database: { isConfigured: false, isOpen: false } }, 'Ready'],
])('says how the platform is: %s', (_, seen, state) => expect(toPlatformHealth(seen).state).toBe(state));

it('shows what is wrong first', () => {
  const node = (name: string, status: 'True' | 'False') => ({ metadata: { name }, status: { conditions: [{ type: 'Ready', status, message: 'kubelet stopped' }] } });
  const gateway = (name: string, gatewayClassName: string) => ({ metadata: { name, namespace: 'web' }, spec: { gatewayClassName, listeners: [] } });
  const seen = { ...fine, nodes: [node('a', 'True'), node('b', 'False')] as never, gateways: [gateway('own', 'tidegate'), gateway('other', 'istio')] as never };
  const { nodes, gateways } = toPlatformHealth(seen);
  expect(nodes).toEqual([{ name: 'b', state: 'NotReady', why: 'kubelet stopped' }, { name: 'a', state: 'Ready', why: null }]);
  expect(gateways).toEqual([{ namespace: 'web', name: 'own', state: 'NotReady', addresses: [], why: 'Nobody has looked at it yet.' }]);
});

it('knows its own Deployments by their labels', () => {
  const deployment = (component: string, ready: number, name = 'tidegate'): Deployment => ({ metadata: { labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': component } }, spec: { replicas: 2, selector: {}, template: {} }, status: { readyReplicas: ready } });
  expect(partsOfDeployments([deployment('traffic', 2), deployment('control', 1), deployment('x', 0, 'other')])).toEqual([
    { name: 'control', state: 'NotReady', ready: 1, wanted: 2, restarts: null, why: '1 of 2 pods are ready.' },
    { name: 'traffic', state: 'Ready', ready: 2, wanted: 2, restarts: null, why: null },
  ]);
});
