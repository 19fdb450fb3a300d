import type { Result } from '@tidegate/kernel';
import { ConfigKeys, type ConfigData, parsing, refuse } from './config-keys.js';
import { type GoTemplate, type TemplateShape, expandTemplate, parseTemplate } from './go-template.js';
import { equalFold, goQuote } from './go-values.js';
import { parseYamlMapping } from './labelled-choice.js';
import { authorityComplaint } from './url-authority.js';

export type HttpProtocol = 'enabled' | 'disabled' | 'redirected';
export type Encryption = 'enabled' | 'disabled';
export type MeshCompatibilityMode = 'enabled' | 'disabled' | 'auto';

/** config-network. */
export interface NetworkConfig {
  ingressClass: string;
  certificateClass: string;
  /** Of the host: .Name (the tag template's result for a tag), .Namespace, .Domain, .Labels, .Annotations. */
  domainTemplate: GoTemplate;
  /** Of a tag's host name: .Tag, .Name. */
  tagTemplate: GoTemplate;
  /** How long a new revision takes over gradually; 0: at once. */
  rolloutDurationSeconds: number;
  autocreateClusterDomainClaims: boolean;
  enableMeshPodAddressability: boolean;
  meshCompatibilityMode: MeshCompatibilityMode;
  defaultExternalScheme: string;
  httpProtocol: HttpProtocol;
  externalDomainTls: boolean;
  clusterLocalDomainTls: Encryption;
  systemInternalTls: Encryption;
}

const DOMAIN: TemplateShape = {
  name: 'domain-template',
  type: 'config.DomainTemplateValues',
  texts: ['Name', 'Namespace', 'Domain'],
  maps: ['Annotations', 'Labels'],
};
const TAG: TemplateShape = { name: 'tag-template', type: 'config.TagTemplateValues', texts: ['Name', 'Tag'], maps: [] };

/** `{{.Name}}.{{.Namespace}}.{{.Domain}}`, also what cluster-local hosts are made with. */
export const defaultDomainTemplate = understood('{{.Name}}.{{.Namespace}}.{{.Domain}}', DOMAIN);

export const defaultNetworkConfig: NetworkConfig = {
  ingressClass: 'istio.ingress.networking.knative.dev',
  certificateClass: 'cert-manager.certificate.networking.knative.dev',
  domainTemplate: defaultDomainTemplate,
  tagTemplate: understood('{{.Tag}}-{{.Name}}', TAG),
  rolloutDurationSeconds: 0,
  autocreateClusterDomainClaims: false,
  enableMeshPodAddressability: false,
  meshCompatibilityMode: 'auto',
  defaultExternalScheme: 'http',
  httpProtocol: 'enabled',
  externalDomainTls: false,
  clusterLocalDomainTls: 'disabled',
  systemInternalTls: 'disabled',
};

export function parseNetworkConfig(data: ConfigData): Result<NetworkConfig, string> {
  return parsing(() => readNetworkConfig(new ConfigKeys(data)));
}

function readNetworkConfig(keys: ConfigKeys): NetworkConfig {
  const fallback = defaultNetworkConfig;
  const ingressClass = keys.text(['ingress.class', 'ingress-class'], fallback.ingressClass);
  const certificateClass = keys.text(['certificate.class', 'certificate-class'], fallback.certificateClass);
  const domainTemplate = keys.text(['domainTemplate', 'domain-template'], fallback.domainTemplate.text);
  const tagTemplate = keys.text(['tagTemplate', 'tag-template'], fallback.tagTemplate.text);
  const rolloutDurationSeconds = keys.int64(['rolloutDuration', 'rollout-duration'], fallback.rolloutDurationSeconds);
  const autocreateClusterDomainClaims = keys.bool(['autocreateClusterDomainClaims', 'autocreate-cluster-domain-claims'], false);
  const enableMeshPodAddressability = keys.bool('enable-mesh-pod-addressability', false);
  const defaultExternalScheme = keys.text(['defaultExternalScheme', 'default-external-scheme'], fallback.defaultExternalScheme);
  // The old spelling of system-internal-tls.
  const internalEncryption = keys.bool('internal-encryption', false);
  const meshCompatibilityMode = keys.flag('mesh-compatibility-mode', ['enabled', 'disabled', 'auto'], fallback.meshCompatibilityMode);
  const wildcards = parseYamlMapping(keys.raw('namespace-wildcard-cert-selector') ?? '', 'v1.LabelSelector');
  if (!wildcards.ok) refuse(wildcards.error);
  if (rolloutDurationSeconds < 0) refuse(`rollout-duration must be a positive integer, but was ${rolloutDurationSeconds}`);
  const tls = keys.raw('external-domain-tls') ?? keys.raw('auto-tls') ?? keys.raw('autoTLS') ?? '';
  return {
    ingressClass,
    certificateClass,
    domainTemplate: checkedDomainTemplate(domainTemplate),
    tagTemplate: required(parseTemplate(tagTemplate, TAG)),
    rolloutDurationSeconds,
    autocreateClusterDomainClaims,
    enableMeshPodAddressability,
    meshCompatibilityMode,
    defaultExternalScheme,
    externalDomainTls: equalFold(tls, 'enabled'),
    httpProtocol: httpProtocol(keys),
    systemInternalTls: encryption(keys, 'system-internal-tls', internalEncryption ? 'enabled' : 'disabled'),
    clusterLocalDomainTls: encryption(keys, 'cluster-local-domain-tls', 'disabled'),
  };
}

/** A template must make a host name of plain values, and nothing but a host name. */
function checkedDomainTemplate(text: string): GoTemplate {
  const template = required(parseTemplate(text, DOMAIN));
  const complaint = authorityComplaint(expandTemplate(template, { Name: 'foo', Namespace: 'bar', Domain: 'baz.com' }));
  return complaint === undefined ? template : refuse(complaint);
}

function httpProtocol(keys: ConfigKeys): HttpProtocol {
  const text = (keys.raw('http-protocol') ?? keys.raw('httpProtocol') ?? '').toLowerCase();
  if (text === '' || text === 'enabled') return 'enabled';
  if (text === 'disabled' || text === 'redirected') return text;
  return refuse(`httpProtocol ${keys.raw('http-protocol') ?? ''} in config-network ConfigMap is not supported`);
}

function encryption(keys: ConfigKeys, key: string, whenOff: Encryption): Encryption {
  const raw = keys.raw(key) ?? '';
  if (equalFold(raw, 'enabled')) return 'enabled';
  if (raw === '' || equalFold(raw, 'disabled')) return whenOff;
  return refuse(`${key} with value: ${goQuote(raw)} in config-network ConfigMap is not supported`);
}

function required<T>(parsed: Result<T, string>): T {
  return parsed.ok ? parsed.value : refuse(parsed.error);
}

function understood(text: string, shape: TemplateShape): GoTemplate {
  const parsed = parseTemplate(text, shape);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
