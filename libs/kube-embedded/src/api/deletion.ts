import type { KubeObject, ObjectMeta } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { validateByAdmission } from './admission.js';
import { unsupportedValue } from '../schema/field-errors.js';
import { ApiError, conflict, forbidden, invalidOptions, notFound } from './api-error.js';
import type { ApiContext, WriteOptions } from './api-options.js';
import { timestamp } from './object-metadata.js';
import { keyOf, resourceOf } from './registry.js';
import { inVersion } from './version-conversion.js';

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: string;
  orphanDependents?: boolean;
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: string[];
}

const KEPT_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);
const DEFAULT_POD_GRACE_S = 30;
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

interface PodLike extends KubeObject {
  spec?: { terminationGracePeriodSeconds?: number; nodeName?: string };
  status?: { phase?: string };
}

interface NamespaceLike extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: Record<string, unknown>;
}

/** Finalizers after a deletion with this propagation policy. The default of every kind here is background. */
function finalizersFor(metadata: ObjectMeta, options: DeleteOptions): string[] {
  const policy = options.propagationPolicy ?? (options.orphanDependents === true ? 'Orphan' : 'Background');
  const own = (metadata.finalizers ?? []).filter((f) => f !== ORPHAN && f !== FOREGROUND);
  if (policy === 'Orphan') return [...own, ORPHAN];
  if (policy === 'Foreground') return [...own, FOREGROUND];
  if (policy === 'Background') return own;
  throw invalidOptions('DeleteOptions', unsupportedValue('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']));
}

/** Kubernetes names the kind here, not the resource, and so does its `details`. */
function preconditionFailed({ group, kind }: ResourceDefinition, name: string, what: string, wanted: string, found = ''): ApiError {
  const why =
    what === 'UID'
      ? `the UID in the precondition (${wanted}) does not match the UID in record (${found}). The object might have been deleted and then recreated`
      : `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${found}). The object might have been modified`;
  return conflict({ group, plural: kind }, name, why);
}

/** Seconds a pod gets to end; 0 removes it at once. A pod that never ran on the node needs none. */
function graceOf(definition: ResourceDefinition, object: KubeObject, options: DeleteOptions): number {
  if (definition.group !== '' || definition.plural !== 'pods') return 0;
  const pod = object as PodLike;
  if (!pod.spec?.nodeName || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return 0;
  return options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_POD_GRACE_S;
}

/** What is left of the object for now: marked for deletion, or undefined when it goes at once. */
function marked(definition: ResourceDefinition, live: KubeObject, options: DeleteOptions, now: number): KubeObject | undefined {
  const metadata = live.metadata ?? {};
  const finalizers = finalizersFor(metadata, options);
  const grace = graceOf(definition, live, options);
  const isNamespace = definition.group === '' && definition.plural === 'namespaces';
  const keeps = finalizers.length > 0 || grace > 0 || (isNamespace && ((live as NamespaceLike).spec?.finalizers?.length ?? 0) > 0);
  if (!keeps) return undefined;
  const already = metadata.deletionTimestamp;
  const shorter = already === undefined || grace < (metadata.deletionGracePeriodSeconds ?? 0);
  const next: KubeObject = {
    ...live,
    metadata: {
      ...metadata,
      finalizers: finalizers.length > 0 ? finalizers : undefined,
      ...(shorter ? { deletionTimestamp: timestamp(now + grace * 1000), deletionGracePeriodSeconds: grace } : {}),
      ...(already === undefined && metadata.generation !== undefined ? { generation: metadata.generation + 1 } : {}),
    },
  };
  return isNamespace ? ({ ...next, status: { ...(live as NamespaceLike).status, phase: 'Terminating' } } as KubeObject) : next;
}

/**
 * DELETE of one object: removed at once, or marked when finalizers or a pod's grace keep it. Answers the last or the marked
 * state and whether it is gone.
 */
export async function deleteObject(
  context: ApiContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions,
  write: WriteOptions,
): Promise<{ object: KubeObject; gone: boolean }> {
  const { store, clock } = context;
  const [resource, key] = [resourceOf(definition), keyOf(definition, namespace, name)];
  const seen = store.get(resource, key);
  if (!seen) throw notFound(definition, name);
  if (resource === '/namespaces' && KEPT_NAMESPACES.has(name)) throw forbidden(definition, name, 'this namespace may not be deleted');
  const shown = async (object: KubeObject): Promise<KubeObject> => (await inVersion(context, definition, [object]))[0] ?? object;
  await validateByAdmission(context, {
    definition,
    operation: 'DELETE',
    subresource: undefined,
    namespace,
    name,
    object: undefined,
    previous: await shown(seen),
    options: write,
  });
  let gone = false;
  const decide = (current: KubeObject | undefined): { put: KubeObject } | { remove: KubeObject } | { keep: KubeObject } => {
    if (!current) throw notFound(definition, name);
    const { uid, resourceVersion } = options.preconditions ?? {};
    if (uid !== undefined && uid !== current.metadata?.uid) {
      throw preconditionFailed(definition, name, 'UID', uid, current.metadata?.uid);
    }
    if (resourceVersion !== undefined && resourceVersion !== current.metadata?.resourceVersion) {
      throw preconditionFailed(definition, name, 'ResourceVersion', resourceVersion, current.metadata?.resourceVersion);
    }
    const left = marked(definition, current, options, clock.now());
    gone = left === undefined;
    if (left === undefined) return { remove: current };
    return JSON.stringify(left) === JSON.stringify(current) ? { keep: current } : { put: left };
  };
  if (write.dryRun) {
    const decision = decide(seen);
    return { object: await shown('put' in decision ? decision.put : seen), gone };
  }
  const object = await store.write(resource, key, decide);
  // What is gone is not asked about: its definition may be going too.
  return { object: gone ? object : await shown(object), gone };
}
