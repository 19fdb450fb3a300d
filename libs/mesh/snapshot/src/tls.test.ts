import { type Authority, authorities, startAuthority, tlsSecret } from '../test/certificates.js';
import { objectsFromYaml } from '../test/objects-from-yaml.js';
import { buildSnapshot } from './build-snapshot.js';
import type { PlannedCondition } from './status-plan.js';

const base = `
apiVersion: v1
kind: ConfigMap
metadata: { name: loopback-ports }
data: { '80': '8180', '443': '8443', '444': '8444' }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: tidegate }
spec: { controllerName: tidegate.dev/gateway-controller }
---
apiVersion: v1
kind: Service
metadata: { name: safe, namespace: infra }
spec: { ports: [{ name: https, port: 443, appProtocol: HTTPS }, { name: more, port: 444 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: safe, namespace: infra }
spec:
  parentRefs: [{ name: edge, sectionName: web }]
  rules:
    - matches: [{ path: { value: /https } }]
      backendRefs: [{ name: safe, port: 443 }]
    - matches: [{ path: { value: /more } }]
      filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: safe, port: 443 } } }]
      backendRefs: [{ name: safe, port: 444 }]
`;

const gateway = (more: string, listeners = '') => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra, generation: 2 }
spec:
  gatewayClassName: tidegate
  addresses: [{ value: 127.20.0.5 }]
  listeners: [{ name: web, port: 80, protocol: HTTP }${listeners}]
  ${more}
`;
const policy = (name: string, spec: string, created = '2026-01-01T00:00:00Z') => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: { name: ${name}, namespace: infra, generation: 4, creationTimestamp: '${created}' }
spec: { ${spec} }
`;

const short = (conditions: readonly PlannedCondition[] = []) => conditions.map((c) => `${c.type} ${c.status} ${c.reason}`);
const built = (text: string) => buildSnapshot(objectsFromYaml(base + text), { mode: 'embedded' });
let ca: Authority;
beforeAll(async () => {
  ca = await startAuthority('authority');
});

