import { isDeepStrictEqual } from 'node:util';
import type { PartContext } from '@tidegate/kernel';
import { type Informer, type KubeClient, type KubeObject, selectorMatches, startController } from '@tidegate/kube';
import { type Application, applicationSpecSchema, applications } from '@tidegate/tenancy-contract';
import { type Component, planApplication } from '@tidegate/tenancy-plan';
import { ComponentCaches, type KindKey, type Opened, kindKey } from './component-caches.js';

export interface ApplicationsOptions {
  client: KubeClient;
  cache: Informer<Application>;
}

/** A kind that is not served or not readable may be later. */
const PROBLEM_AGAIN_MS = 30_000;

/** The kinds that it names now, and those that its status still speaks of: components of them may have to be let go. */
const kindsOf = ({ spec, status }: Application): { group: string; kind: string }[] => [
  ...applicationSpecSchema.parse(spec ?? {}).componentKinds,
  ...(status?.components ?? []).map(({ group = '', kind = '' }) => ({ group, kind })),
];

/** Applications: one status for all that belongs together, and owners, so that it goes together. */
export function startApplications({ clock, log, registry }: Pick<PartContext, 'clock' | 'log' | 'registry'>, { client, cache }: ApplicationsOptions): { stop(): Promise<void> } {
  const caches = new ComponentCaches({ client, clock, log, onChange: (kind, namespace) => enqueueNaming(kind, namespace) });
  const controller = startController({
    name: 'tenancy.applications',
    clock,
    log,
    registry,
    watches: [{ informer: cache, toKeys: ({ metadata }) => [`${metadata?.namespace}/${metadata?.name}`] }],
    reconcile: async (key) => {
      caches.keep(new Set(cache.list().flatMap((a) => kindsOf(a).map(({ group, kind }) => kindKey(group, kind)))));
      const [namespace = '', name = ''] = key.split('/');
      const application = cache.get(namespace, name);
      if (!application || application.metadata?.deletionTimestamp !== undefined) return undefined;
      const { components, owned, problems } = await gather(application, caches);
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
  function enqueueNaming(kind: KindKey, namespace: string): void {
    for (const a of cache.list(namespace)) if (kindsOf(a).some((k) => kindKey(k.group, k.kind) === kind)) controller.enqueue(`${namespace}/${a.metadata?.name}`);
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

async function gather(application: Application, caches: ComponentCaches): Promise<{ components: Found[]; owned: Found[]; problems: string[] }> {
  const { namespace, uid } = application.metadata ?? {};
  const named = new Set(applicationSpecSchema.parse(application.spec ?? {}).componentKinds.map(({ group, kind }) => kindKey(group, kind)));
  const kinds = new Map(kindsOf(application).map((k) => [kindKey(k.group, k.kind), k]));
  const [components, owned, problems]: [Found[], Found[], string[]] = [[], [], []];
  for (const [key, { group, kind: kindName }] of kinds) {
    const opened = await caches.open(group, kindName);
    if ('problem' in opened) {
      if (named.has(key)) problems.push(opened.problem);
      continue;
    }
    const { kind, informer } = opened;
    const found = (object: KubeObject): Found => ({ kind, component: { group: kind.group, kind: kind.kind, object } });
    const objects = informer.list(namespace);
    if (named.has(key)) components.push(...objects.filter((o) => selectorMatches(application.spec?.selector, o.metadata?.labels)).map(found));
    owned.push(...objects.filter((o) => o.metadata?.ownerReferences?.some((r) => r.uid === uid)).map(found));
  }
  return { components, owned, problems };
}
