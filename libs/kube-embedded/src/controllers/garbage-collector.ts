import { causeChain } from '@tidegate/kernel';
import {
  type Informer,
  type Kind,
  type KubeObject,
  type OwnerReference,
  type RunningController,
  apiVersionOf,
  isConflict,
  isNotFound,
  kinds,
  startController,
} from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { servedKinds } from './served-kinds.js';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
/** How often new kinds are looked for; a new CustomResourceDefinition is noticed at once. */
const DISCOVER_MS = 60_000;
const EVENTS = 'events';

/**
 * Deletes what has no owner left, as Kubernetes' collector does:
 * background: owners go first, dependents follow; foreground: dependents that block go first; orphan: dependents lose the reference and stay.
 */
export class GarbageCollector {
  private readonly informers = new Map<string, Informer<KubeObject>>();
  private readonly context: ControllerContext;
  private readonly controller: RunningController;
  private cancelDiscovery: () => void = () => undefined;
  private stopWatchingDefinitions: () => void = () => undefined;
  private stopped = false;

  constructor(context: ControllerContext) {
    this.context = context;
    const { clock, log, registry } = context;
    this.controller = startController({
      name: 'embedded.garbage-collector',
      clock,
      log,
      ...(registry ? { registry } : {}),
      reconcile: (key) => this.reconcile(key),
      watches: [],
    });
  }