describe('BackendTLSPolicy', () => {
  const target = "targetRefs: [{ group: '', kind: Service, name: safe }]";
  const validation = (more = '') =>
    `validation: { hostname: safe.test, caCertificateRefs: [{ group: '', kind: ConfigMap, name: ca }]${more} }`;
  const withCa = () => authorities('infra', 'ca', ca.certificate);
  const clusterNames = (text: string) => [...built(text).snapshot.resources.keys()].filter((key) => key.startsWith('cluster/')).sort();
  const cluster = (text: string, name: string) =>
    built(text).snapshot.resources.get(`cluster/${name}`)?.body['transport_socket'] as
      { typed_config: Record<string, unknown> } | undefined;
  const answers = (text: string) => {
    const table = built(text).snapshot.resources.get('routes/gw/infra/edge/80')?.body as {
      virtual_hosts: {
        routes: { match: { path_separated_prefix: string }; direct_response?: { status: number }; route?: { cluster: string } }[];
      }[];
    };
    return Object.fromEntries(
      table.virtual_hosts.flatMap((host) =>
        host.routes.map((r) => [r.match.path_separated_prefix, r.direct_response?.status ?? r.route?.cluster] as const),
      ),
    );
  };

  it('without one a backend that wants TLS is not reached', () => {
    const { statuses } = built(gateway(''));
    expect(short(statuses.routes[0]?.parents[0]?.conditions)).toEqual(['Accepted True Accepted', 'ResolvedRefs False UnsupportedProtocol']);
    expect(statuses.policies).toEqual([]);
  });

  it('says how the ports of a Service are reached, mirrors too', () => {
    const text = gateway('') + withCa() + policy('safe', `${target}, ${validation()}`);
    expect(answers(text)).toEqual({ '/https': 'infra/safe/443/tls', '/more': 'infra/safe/444/tls' });
    expect(clusterNames(text)).toEqual([
      // For callers inside of the mesh, who speak TLS themselves.
      'cluster/infra/safe/443',
      'cluster/infra/safe/443/tls',
      'cluster/infra/safe/444',
      'cluster/infra/safe/444/tls',
      'cluster/mirror/infra/safe/-/rule-1/tls',
    ]);
    expect(cluster(text, 'infra/safe/443/tls')?.typed_config).toMatchObject({
      sni: 'safe.test',
      common_tls_context: {
        alpn_protocols: ['http/1.1'],
        validation_context: {
          trusted_ca: { inline_string: ca.certificate.trim() },
          match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'safe.test' } }],
        },
      },
    });
    expect(cluster(text, 'infra/safe/443')).toBeUndefined();
    const [status] = built(text).statuses.policies;
    expect(status?.ancestors.map((a) => ({ ...a.ancestorRef, conditions: short(a.conditions) }))).toEqual([
      {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        namespace: 'infra',
        name: 'edge',
        conditions: ['Accepted True Accepted', 'ResolvedRefs True ResolvedRefs'],
      },
    ]);
    expect(status?.ancestors[0]?.conditions[0]?.observedGeneration).toBe(4);
    expect(short(built(text).statuses.routes[0]?.parents[0]?.conditions)).toContain('ResolvedRefs True ResolvedRefs');
  });

  it('names of its own take the place of the host name', () => {
    const names = ", subjectAltNames: [{ type: URI, uri: 'spiffe://a/b' }, { type: Hostname, hostname: other.test }]";
    const text = gateway('') + withCa() + policy('safe', `${target}, ${validation(names)}`);
    expect(cluster(text, 'infra/safe/443/tls')?.typed_config).toMatchObject({
      sni: 'safe.test',
      common_tls_context: {
        validation_context: {
          match_typed_subject_alt_names: [
            { san_type: 'URI', matcher: { exact: 'spiffe://a/b' } },
            { san_type: 'DNS', matcher: { exact: 'other.test' } },
          ],
        },
      },
    });
  });

  it.each([
    { name: 'no ConfigMap', refs: "[{ group: '', kind: ConfigMap, name: none }]", is: ['NoValidCACertificate', 'InvalidCACertificateRef'] },
    {
      name: 'no certificate in it',
      refs: "[{ group: '', kind: ConfigMap, name: empty }]",
      is: ['NoValidCACertificate', 'InvalidCACertificateRef'],
    },
    {
      name: 'a certificate that is none',
      refs: "[{ group: '', kind: ConfigMap, name: junk }]",
      is: ['NoValidCACertificate', 'InvalidCACertificateRef'],
    },
    { name: 'another kind', refs: '[{ group: x.test, kind: Vault, name: ca }]', is: ['NoValidCACertificate', 'InvalidKind'] },
    {
      name: 'one of two that is there',
      refs: "[{ group: '', kind: ConfigMap, name: none }, { group: '', kind: ConfigMap, name: ca }]",
      is: ['Accepted', 'InvalidCACertificateRef'],
    },
    { name: 'well-known ones', refs: '[], wellKnownCACertificates: System', is: ['Invalid', 'ResolvedRefs'] },
  ])('with $name', ({ refs, is }) => {
    const junk = authorities('infra', 'junk', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const spec = `${target}, validation: { hostname: safe.test, caCertificateRefs: ${refs} }`;
    const text = gateway('') + withCa() + authorities('infra', 'empty') + junk + policy('safe', spec);
    expect(built(text).statuses.policies[0]?.ancestors[0]?.conditions.map((c) => c.reason)).toEqual(is);
    // What cannot be checked is not reached rather than reached unchecked.
    expect(answers(text)['/https']).toBe(is[0] === 'Accepted' ? 'infra/safe/443/tls' : 503);
  });

  it('of two the older has the target, and one for a port comes before one for the Service', () => {
    const forPort = "targetRefs: [{ group: '', kind: Service, name: safe, sectionName: https }]";
    const other = validation().replace('safe.test', 'port.test');
    const text =
      gateway('') +
      withCa() +
      policy('young', `${target}, ${validation()}`, '2026-01-02T00:00:00Z') +
      policy('old', `${target}, ${validation()}`) +
      policy('port', `${forPort}, ${other}`, '2026-01-03T00:00:00Z');
    const reasons = Object.fromEntries(built(text).statuses.policies.map((p) => [p.ref.name, p.ancestors[0]?.conditions[0]?.reason]));
    expect(reasons).toEqual({ port: 'Accepted', old: 'Accepted', young: 'Conflicted' });
    expect(cluster(text, 'infra/safe/443/tls')?.typed_config).toMatchObject({ sni: 'port.test' });
    expect(cluster(text, 'infra/safe/444/tls')?.typed_config).toMatchObject({ sni: 'safe.test' });
  });

  it('backends see the certificate of the Gateway', async () => {
    const secret = tlsSecret('infra', 'edge', await ca.issue('edge'));
    const text =
      gateway('tls: { backend: { clientCertificateRef: { name: edge } } }') +
      secret +
      withCa() +
      policy('safe', `${target}, ${validation()}`);
    expect(answers(text)['/https']).toBe('infra/safe/443/tls@infra/edge');
    expect(cluster(text, 'infra/safe/443/tls@infra/edge')?.typed_config).toMatchObject({
      common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'tls/infra/edge' }] },
    });
    expect(built(text).snapshot.resources.has('secret/tls/infra/edge')).toBe(true);
    expect(short(built(text).statuses.gateways[0]?.conditions)).toContain('ResolvedRefs True ResolvedRefs');
  });
});

