import { timestamp } from '@tidegate/kube';
import { conditionOf, type DomainMapping, type Gateway } from '@tidegate/serving-contract';
import { NOW, settings, writes } from '../../test/builders.js';
import { MOST_DOMAIN_LISTENERS, mappingsWithListener, planDomainListeners } from './domain-listeners.js';
import { planDomainMapping } from './plan-domain-mapping.js';

const secured = (name: string, minutesOld: number, changes: Partial<DomainMapping> = {}): DomainMapping => ({
  metadata: { name, namespace: 'default', uid: name, generation: 1, creationTimestamp: timestamp(NOW - minutesOld * 60_000) },
  spec: { ref: { apiVersion: 'v1', kind: 'Service', name: 'plain' }, tls: { secretName: 'cert' } },
  status: { observedGeneration: 1, conditions: [{ type: 'DomainClaimed', status: 'True' }] },
  ...changes,
});
const http = { name: 'http', port: 80, protocol: 'HTTP' };
const gateway: Gateway = {
  metadata: { name: 'knative-serving', namespace: 'knative-serving', generation: 3 },
  spec: { listeners: [http] },
};
const mine = {
  name: 'domain-a.example',
  hostname: 'a.example',
  port: 443,
  protocol: 'HTTPS',
  tls: { certificateRefs: [{ name: 'cert', namespace: 'default' }] },
};

it.each<{ name: string; gateway: Gateway; mappings: DomainMapping[]; hosts: string[] | undefined }>([
  { name: 'a certificate of a claimed domain', gateway, mappings: [secured('a.example', 1)], hosts: ['a.example'] },
  {
    name: 'it is there',
    gateway: { ...gateway, spec: { listeners: [http, mine] } },
    mappings: [secured('a.example', 1)],
    hosts: undefined,
  },
  { name: 'it went', gateway: { ...gateway, spec: { listeners: [http, mine] } }, mappings: [], hosts: [] },
  {
    name: 'another Secret',
    gateway: { ...gateway, spec: { listeners: [http, mine] } },
    mappings: [secured('a.example', 1, { spec: { ...secured('a.example', 1).spec, tls: { secretName: 'new' } } })],
    hosts: ['a.example'],
  },
  {
    name: 'a domain of somebody else',
    gateway,
    mappings: [secured('a.example', 1, { status: { conditions: [{ type: 'DomainClaimed', status: 'False' }] } })],
    hosts: undefined,
  },
])('listeners: $name', ({ gateway: seen, mappings, hosts }) => {
  const [action] = planDomainListeners(seen, mappings).actions;
  const wanted = action?.do === 'apply' ? (action.object as Gateway).spec.listeners?.map((l) => l.hostname) : undefined;
  expect(wanted).toEqual(hosts);
});

it('serves the oldest domains, as many as a Gateway can', () => {
  const all = Array.from({ length: 70 }, (_, i) => secured(`d${i}.example`, i));
  const chosen = mappingsWithListener(all).map((m) => m.metadata?.name);
  expect(chosen).toHaveLength(MOST_DOMAIN_LISTENERS);
  expect(chosen[0]).toBe('d69.example');
  expect(chosen).not.toContain('d6.example');
});

type Conditions = NonNullable<NonNullable<NonNullable<Gateway['status']>['listeners']>[number]['conditions']>;

describe('a mapping with a certificate', () => {
  const conditions = (programmed: 'True' | 'False', resolved: 'True' | 'False'): Conditions => [
    { type: 'Programmed', status: programmed, observedGeneration: 3 },
    { type: 'ResolvedRefs', status: resolved, reason: 'InvalidCertificateRef', message: 'no such Secret', observedGeneration: 3 },
  ];
  const served = (listeners: NonNullable<Gateway['status']>['listeners']): Gateway => ({
    ...gateway,
    spec: { listeners: [http, mine] },
    status: { listeners },
  });
  const [apply] = planDomainMapping(
    {
      mapping: secured('a.example', 1),
      claim: { spec: { namespace: 'default' } },
      service: {},
      httpRoute: () => undefined,
      hasListener: true,
    },
    settings,
    NOW,
  ).actions.filter((a) => a.do === 'apply' && a.kind.kind === 'HTTPRoute');
  const route = apply?.do === 'apply' ? apply.object : {};
  const accepted = { parents: [{ controllerName: 'x', conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 1 }] }] };

  it.each([
    { name: 'no listener yet', seen: gateway, hasListener: true, ready: 'Unknown IngressNotConfigured' },
    { name: 'no room', seen: gateway, hasListener: false, ready: 'False TooManyDomains' },
    {
      name: 'no Secret',
      seen: served([{ name: mine.name, conditions: conditions('False', 'False') }]),
      hasListener: true,
      ready: 'False InvalidCertificateRef',
    },
    { name: 'served', seen: served([{ name: mine.name, conditions: conditions('True', 'True') }]), hasListener: true, ready: 'True' },
  ])('$name', ({ seen, hasListener, ready }) => {
    const plan = planDomainMapping(
      {
        mapping: secured('a.example', 1),
        claim: { spec: { namespace: 'default' } },
        service: {},
        gateway: seen,
        hasListener,
        httpRoute: () => ({
          ...route,
          metadata: { ...route.metadata, generation: 1 },
          spec: 'spec' in route ? (route.spec as object) : {},
          status: accepted,
        }),
      },
      settings,
      NOW,
    );
    expect(writes(plan)).toEqual(['apply ReferenceGrant a.example']);
    expect(plan.status?.url).toBe('https://a.example');
    const { status, reason } = conditionOf(plan.status?.conditions, 'Ready') ?? {};
    expect([status, reason].filter(Boolean).join(' ')).toBe(ready);
  });
});
