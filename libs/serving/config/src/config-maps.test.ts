import { type ConfigData } from './config-keys.js';
import { defaultDefaultsConfig, parseDefaultsConfig } from './defaults-config.js';
import { defaultDeploymentConfig, parseDeploymentConfig, runtimeClassForLabels } from './deployment-config.js';
import { domainForLabels, parseDomainConfig } from './domain-config.js';
import { defaultFeaturesConfig, parseFeaturesConfig } from './features-config.js';
import { defaultGcConfig, parseGcConfig } from './gc-config.js';
import { expandTemplate } from './go-template.js';
import { defaultNetworkConfig, parseNetworkConfig } from './network-config.js';
import { routeHost } from './route-host.js';
import { configMapComplaint, defaultServingConfig, readServingConfig } from './serving-config.js';

const valueOf = <T>(parsed: { ok: true; value: T } | { ok: false; error: string }): T => {
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

describe('config-defaults', () => {
  it.each<[string, ConfigData, object]>([
    ['nothing', {}, {}],
    [
      'everything',
      {
        'revision-timeout-seconds': '123',
        'max-revision-timeout-seconds': '456',
        'revision-response-start-timeout-seconds': '60',
        'revision-idle-timeout-seconds': '123',
        'revision-cpu-request': '0.123',
        'revision-ephemeral-storage-limit': '1024Mi',
        'container-concurrency-max-limit': '1984',
        'allow-container-concurrency-zero': 'false',
        'enable-service-links': 'True',
      },
      {
        revisionTimeoutSeconds: 123,
        maxRevisionTimeoutSeconds: 456,
        revisionResponseStartTimeoutSeconds: 60,
        revisionIdleTimeoutSeconds: 123,
        requests: { cpu: '123m' },
        limits: { 'ephemeral-storage': '1Gi' },
        containerConcurrencyMaxLimit: 1984,
        allowContainerConcurrencyZero: false,
        enableServiceLinks: true,
      },
    ],
    ['service links left to Kubernetes', { 'enable-service-links': 'default' }, { enableServiceLinks: undefined }],
    [
      'the response timeout follows the request timeout',
      { 'revision-timeout-seconds': '200' },
      { revisionTimeoutSeconds: 200, revisionResponseStartTimeoutSeconds: 200 },
    ],
  ])('takes %s', (_, data, changes) => {
    expect(parseDefaultsConfig(data)).toEqual({ ok: true, value: { ...defaultDefaultsConfig, ...changes } });
  });

  it('names containers by the parent', () => {
    const config = valueOf(parseDefaultsConfig({ 'container-name-template': '{{.Namespace}}-of-{{ .Name }}-{{index .Labels "a/b"}}' }));
    const parent = { Name: 'groot', Namespace: 'guardians', Labels: { 'a/b': 'c' } };
    expect(expandTemplate(config.containerNameTemplate, parent)).toBe('guardians-of-groot-c');
    expect(expandTemplate(config.initContainerNameTemplate, parent)).toBe('init-container');
  });

  it.each<[ConfigData, string]>([
    [
      { 'allow-container-concurrency-zero': 'x' },
      'failed to parse "allow-container-concurrency-zero": strconv.ParseBool: parsing "x": invalid syntax',
    ],
    [
      { 'revision-timeout-seconds': 'asdf' },
      'failed to parse "revision-timeout-seconds": strconv.ParseInt: parsing "asdf": invalid syntax',
    ],
    [
      { 'container-name-template': '{{.NAme}}' },
      'error executing template: template: container-template:1:2: executing "container-template" at <.NAme>: can\'t evaluate field NAme in type v1.ObjectMeta',
    ],
    [{ 'container-name-template': 'a{{' }, 'template: container-template:1: unclosed action'],
    [
      { 'revision-cpu-request': 'bad' },
      'failed to parse "revision-cpu-request": quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
    ],
    [{ 'revision-cpu-request': '1Z' }, 'failed to parse "revision-cpu-request": unable to parse quantity\'s suffix'],
    [
      { 'revision-timeout-seconds': '456', 'max-revision-timeout-seconds': '123' },
      'revision-timeout-seconds (456) cannot be greater than max-revision-timeout-seconds (123)',
    ],
    [
      { 'revision-timeout-seconds': '123', 'revision-response-start-timeout-seconds': '456' },
      'revision-response-start-timeout-seconds (456) cannot be greater than revision-timeout-seconds (123)',
    ],
    [
      { 'revision-timeout-seconds': '123', 'revision-idle-timeout-seconds': '456' },
      'revision-idle-timeout-seconds (456) cannot be greater than revision-timeout-seconds (123)',
    ],
    [{ 'container-concurrency': '2000' }, 'expected 0 <= 2000 <= 1000: container-concurrency'],
    [{ 'container-concurrency-max-limit': '0' }, 'expected 1 <= 0 <= 2147483647: container-concurrency-max-limit'],
  ])('%j is refused', (data, error) => {
    expect(parseDefaultsConfig(data)).toEqual({ ok: false, error });
  });
});

describe('config-features', () => {
  it('reads flags whatever their case, and leaves defaults for others', () => {
    const data = {
      'multi-container': 'disabled',
      'kubernetes.podspec-affinity': 'ENABLED',
      'tag-header-based-routing': 'allowed',
      'kubernetes.podspec-volumes-emptydir': 'perhaps',
      'secure-pod-defaults': 'allowrootbounded',
    };
    expect(valueOf(parseFeaturesConfig(data))).toEqual({
      ...defaultFeaturesConfig,
      multiContainer: 'Disabled',
      podSpecAffinity: 'Enabled',
      tagHeaderBasedRouting: 'Allowed',
      securePodDefaults: 'AllowRootBounded',
    });
  });

  it('has two flags on', () => {
    const on = Object.entries(defaultFeaturesConfig).filter(([, flag]) => flag !== 'Disabled');
    expect(on).toEqual([
      ['multiContainer', 'Enabled'],
      ['podSpecVolumesEmptyDir', 'Enabled'],
    ]);
  });
});

describe('config-gc', () => {
  it.each<[ConfigData, object]>([
    [{}, {}],
    [
      {
        'retain-since-create-time': '17h',
        'retain-since-last-active-time': '16h',
        'min-non-active-revisions': '5',
        'max-non-active-revisions': '500',
      },
      {
        retainSinceCreateTimeMs: 61_200_000,
        retainSinceLastActiveTimeMs: 57_600_000,
        minNonActiveRevisions: 5,
        maxNonActiveRevisions: 500,
      },
    ],
    [{ 'retain-since-create-time': 'disabled' }, { retainSinceCreateTimeMs: 'disabled' }],
    [{ 'retain-since-last-active-time': 'Disabled' }, { retainSinceLastActiveTimeMs: 'disabled' }],
    [
      { 'max-non-active-revisions': 'disabled', 'min-non-active-revisions': '2000' },
      { maxNonActiveRevisions: 'disabled', minNonActiveRevisions: 2000 },
    ],
  ])('takes %j', (data, changes) => {
    expect(parseGcConfig(data)).toEqual({ ok: true, value: { ...defaultGcConfig, ...changes } });
  });

  it.each<[ConfigData, string]>([
    [{ 'min-non-active-revisions': '-1' }, 'min-non-active-revisions must be non-negative, was: -1'],
    [
      { 'min-non-active-revisions': 'x' },
      'failed to parse data: failed to parse "min-non-active-revisions": strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [{ 'max-non-active-revisions': '-2' }, 'failed to parse max-non-active-revisions: strconv.ParseUint: parsing "-2": invalid syntax'],
    [
      { 'max-non-active-revisions': '18446744073709551615' },
      'failed to parse max-non-active-revisions: value should be lower than 9223372036854775807',
    ],
    [
      { 'min-non-active-revisions': '20', 'max-non-active-revisions': '10' },
      'min-non-active-revisions(20) must be <= max-non-active-revisions(10)',
    ],
    [{ 'retain-since-create-time': 'invalid' }, 'failed to parse retain-since-create-time: time: invalid duration "invalid"'],
    [{ 'retain-since-create-time': '-1h' }, 'failed to parse retain-since-create-time: must be non-negative'],
    [{ 'retain-since-last-active-time': '-1h' }, 'failed to parse retain-since-last-active-time: must be non-negative'],
  ])('%j is refused', (data, error) => {
    expect(parseGcConfig(data)).toEqual({ ok: false, error });
  });
});

describe('config-domain', () => {
  const config = valueOf(
    parseDomainConfig({
      _example: ':',
      'example.org': 'selector:\n  app: prod\n',
      'example.com': '',
      'example.net': '{}',
      'example.info': 'selector:\n  app: prod\n  version: 1\n',
    }),
  );
  it.each([
    [{}, 'example.com'],
    [{ app: 'test' }, 'example.com'],
    [{ app: 'prod' }, 'example.org'],
    [{ app: 'prod', version: '1', tier: 'x' }, 'example.info'],
    [{ app: 'prod', 'networking.knative.dev/visibility': 'cluster-local' }, 'svc.cluster.local'],
  ])('%j lives under %s', (labels, domain) => {
    expect(domainForLabels(config, labels)).toBe(domain);
  });

  it('is inside the cluster when nobody said otherwise', () => {
    expect(domainForLabels(valueOf(parseDomainConfig({})), {})).toBe('svc.cluster.local');
    expect(domainForLabels(valueOf(parseDomainConfig({ 'a.b': 'selector: {x: y}' })), {})).toBe('svc.cluster.local');
  });

  it.each([
    ['selector: [', /^error converting YAML to JSON: yaml: /],
    [
      'hello',
      /^error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type config.domainInternalConfig$/,
    ],
    [
      'selector: 7',
      /^error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go struct field config.domainInternalConfig.selector of type map\[string\]string$/,
    ],
    ['selector: {a: {b: c}}', /cannot unmarshal object into Go struct field config.domainInternalConfig.selector of type string$/],
  ])('%j is refused', (text, error) => {
    expect(parseDomainConfig({ 'example.com': text })).toEqual({ ok: false, error: expect.stringMatching(error) });
  });
});

describe('config-network', () => {
  it('reads every key, new spellings before old ones', () => {
    const data = {
      'ingress.class': 'old',
      'ingress-class': 'new',
      'certificate.class': 'certificates',
      'rollout-duration': '211',
      'autocreate-cluster-domain-claims': 'true',
      'enable-mesh-pod-addressability': 'true',
      'mesh-compatibility-mode': 'Enabled',
      'default-external-scheme': 'https',
      httpProtocol: 'Redirected',
      'auto-tls': 'Enabled',
      'cluster-local-domain-tls': 'ENABLED',
      'internal-encryption': 'true',
      'namespace-wildcard-cert-selector': 'matchLabels: {a: b}',
    };
    expect(valueOf(parseNetworkConfig(data))).toEqual({
      ...defaultNetworkConfig,
      ingressClass: 'new',
      certificateClass: 'certificates',
      rolloutDurationSeconds: 211,
      autocreateClusterDomainClaims: true,
      enableMeshPodAddressability: true,
      meshCompatibilityMode: 'enabled',
      defaultExternalScheme: 'https',
      httpProtocol: 'redirected',
      externalDomainTls: true,
      clusterLocalDomainTls: 'enabled',
      systemInternalTls: 'enabled',
    });
  });

  it('external-domain-tls is asked before auto-tls', () => {
    expect(valueOf(parseNetworkConfig({ 'auto-tls': 'enabled', 'external-domain-tls': 'disabled' })).externalDomainTls).toBe(false);
  });

  it.each<[ConfigData, string]>([
    [{ 'rollout-duration': '-444' }, 'rollout-duration must be a positive integer, but was -444'],
    [{ 'http-protocol': 'under construction' }, 'httpProtocol under construction in config-network ConfigMap is not supported'],
    [{ 'system-internal-tls': 'wrong' }, 'system-internal-tls with value: "wrong" in config-network ConfigMap is not supported'],
    [{ 'cluster-local-domain-tls': 'wrong' }, 'cluster-local-domain-tls with value: "wrong" in config-network ConfigMap is not supported'],
    [{ 'domain-template': '{{.Name}}.{{.Namespace}}.{{.Domain}}/path' }, 'domain template has url path: /path'],
    [{ 'domain-template': '' }, 'empty hostname'],
    [{ 'domain-template': '{{.Name}}.{{.Labels.app}}' }, 'parse "https://foo.<no value>": invalid character " " in host name'],
    [{ 'domain-template': '{{.Name}} {{.Domain}}' }, 'parse "https://foo baz.com": invalid character " " in host name'],
    [
      { 'domain-template': '{{.Unknown}}' },
      'template: domain-template:1:2: executing "domain-template" at <.Unknown>: can\'t evaluate field Unknown in type config.DomainTemplateValues',
    ],
    [{ 'domain-template': '{{.Name' }, 'template: domain-template:1: unclosed action'],
    [
      { 'tag-template': '{{.Domain}}' },
      'template: tag-template:1:2: executing "tag-template" at <.Domain>: can\'t evaluate field Domain in type config.TagTemplateValues',
    ],
    [
      { 'tag-template': '{{if .Tag}}x{{end}}' },
      'template: tag-template:1: "if .Tag" is not understood; understood are {{.Name}}, {{.Tag}}',
    ],
  ])('%j is refused', (data, error) => {
    expect(parseNetworkConfig(data)).toEqual({ ok: false, error });
  });
});

describe('hosts of routes', () => {
  const route = { name: 'hello', namespace: 'shop', labels: { app: 'web' }, annotations: { sub: 'eu' } };
  const hostWith = (network: ConfigData, tag?: string, labels = {}) => {
    const domain = valueOf(parseDomainConfig({ 'example.com': '' }));
    return routeHost({ domain, network: valueOf(parseNetworkConfig(network)) }, { ...route, labels: { ...route.labels, ...labels } }, tag);
  };
  it.each<[ConfigData, string | undefined, object, string]>([
    [{}, undefined, {}, 'hello.shop.example.com'],
    [{}, 'v2', {}, 'v2-hello.shop.example.com'],
    [{ 'tag-template': '{{.Name}}--{{.Tag}}' }, 'v2', {}, 'hello--v2.shop.example.com'],
    [
      { 'domain-template': '{{.Name}}-{{.Namespace}}.{{ index .Annotations "sub"}}.{{.Domain}}' },
      undefined,
      {},
      'hello-shop.eu.example.com',
    ],
    [{ 'domain-template': '{{.Name}}.{{index .Labels `app`}}.{{.Domain}}' }, undefined, {}, 'hello.web.example.com'],
    [
      { 'domain-template': '{{.Name}}-x.{{.Domain}}' },
      'v2',
      { 'networking.knative.dev/visibility': 'cluster-local' },
      'v2-hello.shop.svc.cluster.local',
    ],
    [{ 'domain-template': '{{- .Name -}} .{{/* not the namespace */}}{{"x"}}.{{.Domain}}' }, undefined, {}, 'hello.x.example.com'],
  ])('%j %s %j: %s', (network, tag, labels, host) => {
    expect(hostWith(network, tag, labels)).toEqual({ ok: true, value: host });
  });

  it('says what is wrong with a host', () => {
    const template = { 'domain-template': '{{.Name}}.{{index .Annotations "absent"}}.{{.Domain}}' };
    expect(hostWith(template)).toEqual({
      ok: false,
      error: expect.stringMatching(
        /^domain name error: invalid domain name "hello..example.com": url: Invalid value: "hello..example.com": a lowercase RFC 1123 subdomain /,
      ),
    });
  });
});

describe('config-deployment', () => {
  it('reads every key', () => {
    const data = {
      'queue-sidecar-image': 'queue',
      'queue-sidecar-cpu-limit': '3',
      'progress-deadline': '444s',
      'digest-resolution-timeout': '60s',
      'registries-skipping-tag-resolving': 'ko.local, ko.dev',
      'default-affinity-type': 'none',
      'pod-is-always-schedulable': 'true',
      'runtime-class-name': 'kata: {}\ngvisor:\n  selector:\n    speed: slow\n',
    };
    const config = valueOf(parseDeploymentConfig(data));
    expect(config).toMatchObject({
      progressDeadlineMs: 444_000,
      digestResolutionTimeoutMs: 60_000,
      registriesSkippingTagResolving: ['ko.local', 'ko.dev'],
      defaultAffinityType: 'none',
      podIsAlwaysSchedulable: true,
    });
    expect(runtimeClassForLabels(config, {})).toBe('kata');
    expect(runtimeClassForLabels(config, { speed: 'slow' })).toBe('gvisor');
    expect(runtimeClassForLabels(defaultDeploymentConfig, {})).toBeUndefined();
  });

  it.each<[ConfigData, string]>([
    [{ 'default-affinity-type': '' }, 'unsupported default-affinity-type value: ""'],
    [{ 'default-affinity-type': 'coconut' }, 'unsupported default-affinity-type value: "coconut"'],
    [{ 'digest-resolution-timeout': '-1s' }, 'digest-resolution-timeout cannot be a non-positive duration, was -1s'],
    [{ 'progress-deadline': 'not-a-duration' }, 'failed to parse "progress-deadline": time: invalid duration "not-a-duration"'],
    [{ 'progress-deadline': '0ms' }, 'progress-deadline cannot be a non-positive duration, was 0s'],
    [{ 'progress-deadline': '1982ms' }, 'progress-deadline must be rounded to a whole second, was: 1.982s'],
    [
      { 'queue-sidecar-memory-request': 'much' },
      'failed to parse "queue-sidecar-memory-request": quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
    ],
    [
      { 'runtime-class-name': '???' },
      'runtime-class-name cannot be parsed, please check the format: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type map[string]deployment.RuntimeClassNameLabelSelector',
    ],
  ])('%j is refused', (data, error) => {
    expect(parseDeploymentConfig(data)).toEqual({ ok: false, error });
  });

  it('checks names and selectors of runtime classes', () => {
    expect(configMapComplaint('config-deployment', { 'runtime-class-name': '"-a": {}' })).toMatch(
      /^runtime-class-name -a selector not valid DNSSubdomain: \[a lowercase/,
    );
    expect(configMapComplaint('config-deployment', { 'runtime-class-name': 'a: {selector: {"-/": b}}' })).toMatch(
      /^runtime-class-name a selector invalid: /,
    );
  });
});

describe('the whole configuration', () => {
  it('is the defaults when there are no config maps', () => {
    expect(readServingConfig([])).toEqual({ config: defaultServingConfig, broken: [] });
  });

  it('keeps the last good section of a broken map, and forgets a deleted one', () => {
    const first = readServingConfig([
      { metadata: { name: 'config-gc' }, data: { 'min-non-active-revisions': '7' } },
      { metadata: { name: 'config-autoscaler' }, data: { 'min-scale': '2' } },
      { metadata: { name: 'config-observability' }, data: { x: 'y' } },
    ]);
    expect(first.broken).toEqual([]);
    const second = readServingConfig([{ metadata: { name: 'config-gc' }, data: { 'min-non-active-revisions': '-7' } }], first.config);
    expect(second.broken).toEqual([{ name: 'config-gc', message: 'min-non-active-revisions must be non-negative, was: -7' }]);
    expect(second.config.gc.minNonActiveRevisions).toBe(7);
    expect(second.config.autoscaler).toEqual(defaultServingConfig.autoscaler);
  });

  it('a config map without data is fine', () => {
    expect(readServingConfig([{ metadata: { name: 'config-domain' } }])).toEqual({ config: defaultServingConfig, broken: [] });
    expect(configMapComplaint('something-else', { 'min-scale': 'x' })).toBeUndefined();
  });
});