it.each([
  { name: 'none', ref: '{ name: none }', reason: 'InvalidClientCertificateRef' },
  { name: 'another kind', ref: '{ kind: Vault, name: edge }', reason: 'InvalidClientCertificateRef' },
  { name: 'one of another namespace', ref: '{ name: edge, namespace: shop }', reason: 'RefNotPermitted' },
])("a Gateway's certificate for backends: $name", ({ ref, reason }) => {
  const { statuses } = built(gateway(`tls: { backend: { clientCertificateRef: ${ref} } }`));
  expect(short(statuses.gateways[0]?.conditions)).toEqual([
    'Accepted True Accepted',
    'Programmed True Programmed',
    `ResolvedRefs False ${reason}`,
  ]);
});

describe('certificates of clients', () => {
  const listeners = ', { name: safe, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: edge }] } }';
  const frontend = (name: string, more = '', perPort = '') =>
    `tls: { frontend: { default: { validation: { caCertificateRefs: [${name}]${more} } }${perPort} } }`;
  const ref = (name: string, more = '') => `{ group: '', kind: ConfigMap, name: ${name}${more} }`;
  const text = async (spec: string) =>
    gateway(spec, listeners) +
    tlsSecret('infra', 'edge', await ca.issue('edge')) +
    authorities('infra', 'ca', ca.certificate) +
    authorities('shop', 'ca', ca.certificate);
  const chain = (from: string) => {
    const { filter_chains: chains } = built(from).snapshot.resources.get('listener/bound/8443')?.body as {
      filter_chains: { name: string; transport_socket?: { typed_config: Record<string, unknown> } }[];
    };
    return chains.find((c) => c.name === 'gw/infra/edge/443/safe')?.transport_socket?.typed_config;
  };

  it('are required and checked', async () => {
    const from = await text(frontend(ref('ca')));
    expect(chain(from)).toMatchObject({
      require_client_certificate: true,
      common_tls_context: { validation_context: { trusted_ca: { inline_string: ca.certificate.trim() } } },
    });
    expect(short(built(from).statuses.gateways[0]?.conditions)).toEqual(['Accepted True Accepted', 'Programmed True Programmed']);
  });

  it('are asked for only, where anybody is let in, and the Gateway says so', async () => {
    const from = await text(frontend(ref('ca'), ', mode: AllowInsecureFallback'));
    expect(chain(from)).not.toHaveProperty('require_client_certificate');
    expect(chain(from)).toMatchObject({ common_tls_context: { validation_context: { trust_chain_verification: 'ACCEPT_UNTRUSTED' } } });
    expect(short(built(from).statuses.gateways[0]?.conditions)).toContain('InsecureFrontendValidationMode True ConfigurationChanged');
  });

  it.each([
    { name: 'no ConfigMap', refs: [ref('none')], is: ['False NoValidCACertificate', 'False InvalidCACertificateRef', 'False Invalid'] },
    {
      name: 'another kind',
      refs: ["{ group: '', kind: Service, name: safe }"],
      is: ['False NoValidCACertificate', 'False InvalidCACertificateKind', 'False Invalid'],
    },
    {
      name: 'one of another namespace',
      refs: [ref('ca', ', namespace: shop')],
      is: ['False NoValidCACertificate', 'False RefNotPermitted', 'False Invalid'],
    },
    {
      name: 'one of two that is there',
      refs: [ref('none'), ref('ca')],
      is: ['True Accepted', 'False InvalidCACertificateRef', 'True Programmed'],
    },
  ])('with $name', async ({ refs, is }) => {
    const { statuses } = built(await text(frontend(refs.join())));
    const [web, safe] = statuses.gateways[0]?.listeners ?? [];
    const of = (conditions: readonly PlannedCondition[] = []) =>
      ['Accepted', 'ResolvedRefs', 'Programmed']
        .map((type) => conditions.find((c) => c.type === type))
        .map((c) => `${c?.status} ${c?.reason}`);
    expect(of(safe?.conditions)).toEqual(is);
    expect(of(web?.conditions)).toEqual(['True Accepted', 'True ResolvedRefs', 'True Programmed']);
  });

  it('a port of its own settings is not touched by the default', async () => {
    const perPort = `, perPort: [{ port: 443, tls: { validation: { caCertificateRefs: [${ref('ca')}] } } }]`;
    expect(chain(await text(frontend(ref('none'), '', perPort)))).toMatchObject({ require_client_certificate: true });
    expect(chain(await text(frontend(ref('ca'), '', ', perPort: [{ port: 443, tls: {} }]')))).not.toHaveProperty(
      'require_client_certificate',
    );
  });

  it('may lie in another namespace that permits it', async () => {
    const grant = `
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: edge, namespace: shop }
spec: { from: [{ group: gateway.networking.k8s.io, kind: Gateway, namespace: infra }], to: [{ group: '', kind: ConfigMap }] }
`;
    expect(chain((await text(frontend(ref('ca', ', namespace: shop')))) + grant)).toMatchObject({ require_client_certificate: true });
  });
});

