import type { Kind, KubeClient } from '@tidegate/kube';

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs?: string[] }[];
}
interface GroupList {
  groups?: { name: string; preferredVersion?: { version: string } }[];
}

/** Every kind that the API serves and that has all of `verbs`, once, in its preferred version. */
export async function servedKinds(client: KubeClient, verbs: string[]): Promise<Kind[]> {
  const groups = await client.request<GroupList>({ method: 'GET', path: '/apis' });
  const kindsOf = async (group: string, version: string): Promise<Kind[]> => {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const list = await client.request<ResourceList>({ method: 'GET', path });
    return (list.resources ?? [])
      .filter((r) => !r.name.includes('/') && verbs.every((v) => r.verbs?.includes(v)))
      .map((r) => ({ group, version, kind: r.kind, plural: r.name, namespaced: r.namespaced }));
  };
  const named = (groups.groups ?? []).flatMap((g) => (g.preferredVersion ? [[g.name, g.preferredVersion.version] as const] : []));
  const found: Kind[] = [];
  for (const [group, version] of [['', 'v1'] as const, ...named]) found.push(...(await kindsOf(group, version)));
  return found;
}
