import { objectsFromYaml } from '../test/objects-from-yaml.js';
import { buildSnapshot } from './build-snapshot.js';
import type { PlannedCondition } from './status-plan.js';

const base = `
apiVersion: v1
kind: ConfigMap
metadata: { name: loopback-ports }
data: { '80': '8180' }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: tidegate, generation: 3 }
spec: { controllerName: tidegate.dev/gateway-controller }
---
apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata: { name: 127.20.0.5 }
spec: { parentRef: { group: gateway.networking.k8s.io, resource: gateways, namespace: infra, name: edge } }
---
apiVersion: v1
kind: Namespace
metadata: { name: apps, labels: { team: web } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: apps }
spec: { ports: [{ name: http, port: 8080 }, { name: dns, port: 53, protocol: UDP }, { name: safe, port: 8443, appProtocol: https }] }
---
apiVersion: v1
kind: Service
metadata: { name: far, namespace: other }
spec: { ports: [{ port: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: named, namespace: apps }
spec: { type: ExternalName, externalName: example.com, ports: [{ port: 80 }] }
`;

const gateway = (spec: string) => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra, generation: 5, creationTimestamp: '2026-01-01T00:00:00Z' }
spec: { gatewayClassName: tidegate, ${spec} }
`;
const openGateway = gateway(
  'listeners: [{ name: web, port: 80, protocol: HTTP, hostname: "*.example.com", allowedRoutes: { namespaces: { from: All } } }]',
);
const route = (spec: string) => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: apps, generation: 9 }
spec: { ${spec} }
`;

const short = (conditions: readonly PlannedCondition[]) => conditions.map((c) => `${c.type} ${c.status} ${c.reason}`);
const built = (text: string) => buildSnapshot(objectsFromYaml(base + text), { mode: 'embedded' });

