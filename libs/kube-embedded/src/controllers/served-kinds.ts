import type { Kind, KubeClient } from '@tidegate/kube';

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs?: string[] }[];
}
interface GroupList {
  groups?: { name: string; versions?: { version: string }[]; preferredVersion?: { version: string } }[];
}

/** Every kind that the API serves and that has all of `verbs`, once: in the preferred version of its group, or in the first that has it. */
export async function servedKinds(client: KubeClient, verbs: string[]): Promise<Kind[]> {
  const groups = await client.request<GroupList>({ method: 'GET', path: '/apis' });
  const kindsOf = async (group: string, version: string): Promise<Kind[]> => {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const list = await client.request<ResourceList>({ method: 'GET', path });
    return (list.resources ?? [])
      .filter((r) => !r.name.includes('/') && verbs.every((v) => r.verbs?.includes(v)))
      .map((r) => ({ group, version, kind: r.kind, plural: r.name, namespaced: r.namespaced }));
  };
  const found = new Map<string, Kind>();
  for (const { group, versions } of [{ group: '', versions: ['v1'] }, ...(groups.groups ?? []).map(inOrder)])
    for (const version of versions)
      for (const kind of await kindsOf(group, version)) {
        const id = `${group}/${kind.plural}`;
        if (!found.has(id)) found.set(id, kind);
      }
  return [...found.values()];
}

/** The versions of a group, the preferred one first. */
function inOrder({ name, versions = [], preferredVersion }: NonNullable<GroupList['groups']>[number]): {
  group: string;
  versions: string[];
} {
  const preferred = preferredVersion?.version;
  const others = versions.map((v) => v.version).filter((version) => version !== preferred);
  return { group: name, versions: preferred === undefined ? others : [preferred, ...others] };
}