  /** Resolves once every kind that is served now is watched. */
  async start(): Promise<void> {
    await this.discover();
    this.stopWatchingDefinitions = this.context.informers.informer(kinds.customResourceDefinitions).onChange(() => {
      this.cancelDiscovery();
      this.discoverLater(500);
    });
    this.discoverLater(DISCOVER_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelDiscovery();
    this.stopWatchingDefinitions();
    await this.controller.stop();
  }

  private discoverLater(ms: number): void {
    this.cancelDiscovery = this.context.clock.after(ms, () => {
      void this.discover()
        .catch((error: unknown) => this.context.log.warn({ error: causeChain(error) }, 'looking for served kinds failed, trying again'))
        .finally(() => {
          if (!this.stopped) this.discoverLater(DISCOVER_MS);
        });
    });
  }

  private async discover(): Promise<void> {
    const added: Kind[] = [];
    for (const kind of await servedKinds(this.context.client, ['list', 'watch', 'delete'])) {
      const id = idOf(kind);
      if (kind.plural === EVENTS || this.stopped) continue;
      if (this.informers.has(id)) continue;
      const informer = this.context.informers.informer<KubeObject>(kind, { indexes: { 'gc.owner': ownerUids, 'gc.uid': uidOf } });
      this.informers.set(id, informer);
      informer.onChange(({ type, object }) => this.onChange(kind, type, object));
      added.push(kind);
    }
    // Until now nothing could be said about owners of these kinds.
    for (const informer of this.informers.values())
      for (const object of informer.list()) if (isOwnedByOneOf(object, added)) this.enqueue(informer.kind, object);
  }

  private onChange(kind: Kind, type: 'added' | 'changed' | 'removed', object: KubeObject): void {
    const { deletionTimestamp, ownerReferences, uid = '' } = object.metadata ?? {};
    if (type === 'removed') {
      for (const dependent of this.dependents(uid)) this.enqueue(dependent.kind, dependent.object);
      // Its owner may have waited for it.
      for (const owner of ownerReferences ?? []) this.enqueueByUid(owner.uid);
      return;
    }
    const endsHere = deletionTimestamp !== undefined && object.metadata?.finalizers?.some((f) => f === FOREGROUND || f === ORPHAN);
    if (endsHere || (ownerReferences ?? []).length > 0) this.enqueue(kind, object);
  }

  private enqueue(kind: Kind, object: KubeObject): void {
    this.controller.enqueue([idOf(kind), object.metadata?.namespace ?? '', object.metadata?.name ?? ''].join('|'));
  }

  private enqueueByUid(uid: string): void {
    for (const informer of this.informers.values())
      for (const object of informer.byIndex('gc.uid', uid)) this.enqueue(informer.kind, object);
  }

  private dependents(uid: string): { kind: Kind; object: KubeObject }[] {
    return [...this.informers.values()].flatMap((informer) =>
      informer.byIndex('gc.owner', uid).map((object) => ({ kind: informer.kind, object })),
    );
  }

  private async reconcile(key: string): Promise<void> {
    const [id = '', namespace = '', name = ''] = key.split('|');
    const informer = this.informers.get(id);
    const object = informer?.get(namespace === '' ? undefined : namespace, name);
    if (!informer || !object) return;
    const { deletionTimestamp, finalizers } = object.metadata ?? {};
    if (deletionTimestamp !== undefined) {
      if (finalizers?.includes(ORPHAN)) await this.orphanDependents(informer.kind, object);
      else if (finalizers?.includes(FOREGROUND)) await this.deleteDependents(informer.kind, object);
      return;
    }
    if ((object.metadata?.ownerReferences ?? []).length > 0) await this.checkOwners(informer.kind, object);
  }

  private async checkOwners(kind: Kind, object: KubeObject): Promise<void> {
    const references = object.metadata?.ownerReferences ?? [];
    const states = await Promise.all(references.map((r) => this.ownerState(r, kind, object)));
    const solid = references.filter((_, i) => states[i] === 'solid');
    if (solid.length === references.length) return;
    if (solid.length > 0) return this.patchReferences(kind, object, solid);
    const waiting = states.includes('waiting');
    const { name = '', namespace, uid = '' } = object.metadata ?? {};
    const hasDependents = this.dependents(uid).length > 0;
    await this.ignoreGone(
      this.context.client.delete(kind, name, namespace, { uid, propagationPolicy: waiting && hasDependents ? 'Foreground' : 'Background' }),
    );
  }

  /** The cache may be a moment behind, so an owner counts as absent only when the API says so. */
  private async ownerState(reference: OwnerReference, kind: Kind, dependent: KubeObject): Promise<'solid' | 'absent' | 'waiting'> {
    const informer = [...this.informers.values()].find(
      (i) => i.kind.kind === reference.kind && groupOf(reference.apiVersion) === i.kind.group,
    );
    // A kind that is not served (any more) says nothing about its objects; the reference is left alone, as Kubernetes does.
    if (!informer) return 'solid';
    if (informer.kind.namespaced && !kind.namespaced) return 'solid';
    const namespace = informer.kind.namespaced ? dependent.metadata?.namespace : undefined;
    const cached = informer.get(namespace, reference.name);
    const owner =
      cached?.metadata?.uid === reference.uid ? cached : await this.context.client.get(informer.kind, reference.name, namespace);
    if (owner?.metadata?.uid !== reference.uid) return 'absent';
    return owner.metadata.deletionTimestamp !== undefined && owner.metadata.finalizers?.includes(FOREGROUND) ? 'waiting' : 'solid';
  }

  private async deleteDependents(kind: Kind, owner: KubeObject): Promise<void> {
    const uid = owner.metadata?.uid ?? '';
    let blocking = 0;
    for (const { kind: dependentKind, object } of this.dependents(uid)) {
      if (object.metadata?.ownerReferences?.some((o) => o.uid === uid && o.blockOwnerDeletion)) blocking++;
      if (object.metadata?.deletionTimestamp === undefined) this.enqueue(dependentKind, object);
    }
    if (blocking === 0) await this.removeFinalizer(kind, owner, FOREGROUND);
  }

  private async orphanDependents(kind: Kind, owner: KubeObject): Promise<void> {
    const uid = owner.metadata?.uid;
    for (const { kind: dependentKind, object } of this.dependents(uid ?? '')) {
      await this.patchReferences(
        dependentKind,
        object,
        (object.metadata?.ownerReferences ?? []).filter((o) => o.uid !== uid),
      );
    }
    await this.removeFinalizer(kind, owner, ORPHAN);
  }

  private async patchReferences(kind: Kind, object: KubeObject, ownerReferences: OwnerReference[]): Promise<void> {
    const { name = '', namespace, uid } = object.metadata ?? {};
    await this.ignoreGone(
      this.context.client.patch(kind, name, namespace, { type: 'merge', body: { metadata: { uid, ownerReferences } } }),
    );
  }

  private async removeFinalizer(kind: Kind, object: KubeObject, finalizer: string): Promise<void> {
    const { name = '', namespace, resourceVersion, finalizers } = object.metadata ?? {};
    const body = { metadata: { resourceVersion, finalizers: (finalizers ?? []).filter((f) => f !== finalizer) } };
    await this.ignoreGone(this.context.client.patch(kind, name, namespace, { type: 'merge', body }));
  }

  private async ignoreGone(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!isNotFound(error) && !(isConflict(error) && error.message.includes('UID in precondition'))) throw error;
    }
  }
}

function idOf(kind: Kind): string {
  return `${apiVersionOf(kind)}/${kind.plural}`;
}

function isOwnedByOneOf(object: KubeObject, kindsOfOwner: readonly Kind[]): boolean {
  return (object.metadata?.ownerReferences ?? []).some((o) =>
    kindsOfOwner.some((kind) => kind.kind === o.kind && kind.group === groupOf(o.apiVersion)),
  );
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

function ownerUids(object: KubeObject): string[] {
  return (object.metadata?.ownerReferences ?? []).map((o) => o.uid);
}

function uidOf(object: KubeObject): string[] {
  return object.metadata?.uid ? [object.metadata.uid] : [];
}