describe('status of a route', () => {
  const parent = 'parentRefs: [{ name: edge, namespace: infra }]';
  const good = 'rules: [{ backendRefs: [{ name: web, port: 8080 }] }]';
  const resolved = 'ResolvedRefs True ResolvedRefs';

  it.each([
    { name: 'good', spec: `${parent}, ${good}`, is: ['Accepted True Accepted', resolved] },
    {
      name: 'no listener of that name',
      spec: `parentRefs: [{ name: edge, namespace: infra, sectionName: admin }], ${good}`,
      is: ['Accepted False NoMatchingParent', resolved],
    },
    {
      name: 'no listener on that port',
      spec: `parentRefs: [{ name: edge, namespace: infra, port: 81 }], ${good}`,
      is: ['Accepted False NoMatchingParent', resolved],
    },
    {
      name: 'a host that no listener takes',
      spec: `${parent}, hostnames: [shop.test], ${good}`,
      is: ['Accepted False NoMatchingListenerHostname', resolved],
    },
    {
      name: 'a backend that does not exist',
      spec: `${parent}, rules: [{ backendRefs: [{ name: nobody, port: 8080 }] }]`,
      is: ['Accepted True Accepted', 'ResolvedRefs False BackendNotFound'],
    },
    {
      name: 'a port that the backend lacks',
      spec: `${parent}, rules: [{ backendRefs: [{ name: web, port: 81 }] }]`,
      is: ['Accepted True Accepted', 'ResolvedRefs False BackendNotFound'],
    },
    {
      name: 'a backend that is no Service',
      spec: `${parent}, rules: [{ backendRefs: [{ kind: Bucket, group: storage.test, name: web }] }]`,
      is: ['Accepted True Accepted', 'ResolvedRefs False InvalidKind'],
    },
    {
      name: 'another namespace without grant',
      spec: `${parent}, rules: [{ backendRefs: [{ name: far, namespace: other, port: 8080 }] }]`,
      is: ['Accepted True Accepted', 'ResolvedRefs False RefNotPermitted'],
    },
    {
      name: 'its own parent in another namespace, without grant',
      spec: "parentRefs: [{ group: '', kind: Service, name: far, namespace: other }], rules: [{ backendRefs: [{ name: far, namespace: other, port: 8080 }] }]",
      is: ['Accepted True Accepted', resolved],
    },
    {
      name: 'a UDP port',
      spec: `${parent}, rules: [{ backendRefs: [{ name: web, port: 53 }] }]`,
      is: ['Accepted True Accepted', 'ResolvedRefs False UnsupportedProtocol'],
    },
    {
      name: 'a TLS port',
      spec: `${parent}, rules: [{ backendRefs: [{ name: web, port: 8443 }] }]`,
      is: ['Accepted True Accepted', 'ResolvedRefs False UnsupportedProtocol'],
    },
    {
      name: 'an external name',
      spec: `${parent}, rules: [{ backendRefs: [{ name: named, port: 80 }] }]`,
      is: ['Accepted True Accepted', 'ResolvedRefs False UnsupportedProtocol'],
    },
    {
      name: 'a mirror that does not exist',
      spec: `${parent}, rules: [{ filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: nobody, port: 1 } } }], backendRefs: [{ name: web, port: 8080 }] }]`,
      is: ['Accepted True Accepted', 'ResolvedRefs False BackendNotFound'],
    },
    {
      name: 'an expression that RE2 lacks',
      spec: `${parent}, rules: [{ matches: [{ path: { type: RegularExpression, value: "(?=x)" } }] }]`,
      is: ['Accepted False UnsupportedValue', resolved],
    },
    {
      name: 'a line break in a header',
      spec: `${parent}, rules: [{ filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: a, value: "b\\nc" }] } }] }]`,
      is: ['Accepted False UnsupportedValue', resolved],
    },
    {
      name: 'one bad rule of two',
      spec: `${parent}, rules: [{ filters: [{ type: ExtensionRef, extensionRef: { group: x.test, kind: Y, name: z } }] }, { backendRefs: [{ name: web, port: 8080 }] }]`,
      is: ['Accepted True Accepted', resolved, 'PartiallyInvalid True UnsupportedValue'],
    },
    {
      name: 'a redirect together with a rewrite',
      spec: `${parent}, rules: [{ filters: [{ type: RequestRedirect, requestRedirect: {} }, { type: URLRewrite, urlRewrite: { hostname: a.test } }] }]`,
      is: ['Accepted False IncompatibleFilters', resolved],
    },
    {
      name: 'a duration that is none',
      spec: `${parent}, rules: [{ timeouts: { request: soon }, backendRefs: [{ name: web, port: 8080 }] }]`,
      is: ['Accepted False UnsupportedValue', resolved],
    },
    {
      name: 'a Service that does not exist as parent',
      spec: `parentRefs: [{ group: '', kind: Service, name: nobody }], ${good}`,
      is: ['Accepted False NoMatchingParent', resolved],
    },
    {
      name: 'a Service as parent',
      spec: `parentRefs: [{ group: '', kind: Service, name: web, port: 8080 }], ${good}`,
      is: ['Accepted True Accepted', resolved],
    },
  ])('$name', ({ spec, is }) => {
    const [status] = built(openGateway + route(spec)).statuses.routes;
    expect(status?.parents.map((p) => short(p.conditions))).toEqual([is]);
    expect(status?.parents[0]?.conditions.every((c) => c.observedGeneration === 9 && c.message.endsWith('.'))).toBe(true);
  });

  it('says nothing for the Gateways of others', () => {
    const { statuses } = built(route(`${parent}, ${good}`));
    expect(statuses.routes.map(({ parents }) => parents)).toEqual([[]]);
  });

  it.each([
    { from: 'Same', allowed: false },
    { from: 'None', allowed: false },
    { from: 'All', allowed: true },
    { from: 'Selector, selector: { matchLabels: { team: web } }', allowed: true },
    { from: 'Selector, selector: { matchLabels: { team: db } }', allowed: false },
    { from: 'Selector, selector: { matchExpressions: [{ key: team, operator: In, values: [web, api] }] }', allowed: true },
  ])('allowedRoutes.namespaces.from: $from', ({ from, allowed }) => {
    const text = gateway(`listeners: [{ name: web, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: ${from} } } }]`);
    const { statuses } = built(text + route(`${parent}, ${good}`));
    const accepted = statuses.routes[0]?.parents[0]?.conditions[0];
    expect(`${accepted?.status} ${accepted?.reason}`).toBe(allowed ? 'True Accepted' : 'False NotAllowedByListeners');
    expect(statuses.gateways[0]?.listeners[0]?.attachedRoutes).toBe(allowed ? 1 : 0);
  });

  it('accepts a backend elsewhere when that namespace grants it', () => {
    const grant = (to: string) => `
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: apps, namespace: other }
spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: apps }], to: [${to}] }
`;
    const spec = `${parent}, rules: [{ backendRefs: [{ name: far, namespace: other, port: 8080 }] }]`;
    const reason = (to: string) => built(openGateway + route(spec) + grant(to)).statuses.routes[0]?.parents[0]?.conditions[1]?.reason;
    expect(reason("{ group: '', kind: Service }")).toBe('ResolvedRefs');
    expect(reason("{ group: '', kind: Service, name: far }")).toBe('ResolvedRefs');
    expect(reason("{ group: '', kind: Service, name: near }")).toBe('RefNotPermitted');
    expect(reason("{ group: '', kind: Secret }")).toBe('RefNotPermitted');
  });
});

