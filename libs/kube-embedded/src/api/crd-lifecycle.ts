import type { CustomResourceDefinition, KubeObject } from '@tidegate/kube';
import { definitionsFromCrd } from '../resources/custom-resources.js';
import type { ApiContext } from './api-options.js';
import { timestamp } from './object-metadata.js';

const RESOURCE = 'apiextensions.k8s.io/customresourcedefinitions';
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

function conditionsOf(now: string) {
  return [
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found', lastTransitionTime: now },
    {
      type: 'Established',
      status: 'True',
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
      lastTransitionTime: now,
    },
  ];
}

/** Keeps the registry in step with the CustomResourceDefinitions of the store, writes their conditions, and removes instances with them. */
export class CrdLifecycle {
  private readonly ending = new Set<string>();
  private readonly stopListening: () => void;

  constructor(private readonly context: ApiContext) {
    for (const crd of context.store.list(RESOURCE, '')) this.serve(crd as CustomResourceDefinition);
    this.stopListening = context.store.onChange((change) => {
      if (change.resource !== RESOURCE) return;
      const crd = change.object as CustomResourceDefinition;
      if (change.type === 'deleted') context.registry.remove(crd.spec.group, crd.spec.names.plural);
      else if (crd.metadata?.deletionTimestamp) void this.removeInstances(crd);
      else this.serve(crd);
    });
  }

  stop(): void {
    this.stopListening();
  }

  private serve(crd: CustomResourceDefinition): void {
    const { registry, log } = this.context;
    registry.remove(crd.spec.group, crd.spec.names.plural);
    try {
      for (const definition of definitionsFromCrd(crd)) registry.add(definition);
    } catch (error) {
      log.warn({ crd: crd.metadata?.name, error: (error as Error).message }, 'a custom resource definition cannot be served');
      return;
    }
    const established = crd.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True');
    const isStoredNew = crd.spec.versions.some((v) => v.storage && !crd.status?.storedVersions?.includes(v.name));
    if (!established || isStoredNew) void this.establish(crd.metadata?.name ?? '');
  }

  private async establish(name: string): Promise<void> {
    const { store, clock, log } = this.context;
    await store
      .write(RESOURCE, name, (current) => {
        const crd = current as CustomResourceDefinition | undefined;
        if (!crd || crd.metadata?.deletionTimestamp) return { keep: crd ?? {} };
        const { names, versions } = crd.spec;
        const acceptedNames = {
          ...names,
          singular: names.singular ?? names.kind.toLowerCase(),
          listKind: names.listKind ?? `${names.kind}List`,
        };
        // A version that objects were ever stored in stays, until somebody has migrated them and takes it off the status.
        const storedVersions = [...new Set([...(crd.status?.storedVersions ?? []), ...versions.filter((v) => v.storage).map((v) => v.name)])];
        const conditions = crd.status?.conditions?.length ? crd.status.conditions : conditionsOf(timestamp(clock.now()));
        const finalizers = crd.metadata?.finalizers ?? [];
        const metadata = { ...crd.metadata, finalizers: finalizers.includes(CLEANUP) ? finalizers : [...finalizers, CLEANUP] };
        return { put: { ...crd, metadata, status: { ...crd.status, conditions, acceptedNames, storedVersions } } as KubeObject };
      })
      .catch((error: unknown) =>
        log.error({ crd: name, error: (error as Error).message }, 'the conditions of a custom resource definition could not be written'),
      );
  }

  private async removeInstances(crd: CustomResourceDefinition): Promise<void> {
    const { store, log, registry } = this.context;
    const name = crd.metadata?.name ?? '';
    if (this.ending.has(name) || !crd.metadata?.finalizers?.includes(CLEANUP)) return;
    this.ending.add(name);
    const resource = `${crd.spec.group}/${crd.spec.names.plural}`;
    registry.remove(crd.spec.group, crd.spec.names.plural);
    try {
      for (const object of store.list(resource, '')) {
        const key = object.metadata?.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : (object.metadata?.name ?? '');
        await store.write(resource, key, (current) => (current ? { remove: current } : { keep: object }));
      }
      await store.write(RESOURCE, name, (current) => {
        if (!current) return { keep: crd };
        const finalizers = current.metadata?.finalizers?.filter((f) => f !== CLEANUP);
        const next = { ...current, metadata: { ...current.metadata, finalizers: finalizers?.length ? finalizers : undefined } };
        return finalizers?.length ? { put: next } : { remove: next };
      });
    } catch (error) {
      log.error({ crd: name, error: (error as Error).message }, 'the instances of a custom resource definition could not be removed');
    } finally {
      this.ending.delete(name);
    }
  }
}
