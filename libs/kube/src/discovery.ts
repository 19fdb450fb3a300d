import type { Kind } from './kind.js';
import type { KubeClient } from './kube-client.js';
import { isNotFound } from './kube-api-error.js';

interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface AggregatedGroups {
  items?: { metadata?: { name?: string }; versions?: { version?: string; resources?: AggregatedResource[] }[] }[];
}
interface AggregatedResource {
  resource?: string;
  responseKind?: { kind?: string };
  scope?: string;
  verbs?: string[];
}

/** Every kind that can be listed, each in the first version of its group that has it, in two calls (Kubernetes 1.30 and newer). */
export async function listableKinds(client: KubeClient): Promise<Kind[]> {
  const answers = await Promise.all(['/api', '/apis'].map((path) => client.request<AggregatedGroups>({ method: 'GET', path, accept: AGGREGATED })));
  const kinds = new Map<string, Kind>();
  for (const { metadata, versions = [] } of answers.flatMap((a) => a.items ?? [])) {
    const group = metadata?.name ?? '';
    for (const { version = '', resources = [] } of versions) {
      for (const { resource: plural = '', responseKind, scope, verbs = [] } of resources) {
        const key = `${plural}.${group}`;
        if (verbs.includes('list') && !kinds.has(key)) kinds.set(key, { group, version, kind: responseKind?.kind ?? '', plural, namespaced: scope === 'Namespaced' });
      }
    }
  }
  return [...kinds.values()];
}

/** Which kinds a cluster serves, asked once for each group version. */
export class Discovery {
  private readonly groups = new Map<string, Promise<ApiResource[]>>();
  private readonly client: KubeClient;

  constructor(client: KubeClient) {
    this.client = client;
  }

  /** Undefined when the cluster does not serve it. `apiVersion` is `v1` or `group/version`. */
  async find(apiVersion: string, kind: string): Promise<Kind | undefined> {
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    const version = apiVersion.slice(slash + 1);
    const found = (await this.resources(group, version)).find((r) => r.kind === kind && !r.name.includes('/'));
    return found && { group, version, kind, plural: found.name, namespaced: found.namespaced };
  }

  /** In the version that the group prefers. Undefined when the cluster does not serve it. */
  async findPreferred(group: string, kind: string): Promise<Kind | undefined> {
    if (group === '') return this.find('v1', kind);
    try {
      const { preferredVersion } = await this.client.request<{ preferredVersion?: { groupVersion?: string } }>({ method: 'GET', path: `/apis/${encodeURIComponent(group)}` });
      return preferredVersion?.groupVersion === undefined ? undefined : await this.find(preferredVersion.groupVersion, kind);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Asks again from now on: definitions were added. */
  forget(): void {
    this.groups.clear();
  }

  private resources(group: string, version: string): Promise<ApiResource[]> {
    const path = group === '' ? `/api/${encodeURIComponent(version)}` : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
    const known = this.groups.get(path);
    if (known) return known;
    const asked = this.client.request<{ resources?: ApiResource[] }>({ method: 'GET', path }).then(
      (list) => list.resources ?? [],
      (error: unknown) => {
        this.groups.delete(path);
        if (isNotFound(error)) return [];
        throw error;
      },
    );
    this.groups.set(path, asked);
    return asked;
  }
}