it('a connection is for the hosts of its listener alone', async () => {
  const listener = (name: string, hostname: string) =>
    `, { name: ${name}, port: 443, protocol: HTTPS, ${hostname}tls: { certificateRefs: [{ name: edge }] } }`;
  const text =
    gateway(
      '',
      listener('any', '') +
        listener('two', 'hostname: two.test, ') +
        listener('wild', "hostname: '*.wild.test', ") +
        listener('four', 'hostname: four.wild.test, '),
    ) + tlsSecret('infra', 'edge', await ca.issue('edge'));
  const hosts = (name: string) => {
    const table = built(text).snapshot.resources.get(`routes/gw/infra/edge/443/${name}`)?.body as {
      virtual_hosts: { name: string; routes: { direct_response?: { status: number } }[] }[];
    };
    return Object.fromEntries(table.virtual_hosts.map((host) => [host.name, host.routes[0]?.direct_response?.status ?? 404]));
  };
  // 421: another listener is for this host. What no listener is for is 404, also where no host is named here.
  expect(hosts('any')).toEqual({ 'two.test': 421, '*.wild.test': 421, 'four.wild.test': 421 });
  expect(hosts('two')).toEqual({ 'two.test': 404, '*': 421, '*.wild.test': 421, 'four.wild.test': 421 });
  expect(hosts('wild')).toEqual({ '*.wild.test': 404, '*': 421, 'two.test': 421, 'four.wild.test': 421 });
  expect(hosts('four')).toEqual({ 'four.wild.test': 404, '*': 421, 'two.test': 421, '*.wild.test': 421 });
});
