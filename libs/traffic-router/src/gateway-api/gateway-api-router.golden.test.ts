import path from 'node:path';
import { golden } from '@tidegate/testing';
import { cohortToken } from '../cohort-token.js';
import type { TrafficPlan } from '../traffic-plan.js';
import { gatewayApiRouter } from './gateway-api-router.js';

const plain: TrafficPlan = {
  namespace: 'shop',
  service: 'reviews',
  selector: { app: 'reviews' },
  ports: [{ name: 'http', port: 9080, protocol: 'TCP', targetPort: 'http' }],
  owner: { apiVersion: 'delivery.tidegate.dev/v1alpha1', kind: 'Strategy', name: 'reviews', uid: 'uid-1', controller: true },
  labels: { 'delivery.tidegate.dev/strategy': 'reviews' },
  versions: ['v1'],
  weights: [{ version: 'v1', weight: 10_000 }],
  matched: [],
};
const split: TrafficPlan = {
  ...plain,
  ports: [...plain.ports, { name: 'grpc', port: 9090, appProtocol: 'kubernetes.io/h2c' }],
  versions: ['v1', 'V2.0'],
  weights: [
    { version: 'v1', weight: 9_999 },
    { version: 'V2.0', weight: 1 },
  ],
  matched: [
    {
      version: 'V2.0',
      match: {
        headers: [{ name: 'x-team', type: 'Prefix', value: 'qa.' }],
        cookies: [{ name: 'beta', type: 'Exact', value: 'yes(1)' }],
        path: { type: 'Prefix', value: '/new' },
        query: [{ name: 'try', type: 'Regex', value: 'a|b' }],
      },
    },
  ],
  cohorts: {
    by: { cookie: 'cohort', maxAgeSeconds: 3600 },
    tokens: ['V2.0', 'v1'].map((version) => ({ version, token: cohortToken('key', 'release-1', version) })),
  },
  preview: {
    version: 'V2.0',
    header: 'x-preview',
    secret: 's3cret',
    host: { hostname: 'next.shop.example', gateway: { name: 'web', namespace: 'edge' } },
  },
  mirror: { version: 'V2.0', weight: 2_550 },
};

it.each([
  ['pinned', plain],
  ['everything-at-once', split],
])('turns the plan "%s" into the objects that are known', (name, plan) => {
  const text = `${JSON.stringify(gatewayApiRouter.objects(plan), null, 1)}\n`;
  expect(text).toBe(golden(path.join(import.meta.dirname, '..', 'testdata', `${name}.json`), text));
});

it.each([
  ['plain', { port: 80 }, true],
  ['http by appProtocol', { port: 80, appProtocol: 'http' }, true],
  ['cleartext HTTP/2', { port: 80, appProtocol: 'kubernetes.io/h2c' }, true],
  ['a database by its name', { port: 3306, name: 'mysql' }, false],
  ['a database that says it is HTTP', { port: 3306, name: 'mysql', appProtocol: 'http' }, true],
  ['UDP', { port: 53, protocol: 'UDP' }, false],
  ['raw TCP', { port: 1, appProtocol: 'tcp' }, false],
])('splits %s: %o %s', (_, port, possible) => {
  expect(gatewayApiRouter.refusal(port) === undefined).toBe(possible);
});

it('gives each release and version a token of its own', () => {
  const tokens = [
    cohortToken('k', 'r1', 'v1'),
    cohortToken('k', 'r1', 'v2'),
    cohortToken('k', 'r2', 'v1'),
    cohortToken('other', 'r1', 'v1'),
  ];
  expect(new Set(tokens).size).toBe(4);
  expect(cohortToken('k', 'r1', 'v1')).toBe(tokens[0]);
});
