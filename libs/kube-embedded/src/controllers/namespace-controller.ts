import { type Namespace, type RunningController, isConflict, isNotFound, keyOf, kinds, pathOf, startController } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { servedKinds } from './served-kinds.js';

const FINALIZER = 'kubernetes';
const AGAIN_MS = 200;

/** Empties a namespace that is being deleted, kind by kind, and lets it go once nothing is left. */
export function startNamespaceController(context: ControllerContext, onGone: (namespace: string) => void): RunningController {
  const { client, informers, clock, log, registry } = context;
  const namespaces = informers.informer(kinds.namespaces);

  async function reconcile(name: string): Promise<{ againInMs: number } | void> {
    const namespace = namespaces.get(undefined, name);
    if (!namespace) return onGone(name);
    if (!namespace.metadata?.deletionTimestamp || !namespace.spec?.finalizers?.includes(FINALIZER)) return;
    const left = await emptyNamespace(name);
    if (left > 0) return { againInMs: AGAIN_MS };
    await release(namespace);
  }

  /** Deletes everything; returns how many objects are still there (finalizers, pods that end gracefully). */
  async function emptyNamespace(namespace: string): Promise<number> {
    let left = 0;
    for (const kind of await servedKinds(client, ['list', 'delete'])) {
      if (!kind.namespaced) continue;
      const { items } = await client.listAll(kind, { namespace });
      for (const { metadata } of items) {
        if (!metadata?.deletionTimestamp)
          await client.delete(kind, metadata?.name ?? '', namespace, { uid: metadata?.uid ?? '', propagationPolicy: 'Background' });
      }
      if (items.length > 0) left += (await client.list(kind, { namespace, limit: 1 })).items.length;
    }
    return left;
  }

  async function release(namespace: Namespace): Promise<void> {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((f) => f !== FINALIZER);
    const body = { ...namespace, apiVersion: 'v1', kind: 'Namespace', spec: { ...namespace.spec, finalizers } };
    try {
      await client.request({ method: 'PUT', path: pathOf(kinds.namespaces, undefined, namespace.metadata?.name, 'finalize'), body });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  return startController({
    name: 'embedded.namespace',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [{ informer: namespaces, toKeys: (namespace) => [keyOf(namespace)] }],
  });
}
