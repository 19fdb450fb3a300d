import { type Kind, type KubeObject, type PodTemplateSpec, isAlreadyExists } from '@tidegate/kube';
import type { ControllerContext } from './controller-context.js';
import { type ControllerRevision, controllerRevisions } from './daemon-set-kind.js';
import { controllerRef, isControlledBy } from './owner.js';

export interface RevisionOwner<T extends KubeObject> {
  kind: Kind<T>;
  owner: T;
  template: PodTemplateSpec | undefined;
  /** Short name of the template; the revision is named after the owner and it. */
  hash: string;
  /** Old revisions that are kept. */
  limit: number;
}

/** The template of each revision as a ControllerRevision, which `kubectl rollout history` and `undo` read. The newest has the highest number. */
export async function keepRevisions<T extends KubeObject>(
  { client, informers }: Pick<ControllerContext, 'client' | 'informers'>,
  { kind, owner, template, hash, limit }: RevisionOwner<T>,
): Promise<void> {
  const { name: ownerName = '', namespace, uid } = owner.metadata ?? {};
  const own = informers
    .informer(controllerRevisions)
    .list(namespace)
    .filter((revision) => isControlledBy(revision, uid))
    .sort((a, b) => a.revision - b.revision);
  const name = `${ownerName}-${hash}`;
  const current = own.find((revision) => revision.metadata?.name === name);
  const newest = own.at(-1);
  const next = (newest?.revision ?? 0) + 1;
  if (!current) await create();
  else if (current !== newest) await client.patch(controllerRevisions, name, namespace, { type: 'merge', body: { revision: next } });
  const old = own.filter((revision) => revision !== current);
  for (const revision of old.slice(0, Math.max(0, old.length - limit)))
    await client.delete(controllerRevisions, revision.metadata?.name ?? '', namespace, { uid: revision.metadata?.uid ?? '' });

  async function create(): Promise<void> {
    const revision: ControllerRevision = {
      metadata: {
        name,
        namespace,
        labels: { ...template?.metadata?.labels, 'controller-revision-hash': hash },
        ownerReferences: [controllerRef(kind, owner)],
      },
      // What a rollback lays over the owner.
      data: { spec: { template: { $patch: 'replace', ...template } } },
      revision: next,
    };
    await client.create(controllerRevisions, revision).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
}