describe('status of a Gateway', () => {
  const fine = ['Accepted True Accepted', 'ResolvedRefs True ResolvedRefs', 'Conflicted False NoConflicts'];
  it.each([
    {
      name: 'good',
      spec: 'listeners: [{ name: a, port: 80, protocol: HTTP }]',
      is: ['Accepted True Accepted', 'Programmed True Programmed'],
      listeners: [[...fine, 'Programmed True Programmed']],
    },
    {
      name: 'a port that is not bound yet',
      spec: 'listeners: [{ name: a, port: 81, protocol: HTTP }]',
      is: ['Accepted True Accepted', 'Programmed True Programmed'],
      listeners: [[...fine, 'Programmed False Pending']],
    },
    {
      name: 'a protocol that is not served',
      spec: 'listeners: [{ name: a, port: 80, protocol: UDP }]',
      is: ['Accepted False ListenersNotValid', 'Programmed False Invalid'],
      listeners: [['Accepted False UnsupportedProtocol', fine[1], fine[2], 'Programmed False Invalid']],
    },
    {
      name: 'one of two listeners with a protocol that is not served',
      spec: 'listeners: [{ name: a, port: 80, protocol: HTTP }, { name: b, port: 53, protocol: UDP }]',
      is: ['Accepted True ListenersNotValid', 'Programmed True Programmed'],
      listeners: [
        [...fine, 'Programmed True Programmed'],
        ['Accepted False UnsupportedProtocol', fine[1], fine[2], 'Programmed False Invalid'],
      ],
    },
    {
      name: 'a kind of route that cannot attach',
      spec: 'listeners: [{ name: a, port: 80, protocol: HTTP, allowedRoutes: { kinds: [{ kind: TCPRoute }] } }]',
      is: ['Accepted True Accepted', 'Programmed False Invalid'],
      listeners: [[fine[0], 'ResolvedRefs False InvalidRouteKinds', fine[2], 'Programmed False Invalid']],
    },
    {
      name: 'two protocols on one port',
      spec: 'listeners: [{ name: a, port: 80, protocol: HTTP }, { name: b, port: 80, protocol: HTTPS }]',
      is: ['Accepted True ListenersNotValid', 'Programmed True Programmed'],
      listeners: [
        [...fine, 'Programmed True Programmed'],
        [
          'Accepted False ProtocolConflict',
          'ResolvedRefs False InvalidCertificateRef',
          'Conflicted True ProtocolConflict',
          'Programmed False ProtocolConflict',
        ],
      ],
    },
    {
      name: 'one host twice',
      spec: 'listeners: [{ name: a, port: 80, protocol: HTTP }, { name: b, port: 80, protocol: HTTP }]',
      is: ['Accepted True ListenersNotValid', 'Programmed True Programmed'],
      listeners: [
        [...fine, 'Programmed True Programmed'],
        ['Accepted False HostnameConflict', fine[1], 'Conflicted True HostnameConflict', 'Programmed False HostnameConflict'],
      ],
    },
    {
      name: 'a certificate that does not exist',
      spec: 'listeners: [{ name: a, port: 80, protocol: HTTPS, tls: { certificateRefs: [{ name: none }] } }]',
      is: ['Accepted True Accepted', 'Programmed False Invalid'],
      listeners: [[fine[0], 'ResolvedRefs False InvalidCertificateRef', fine[2], 'Programmed False Invalid']],
    },
    {
      name: 'a certificate of another namespace',
      spec: 'listeners: [{ name: a, port: 80, protocol: HTTPS, tls: { certificateRefs: [{ name: none, namespace: other }] } }]',
      is: ['Accepted True Accepted', 'Programmed False Invalid'],
      listeners: [[fine[0], 'ResolvedRefs False RefNotPermitted', fine[2], 'Programmed False Invalid']],
    },
    {
      name: 'an address that is not loopback',
      spec: 'addresses: [{ value: 10.1.2.3 }], listeners: [{ name: a, port: 80, protocol: HTTP }]',
      is: ['Accepted True Accepted', 'Programmed False AddressNotUsable'],
      listeners: [[...fine, 'Programmed True Programmed']],
    },
    {
      name: 'parameters',
      spec: 'infrastructure: { parametersRef: { group: x.test, kind: Y, name: z } }, listeners: [{ name: a, port: 80, protocol: HTTP }]',
      is: ['Accepted False InvalidParameters', 'Programmed False Invalid'],
      listeners: [[...fine, 'Programmed False Invalid']],
    },
    {
      name: 'an address of a type that is not supported',
      spec: 'addresses: [{ type: Hostname, value: a.test }], listeners: [{ name: a, port: 80, protocol: HTTP }]',
      is: ['Accepted False UnsupportedAddress', 'Programmed False Invalid'],
      listeners: [[...fine, 'Programmed False Invalid']],
    },
  ])('$name', ({ spec, is, listeners }) => {
    const [status] = built(gateway(spec)).statuses.gateways;
    expect(short(status?.conditions ?? [])).toEqual(is);
    expect(status?.listeners.map((l) => short(l.conditions))).toEqual(listeners);
  });

  it('names the resources that have to be live', () => {
    const [status] = built(gateway('listeners: [{ name: a, port: 80, protocol: HTTP }]')).statuses.gateways;
    expect(status?.resources).toEqual(['listener/bound/8180', 'routes/gw/infra/edge/80']);
    expect(status?.addresses).toEqual([{ type: 'IPAddress', value: '127.20.0.5' }]);
  });

  it('waits for an address', () => {
    const alone = gateway('listeners: [{ name: a, port: 80, protocol: HTTP }]').replace('name: edge', 'name: late');
    expect(short(built(alone).statuses.gateways[0]?.conditions ?? [])).toContain('Programmed False AddressNotAssigned');
  });
});

describe('status of a GatewayClass', () => {
  it('accepts its own class, lists features in order, and takes no parameters', () => {
    const [status] = built('').statuses.gatewayClasses;
    expect(short(status?.conditions ?? [])).toEqual(['Accepted True Accepted']);
    const names = status?.supportedFeatures.map((f) => f.name) ?? [];
    expect(names).toEqual([...names].sort());
    const withParameters = buildSnapshot(
      objectsFromYaml(base.replace('gateway-controller }', 'gateway-controller, parametersRef: { group: x.test, kind: Y, name: z } }')),
      { mode: 'embedded' },
    );
    expect(short(withParameters.statuses.gatewayClasses[0]?.conditions ?? [])).toEqual(['Accepted False InvalidParameters']);
  });
});
