import { isDeepStrictEqual } from 'node:util';
import type { PartContext } from '@tidegate/kernel';
import { type Informer, type KubeClient, type KubeObject, selectorMatches, startController } from '@tidegate/kube';
import { type Application, applications } from '@tidegate/tenancy-contract';
import { type Component, type ComponentKind, MOST_LISTED, componentsOf, kindText, planApplication, readSelection } from '@tidegate/tenancy-plan';
import { ComponentCaches, type KindKey, type Opened } from './component-caches.js';

export interface ApplicationsOptions {
  client: KubeClient;
  cache: Informer<Application>;
}

/** A kind that is not served or not readable may be later. */
const PROBLEM_AGAIN_MS = 5_000;

/** The kinds that it names now, and those that its status still speaks of: components of them may have to be let go. */
function kindsOf(application: Application): Map<KindKey, ComponentKind> {
  const before = componentsOf(application).filter((c) => c.kind !== '');
  return new Map([...readSelection(application.spec).kinds, ...before.slice(0, MOST_LISTED)].map(({ group, kind }) => [kindText({ group, kind }), { group, kind }]));
}

/** Applications: one status for all that belongs together, and owners, so that it goes together. */
export function startApplications({ clock, log, registry }: Pick<PartContext, 'clock' | 'log' | 'registry'>, { client, cache }: ApplicationsOptions): { stop(): Promise<void> } {
  const named = new Map<string, ReadonlyMap<KindKey, ComponentKind>>();
  const caches = new ComponentCaches({ client, clock, log, onChange: (kind, namespace) => enqueueNaming(kind, namespace) });
  const controller = startController({
    name: 'tenancy.applications',
    clock,
    log,
    registry,
    watches: [{ informer: cache, toKeys: ({ metadata }) => [`${metadata?.namespace}/${metadata?.name}`] }],
    reconcile: async (key) => {
      const [namespace = '', name = ''] = key.split('/');
      const application = cache.get(namespace, name);
      const kinds = application ? kindsOf(application) : undefined;
      if (kinds) named.set(key, kinds);
      else named.delete(key);
      caches.keep(new Set([...named.values()].flatMap((each) => [...each.keys()])));
      if (!application || !kinds || application.metadata?.deletionTimestamp !== undefined) return undefined;
      const { components, owned, problems } = await gather(application, kinds, caches);
      const plan = planApplication({ application, components: components.map((c) => c.component), owned: owned.map((c) => c.component), problems, now: clock.now() });
      const kindOfObject = new Map([...components, ...owned].map((c) => [c.component.object, c.kind]));
      for (const { component, ownerReferences } of plan.owners) {
        const { name: of = '', resourceVersion, deletionTimestamp } = component.object.metadata ?? {};
        const kind = kindOfObject.get(component.object);
        if (!kind || deletionTimestamp !== undefined) continue;
        await client.patch(kind, of, namespace, { type: 'merge', body: { metadata: { resourceVersion, ownerReferences } } });
      }
      if (!isDeepStrictEqual(application.status, plan.status)) await client.patch(applications, name, namespace, { type: 'merge', body: { status: plan.status } }, { subresource: 'status' });
      return problems.length > 0 ? { againInMs: PROBLEM_AGAIN_MS } : undefined;
    },
  });
  function enqueueNaming(kind: KindKey, namespace?: string): void {
    const keys = cache.list(namespace).map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
    for (const key of keys) if (named.get(key)?.has(kind)) controller.enqueue(key);
  }
  return {
    stop: async () => {
      await controller.stop();
      caches.stop();
    },
  };
}

interface Found {
  kind: Opened['kind'];
  component: Component;
}

async function gather(application: Application, all: ReadonlyMap<KindKey, ComponentKind>, caches: ComponentCaches): Promise<{ components: Found[]; owned: Found[]; problems: string[] }> {
  const { namespace, uid } = application.metadata ?? {};
  const { kinds, selector } = readSelection(application.spec);
  const named = new Set(kinds.map(kindText));
  const [components, owned, problems]: [Found[], Found[], string[]] = [[], [], []];
  for (const [key, each] of all) {
    const opened = await caches.open(each);
    if ('problem' in opened) {
      if (named.has(key)) problems.push(opened.problem);
      continue;
    }
    const { kind, informer } = opened;
    const found = (object: KubeObject): Found => ({ kind, component: { group: kind.group, kind: kind.kind, object } });
    const objects = informer.list(namespace);
    if (named.has(key)) components.push(...objects.filter((o) => selectorMatches(selector, o.metadata?.labels)).map(found));
    owned.push(...objects.filter((o) => o.metadata?.ownerReferences?.some((r) => r.uid === uid)).map(found));
  }
  return { components, owned, problems };
}
