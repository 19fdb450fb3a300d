import { causeChain, type Logger } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import { add, type Amounts, objectAmounts, pick, subtract } from '@tidegate/kube/quota';
import { hardOf, quotaConcerns, quotaRefusal, type QuotaRequest, usedOfQuota } from '../quota/check-quotas.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { equalJson, type JsonObject, jsonOf, objectAt } from '@tidegate/kube/json';
import type { ObjectStore } from '../store/object-store.js';
import { forbidden } from './api-error.js';
import { keyOf, type Registry, resourceOf } from './registry.js';

const QUOTAS = '/resourcequotas';
const NO_QUOTA = (): Promise<void> => Promise.resolve();

interface Coming extends QuotaRequest {
  namespace: string;
}

/**
 * What is taken of each ResourceQuota: the objects that are stored, and those that are being written. A write that would take too much
 * is refused before it is stored, so two at once never share the last place; `status.used` follows before the answer goes out.
 */
export class QuotaBooks {
  /** Writes between their check and their end. Bounded by the requests under way. */
  private readonly coming = new Set<Coming>();
  private readonly due = new Set<string>();
  private readonly stopListening: () => void;
  private stopped = false;

  constructor(
    private readonly store: ObjectStore,
    private readonly registry: Registry,
    private readonly log: Logger,
  ) {
    for (const quota of store.list(QUOTAS, '')) this.countLater(quota.metadata?.namespace ?? '');
    this.stopListening = store.onChange(({ resource, type, object, previous }) => {
      const namespace = object.metadata?.namespace;
      if (namespace === undefined || (resource !== QUOTAS && this.quotasOf(namespace).length === 0)) return;
      const specChanged = !equalJson(objectAt(jsonOf(object), 'spec'), previous && objectAt(jsonOf(previous), 'spec'));
      // New objects are counted by who adds them; pods stop to count when they have ended.
      if (resource === QUOTAS ? specChanged : type !== 'added') this.countLater(namespace);
    });
  }

  stop(): void {
    this.stopped = true;
    this.stopListening();
  }

  /** Takes what the object needs. Throws 403 when there is too little. The answer is called when the write has ended, well or not. */
  take(definition: ResourceDefinition, namespace: string | undefined, object: KubeObject, previous: KubeObject | undefined): () => Promise<void> {
    if (namespace === undefined) return NO_QUOTA;
    const quotas = this.quotasOf(namespace).filter((quota) => quotaConcerns(quota, definition));
    if (quotas.length === 0) return NO_QUOTA;
    const request: Coming = { namespace, definition, object: jsonOf(object), previous: previous && jsonOf(previous) };
    const refusal = quotaRefusal(request, quotas, (quota) => this.takenOf(quota, namespace));
    if (refusal !== undefined) throw forbidden(definition, object.metadata?.name ?? object.metadata?.generateName ?? '', refusal);
    this.coming.add(request);
    return async () => {
      this.coming.delete(request);
      await this.count(namespace);
    };
  }

  private quotasOf(namespace: string): JsonObject[] {
    return this.store.list(QUOTAS, `${namespace}/`).map(jsonOf);
  }

  private takenOf(quota: JsonObject, namespace: string): Amounts {
    const names = Object.keys(hardOf(quota));
    let taken = usedOfQuota(quota, this.counted(quota, namespace));
    for (const request of this.coming) {
      if (request.namespace !== namespace) continue;
      const wanted = objectAmounts(request.definition, request.object);
      const before = request.previous ? objectAmounts(request.definition, request.previous) : {};
      taken = add(taken, pick(subtract(wanted, before), names));
    }
    return taken;
  }

  private *counted(quota: JsonObject, namespace: string): Generator<{ definition: ResourceDefinition; object: JsonObject }> {
    for (const definition of this.registry.stored()) {
      if (!definition.namespaced || !quotaConcerns(quota, definition)) continue;
      for (const object of this.store.list(resourceOf(definition), `${namespace}/`)) yield { definition, object: jsonOf(object) };
    }
  }

  private countLater(namespace: string): void {
    if (this.due.size === 0)
      setImmediate(() => {
        const namespaces = [...this.due];
        this.due.clear();
        for (const name of namespaces) void this.count(name);
      });
    this.due.add(namespace);
  }

  /** Writes what is taken into the status of the namespace's quotas. */
  private async count(namespace: string): Promise<void> {
    for (const { metadata } of this.store.list(QUOTAS, `${namespace}/`)) {
      if (this.stopped) return;
      const name = metadata?.name ?? '';
      await this.store
        .write(QUOTAS, keyOf({ namespaced: true }, namespace, name), (current) => {
          if (!current) return { keep: {} };
          const quota = jsonOf(current);
          const status: JsonObject = { hard: { ...hardOf(quota) }, used: { ...usedOfQuota(quota, this.counted(quota, namespace)) } };
          return equalJson(quota.status, status) ? { keep: current } : { put: { ...current, ...{ status } } };
        })
        .catch((error: unknown) => this.log.warn({ quota: name, namespace, error: causeChain(error) }, 'the status of a quota was not written'));
    }
  }
}
