import type { ResourceDefinition } from '../resources/resource-definition.js';
import { isBuiltin } from './wrong-kind.js';
import { type Registry, compareVersions } from './registry.js';

/** A resource that answers and is stored nowhere. */
export interface VirtualResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  verbs: string[];
}

const VIRTUAL: readonly VirtualResource[] = [
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    namespaced: false,
    verbs: ['create'],
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    namespaced: false,
    verbs: ['create'],
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SubjectAccessReview',
    plural: 'subjectaccessreviews',
    namespaced: false,
    verbs: ['create'],
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'LocalSubjectAccessReview',
    plural: 'localsubjectaccessreviews',
    namespaced: true,
    verbs: ['create'],
  },
  { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenReview', plural: 'tokenreviews', namespaced: false, verbs: ['create'] },
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    namespaced: false,
    verbs: ['create'],
  },
];

interface Subresource {
  name: string;
  group: string;
  version: string;
  kind: string;
  verbs: string[];
}

const PROXY_VERBS = ['create', 'delete', 'get', 'patch', 'update'];

/** Subresources beyond status and scale, by `group/plural`. */
const SPECIAL: Record<string, Subresource[]> = {
  '/pods': [
    { name: 'attach', group: '', version: 'v1', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
    { name: 'exec', group: '', version: 'v1', kind: 'PodExecOptions', verbs: ['create', 'get'] },
    { name: 'portforward', group: '', version: 'v1', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
    { name: 'ephemeralcontainers', group: '', version: 'v1', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
    { name: 'resize', group: '', version: 'v1', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
    { name: 'proxy', group: '', version: 'v1', kind: 'PodProxyOptions', verbs: PROXY_VERBS },
    { name: 'log', group: '', version: 'v1', kind: 'Pod', verbs: ['get'] },
    { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
    { name: 'binding', group: '', version: 'v1', kind: 'Binding', verbs: ['create'] },
  ],
  '/services': [{ name: 'proxy', group: '', version: 'v1', kind: 'ServiceProxyOptions', verbs: PROXY_VERBS }],
  'certificates.k8s.io/certificatesigningrequests': [
    { name: 'approval', group: 'certificates.k8s.io', version: 'v1', kind: 'CertificateSigningRequest', verbs: ['get', 'patch', 'update'] },
  ],
  '/namespaces': [{ name: 'finalize', group: '', version: 'v1', kind: 'Namespace', verbs: ['update'] }],
  '/serviceaccounts': [{ name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] }],
};

/** Those that need nobody but the API itself. */
const GENERIC = new Set(['finalize', 'approval', 'ephemeralcontainers', 'resize']);

function subresourcesOf(definition: ResourceDefinition, isSpecial: (key: string) => boolean): Subresource[] {
  const { group, version, kind, plural } = definition;
  const out: Subresource[] = [];
  if (definition.hasStatus) out.push({ name: 'status', group, version, kind, verbs: ['get', 'patch', 'update'] });
  if (definition.scale) out.push({ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] });
  for (const s of SPECIAL[`${group}/${plural}`] ?? []) if (GENERIC.has(s.name) || isSpecial(`${group}/${plural}/${s.name}`)) out.push(s);
  return out;
}

/** Discovery documents, made from what is registered now. */
export class Discovery {
  private readonly virtual: readonly VirtualResource[];

  constructor(
    private readonly registry: Registry,
    /** Whether somebody answers a special subresource. */
    private readonly isSpecial: (key: string) => boolean,
    measured: readonly VirtualResource[],
  ) {
    this.virtual = [...VIRTUAL, ...measured];
  }

  /** group -> versions in preferred order. */
  private groups(): Map<string, string[]> {
    const groups = new Map<string, Set<string>>();
    for (const { group, version } of [...this.registry.all(), ...this.virtual])
      groups.set(group, (groups.get(group) ?? new Set()).add(version));
    return new Map([...groups].map(([group, versions]) => [group, [...versions].sort(compareVersions)]));
  }

  coreVersions(address: string): unknown {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }] };
  }

  private groupDocument(group: string, versions: string[]): Record<string, unknown> {
    const list = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
    return { name: group, versions: list, preferredVersion: list[0] };
  }

  groupList(): unknown {
    const groups = [...this.groups()].filter(([group]) => group !== '').map(([group, versions]) => this.groupDocument(group, versions));
    return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  }

  group(group: string): unknown {
    const versions = group === '' ? undefined : this.groups().get(group);
    return versions && { kind: 'APIGroup', apiVersion: 'v1', ...this.groupDocument(group, versions) };
  }

  resourceList(group: string, version: string): unknown {
    const definitions = this.registry.all().filter((d) => d.group === group && d.version === version);
    const virtual = this.virtual.filter((d) => d.group === group && d.version === version);
    if (definitions.length === 0 && virtual.length === 0) return undefined;
    const resources = definitions.flatMap((d) => [
      {
        name: d.plural,
        singularName: d.singular,
        namespaced: d.namespaced,
        kind: d.kind,
        verbs: d.verbs,
        ...(d.shortNames.length > 0 ? { shortNames: d.shortNames } : {}),
        ...(d.categories.length > 0 ? { categories: d.categories } : {}),
        storageVersionHash: Buffer.from(`${d.group}/${d.plural}`).toString('base64').slice(0, 12),
      },
      ...subresourcesOf(d, this.isSpecial).map((s) => ({
        name: `${d.plural}/${s.name}`,
        singularName: '',
        namespaced: d.namespaced,
        ...(s.group === d.group && s.version === d.version ? {} : { group: s.group, version: s.version }),
        kind: s.kind,
        verbs: s.verbs,
      })),
    ]);
    const others = virtual.map((v) => ({
      name: v.plural,
      singularName: v.kind.toLowerCase(),
      namespaced: v.namespaced,
      kind: v.kind,
      verbs: v.verbs,
    }));
    return {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: group === '' ? version : `${group}/${version}`,
      // Kinds of the server's own are told by name, custom ones with their status first.
      resources: definitions.every(isBuiltin) ? [...resources, ...others].sort((a, b) => (a.name < b.name ? -1 : 1)) : resources,
    };
  }

  /** Aggregated discovery (apidiscovery.k8s.io/v2): all of /api or of /apis in one answer. */
  aggregated(core: boolean): unknown {
    const items = [...this.groups()]
      .filter(([group]) => (group === '') === core)
      .map(([group, versions]) => ({
        metadata: { name: group, creationTimestamp: null },
        versions: versions.map((version) => ({ version, resources: this.aggregatedResources(group, version), freshness: 'Current' })),
      }));
    return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  }

  private aggregatedResources(group: string, version: string): unknown[] {
    const kindOf = (k: { group: string; version: string; kind: string }): unknown => ({ group: k.group, version: k.version, kind: k.kind });
    const definitions = this.registry.all().filter((d) => d.group === group && d.version === version);
    const resources = definitions.map((d) => {
      const subresources = subresourcesOf(d, this.isSpecial).map((s) => ({ subresource: s.name, responseKind: kindOf(s), verbs: s.verbs }));
      return {
        resource: d.plural,
        responseKind: kindOf(d),
        scope: d.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: d.singular,
        verbs: d.verbs,
        ...(d.shortNames.length > 0 ? { shortNames: d.shortNames } : {}),
        ...(d.categories.length > 0 ? { categories: d.categories } : {}),
        ...(subresources.length > 0 ? { subresources } : {}),
      };
    });
    const virtual = this.virtual
      .filter((v) => v.group === group && v.version === version)
      .map((v) => ({
        resource: v.plural,
        responseKind: kindOf(v),
        scope: v.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: v.kind.toLowerCase(),
        verbs: v.verbs,
      }));
    return [...resources, ...virtual];
  }
}
