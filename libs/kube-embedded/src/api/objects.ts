import type { KubeObject, ObjectMeta } from '@tidegate/kube';
import { apiVersionOf } from '@tidegate/kube';
import { applyWithLastApplied } from '../patch/last-applied.js';
import { recordUpdate } from '../patch/server-side-apply.js';
import { applyJsonPatch } from '../patch/json-patch.js';
import { applyMergePatch } from '../patch/merge-patch.js';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.js';
import { unfitPatch } from '../patch/unfit-patch.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { cloneJson, equalJson, jsonOf } from '@tidegate/kube/json';
import { mutate, validateByAdmission } from './admission.js';
import { invalidValue, requiredValue } from '../schema/field-errors.js';
import { ApiError, badRequest, conflict, invalid, invalidOptions, notFound, qualified, unexplained, unsupportedBody } from './api-error.js';
import { checkByAdmission, fillByAdmission, keepAllBut, keepByAdmission } from './builtin-admission.js';
import { isBuiltin } from './wrong-kind.js';
import type { ApiContext, WriteOptions } from './api-options.js';
import { checkAbsent, checkApplied, checkFields, checkNamespace, checkValid } from './object-checks.js';
import { keyOf, resourceOf } from './registry.js';
import { asStored, inVersion } from './version-conversion.js';
import { checkApprover } from './signing-requests.js';
import { fromScale, toScale } from './scale.js';
import { decodeObject, generatedName, keepSystemFields, stampNew, timestamp } from './object-metadata.js';

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

export interface Target {
  definition: ResourceDefinition;
  namespace: string | undefined;
  name: string;
  /** 'status' and 'approval' write only status; 'finalize' only a namespace's finalizers; 'ephemeralcontainers' and 'resize' only those and the resources of a pod; 'scale' is named in managedFields; undefined is the object itself. */
  subresource?: 'status' | 'approval' | 'finalize' | 'scale' | 'ephemeralcontainers' | 'resize' | undefined;
}

type Whole = KubeObject & { metadata: ObjectMeta };

/** A patch insists on no version: it is tried until it fits, as etcd's transactions are. Bounded, for two who answer each other for ever. */
const PATCH_TRIES = 200;
const GENERATED_NAME_TRIES = 8;

/** Reads, creates, changes and removes objects of any kind. What it answers is durable, frozen and shared: never change it. */
export class Objects {
  constructor(private readonly context: ApiContext) {}

  async get({ definition, namespace, name }: Target): Promise<KubeObject> {
    const found = this.context.store.get(resourceOf(definition), keyOf(definition, namespace, name));
    if (!found) throw notFound(definition, name);
    return this.inVersion(definition, found);
  }

  private async inVersion(definition: ResourceDefinition, object: KubeObject): Promise<KubeObject> {
    const [shown = object] = await inVersion(this.context, definition, [object]);
    return shown;
  }

  async create(definition: ResourceDefinition, namespace: string | undefined, body: unknown, options: WriteOptions): Promise<KubeObject> {
    const object = decodeObject(definition, body, namespace, undefined);
    // Kubernetes' storage refuses it, and a dry run does not come so far.
    if (object.metadata.resourceVersion && !options.dryRun) throw unexplained('resourceVersion should not be set on objects to be created');
    const generated = !object.metadata.name && object.metadata.generateName !== undefined;
    for (let tries = 1; ; tries++) {
      const attempt = generated
        ? { ...object, metadata: { ...object.metadata, name: generatedName(object.metadata.generateName ?? '') } }
        : object;
      try {
        return await this.createOnce(definition, namespace, attempt, options);
      } catch (error) {
        if (generated && tries < GENERATED_NAME_TRIES && error instanceof ApiError && error.reason === 'AlreadyExists') continue;
        throw error;
      }
    }
  }

  /** `owners` are those of an applied object; without them everything belongs to the creator. */
  private async createOnce(
    definition: ResourceDefinition,
    namespace: string | undefined,
    object: Whole,
    options: WriteOptions,
    owners?: ObjectMeta['managedFields'],
  ): Promise<KubeObject> {
    const { clock, store } = this.context;
    checkNamespace(this.context, definition, namespace, object.metadata.name ?? '');
    if (!owners) checkFields(definition, object, options);
    definition.setDefaults(object);
    // A dry run answers the version that it was sent.
    const version = options.dryRun ? object.metadata.resourceVersion : undefined;
    stampNew(object.metadata, clock.now());
    if (version) object.metadata.resourceVersion = version;
    // What admission and the cluster fill in belongs to no manager.
    const creator = (): ObjectMeta['managedFields'] =>
      recordUpdate({ ...this.writerOf(definition, options, undefined), previous: undefined, next: object });
    setManagedFields(object, owners ?? creator());
    await fillByAdmission(this.context, definition, namespace, object, options.user);
    const request = {
      definition,
      operation: 'CREATE' as const,
      subresource: undefined,
      namespace,
      name: object.metadata.name ?? '',
      previous: undefined,
      options,
    };
    const admitted = (await mutate(this.context, { ...request, object })) as Whole;
    definition.prepareCreate(admitted);
    this.context.hooks.allocate?.(definition, admitted, undefined);
    checkValid(this.context, definition, admitted, undefined, options);
    checkByAdmission(this.context, definition, namespace, admitted);
    await validateByAdmission(this.context, { ...request, object: admitted });
    const name = admitted.metadata.name ?? '';
    const endWrite = this.context.quotas.take(definition, namespace, admitted, undefined);
    try {
      if (options.dryRun) {
        checkAbsent(definition, name, store.get(resourceOf(definition), keyOf(definition, namespace, name)));
        return admitted;
      }
      const kept = await asStored(this.context, definition, admitted);
      const written = await store.write(resourceOf(definition), keyOf(definition, namespace, name), (current) => {
        checkAbsent(definition, name, current);
        // The namespace may have begun to end while webhooks were asked.
        checkNamespace(this.context, definition, namespace, name);
        return { put: kept };
      });
      return await this.inVersion(definition, written);
    } finally {
      await endWrite();
    }
  }

  /** PUT: replaces the object (or its status). A resourceVersion in the body must be the present one. */
  async update(target: Target, body: unknown, options: WriteOptions): Promise<KubeObject> {
    const { definition, namespace, name } = target;
    const object = decodeObject(definition, body, namespace, name);
    checkFields(definition, object, options);
    return this.change(target, options, (live) => {
      const sent = object.metadata.resourceVersion;
      if (!sent && !mayUpdateBlindly(definition)) {
        throw invalid(
          { group: '', kind: qualified(definition) },
          name,
          [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')],
          definition,
        );
      }
      if (sent && sent !== live.metadata?.resourceVersion) throw conflict(definition, name);
      if (object.metadata.uid && object.metadata.uid !== live.metadata?.uid)
        throw conflict(definition, name, this.uidText(definition, object.metadata.uid, live));
      return { next: cloneJson(object), retry: !sent };
    });
  }

  private uidText(definition: ResourceDefinition, wanted: string, live: KubeObject): string {
    const { namespace, name, uid } = live.metadata ?? {};
    const key = `/registry/${definition.plural}/${namespace ? `${namespace}/` : ''}${name ?? ''}`;
    return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${uid ?? ''}`;
  }

  async patch(target: Target, kind: PatchKind, patch: unknown, options: WriteOptions & { force?: boolean }): Promise<KubeObject> {
    if (kind === 'apply') return this.apply(target, patch, options);
    const { definition } = target;
    if (kind === 'strategic' && !isBuiltin(definition)) {
      throw unsupportedBody('application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml');
    }
    return this.change(target, options, (live) => {
      const before = jsonOf(live);
      const after =
        kind === 'json'
          ? applyJsonPatch(before, patch)
          : kind === 'merge'
            ? applyMergePatch(before, patch)
            : applyStrategicMergePatch(before, patch, definition.schema);
      const next = decodeObject(definition, after, target.namespace, target.name);
      const refusal = definition.decode(next);
      if (refusal !== undefined) throw invalid({ group: '', kind: '' }, '', [unfitPatch(kind, patch, after, refusal)]);
      checkFields(definition, next, options);
      const sent = next.metadata.resourceVersion;
      if (sent !== live.metadata?.resourceVersion) throw conflict(definition, target.name);
      return { next, retry: true };
    });
  }

  /** PUT or PATCH of an object's Scale: `wantedOf` makes the wanted one from the present one. Only a version that it names itself can conflict. */
  async updateScale(target: Target, options: WriteOptions, wantedOf: (scale: Record<string, unknown>) => unknown): Promise<KubeObject> {
    const { definition, namespace, name } = target;
    return this.change({ ...target, subresource: 'scale' }, options, (live) => {
      const scaled = fromScale(definition, live, wantedOf(toScale(definition, live)));
      if (scaled.metadata?.resourceVersion !== live.metadata?.resourceVersion) throw conflict(definition, name);
      return { next: decodeObject(definition, scaled, namespace, name), retry: true };
    });
  }

  /** Server-side apply; creates the object when there is none. */
  private async apply(target: Target, body: unknown, options: WriteOptions & { force?: boolean }): Promise<KubeObject> {
    const { definition, namespace, name } = target;
    const applied = decodeObject(definition, body, namespace, name);
    if (applied.metadata.managedFields?.length) throw badRequest('metadata.managedFields must be nil');
    if (!options.fieldManager) throw invalidOptions('PatchOptions', requiredValue('fieldManager', 'is required for apply patch'));
    checkApplied(definition, applied, (body as KubeObject).metadata?.namespace ?? '');
    const { store } = this.context;
    const asSent = { ...options, sent: body as KubeObject };
    for (let tries = 1; ; tries++) {
      const live = store.get(resourceOf(definition), keyOf(definition, namespace, name));
      if (!live && target.subresource) throw notFound(definition, name);
      try {
        if (live) {
          return await this.change(target, options, (now) => {
            const sent = applied.metadata.resourceVersion;
            if (sent && sent !== now.metadata?.resourceVersion) throw conflict(definition, name);
            return { next: this.laidOver(target, now, applied, asSent), retry: true, managed: true };
          });
        }
        const made = decodeObject(definition, this.laidOver(target, undefined, applied, asSent), namespace, undefined);
        delete made.metadata.resourceVersion;
        return await this.createOnce(definition, namespace, made, options, made.metadata.managedFields ?? []);
      } catch (error) {
        // Made or removed by somebody else between the look and the write.
        const raced =
          error instanceof ApiError && (error.reason === 'AlreadyExists' || (error.reason === 'NotFound' && live !== undefined));
        if (!raced || tries >= PATCH_TRIES) throw error;
      }
    }
  }

  private laidOver(
    { definition, subresource }: Target,
    live: KubeObject | undefined,
    applied: KubeObject,
    options: WriteOptions & { force?: boolean; sent: KubeObject },
  ): Whole {
    const result = applyWithLastApplied({
      live,
      applied,
      sent: options.sent,
      schema: definition.schema,
      manager: options.fieldManager,
      force: options.force ?? false,
      apiVersion: apiVersionOf(definition),
      subresource: subresource ?? '',
      time: timestamp(this.context.clock.now()),
      hasStatus: definition.hasStatus,
    });
    if ('object' in result) return cloneJson(result.object) as Whole;
    const causes = result.conflicts.map(({ field, message }) => ({ reason: 'FieldManagerConflict', message, field }));
    throw new ApiError(409, 'Conflict', result.message, { causes });
  }

  /**
   * Gather, decide, admit, store; again from the newest state when somebody else wrote meanwhile and the request does not insist on a
   * version. `make` gets the stored object and gives the wanted one, which it owns.
   */
  private async change(
    target: Target,
    options: WriteOptions,
    make: (live: KubeObject) => { next: Whole; retry: boolean; managed?: boolean },
  ): Promise<KubeObject> {
    const { definition, namespace, name, subresource } = target;
    const { store } = this.context;
    const [resource, key] = [resourceOf(definition), keyOf(definition, namespace, name)];
    for (let tries = 1; ; tries++) {
      const stored = store.newest(resource, key);
      if (!stored) {
        await store.durable(resource, key);
        throw notFound(definition, name);
      }
      const live = await this.inVersion(definition, stored);
      let made: ReturnType<typeof make>;
      try {
        made = make(live);
      } catch (refusal) {
        await store.durable(resource, key);
        throw refusal;
      }
      const { next, retry, managed } = made;
      const admitted = await this.admitUpdate(target, live, next, options, managed ?? false);
      const endWrite = subresource === 'status' ? undefined : this.context.quotas.take(definition, namespace, admitted, live);
      try {
        if (options.dryRun) return admitted;
        const kept = await asStored(this.context, definition, admitted);
        const written = await store.write(resource, key, (current) => {
          if (!current) throw notFound(definition, name);
          if (current.metadata?.resourceVersion !== stored.metadata?.resourceVersion) throw new Overtaken();
          if (subresource !== 'status') if (isFinallyGone(kept)) return { remove: { ...kept } };
          if (sameButVersion(kept, stored)) return { keep: stored };
          return { put: kept };
        });
        return await this.inVersion(definition, written);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        if (!retry || tries >= PATCH_TRIES) throw conflict(definition, name);
      } finally {
        await endWrite?.();
      }
    }
  }

  private async admitUpdate(target: Target, live: KubeObject, next: Whole, options: WriteOptions, managed: boolean): Promise<Whole> {
    const { definition, namespace, name, subresource } = target;
    keepSystemFields(next.metadata, live.metadata ?? {});
    const managedFields = next.metadata.managedFields;
    definition.setDefaults(next);
    if (subresource === 'approval') checkApprover(this.context, definition, live, options.user);
    if (subresource === 'status' || subresource === 'approval') definition.prepareStatusUpdate(next, live);
    else if (subresource === 'finalize') Object.assign(next, { ...cloneJson(live), spec: (next as { spec?: unknown }).spec });
    else if (subresource === 'ephemeralcontainers' || subresource === 'resize') keepAllBut(subresource, next, live);
    setManagedFields(
      next,
      managed ? (managedFields ?? []) : recordUpdate({ ...this.writerOf(definition, options, subresource), previous: live, next }),
    );
    if (subresource === undefined) keepByAdmission(definition, next, live);
    const request = { definition, operation: 'UPDATE' as const, subresource, namespace, name, previous: live, options };
    const admitted = (await mutate(this.context, { ...request, object: next })) as Whole;
    if (subresource === undefined || CHANGES_SPEC.has(subresource)) {
      // After the webhooks, so that what they changed counts for the generation too.
      definition.prepareUpdate(admitted, live);
      this.context.hooks.allocate?.(definition, admitted, live);
    }
    admitted.metadata.resourceVersion = live.metadata?.resourceVersion ?? '';
    if (subresource !== 'finalize') checkValid(this.context, definition, admitted, live, options);
    await validateByAdmission(this.context, { ...request, object: admitted });
    return admitted;
  }

  private writerOf(definition: ResourceDefinition, options: WriteOptions, subresource: string | undefined) {
    return {
      schema: definition.schema,
      manager: options.fieldManager || 'unknown',
      apiVersion: apiVersionOf(definition),
      subresource: subresource ?? '',
      time: timestamp(this.context.clock.now()),
      hasStatus: definition.hasStatus,
    };
  }
}

/** Subresources that change what is wanted, in part. */
const CHANGES_SPEC: ReadonlySet<string> = new Set(['scale', 'ephemeralcontainers', 'resize']);

/** Somebody else wrote between reading and writing. */
class Overtaken extends Error {}

/** Kinds whose updates must name the version that they are based on (AllowUnconditionalUpdate false in Kubernetes). */
const NO_BLIND_UPDATE: ReadonlySet<string> = new Set([
  'apiextensions.k8s.io',
  'admissionregistration.k8s.io',
  'apiregistration.k8s.io',
  'certificates.k8s.io/clustertrustbundles',
  'certificates.k8s.io/podcertificaterequests',
  'coordination.k8s.io',
  'node.k8s.io',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/csistoragecapacities',
  'storage.k8s.io/volumeattachments',
  'storagemigration.k8s.io',
]);

function mayUpdateBlindly(definition: ResourceDefinition): boolean {
  return isBuiltin(definition) && !NO_BLIND_UPDATE.has(definition.group) && !NO_BLIND_UPDATE.has(resourceOf(definition));
}

function setManagedFields({ metadata }: Whole, entries: ObjectMeta['managedFields']): void {
  if (entries?.length) metadata.managedFields = entries;
  else delete metadata.managedFields;
}

function isFinallyGone(object: Whole): boolean {
  if (object.metadata.deletionTimestamp === undefined || object.metadata.finalizers?.length) return false;
  const spec = (object as { spec?: { finalizers?: string[] } }).spec;
  if (object.kind === 'Namespace' && spec?.finalizers?.length) return false;
  return (object.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

function sameButVersion(a: KubeObject, b: KubeObject): boolean {
  return equalJson(
    jsonOf({ ...a, metadata: { ...a.metadata, managedFields: timeless(a) } }),
    jsonOf({ ...b, apiVersion: a.apiVersion, metadata: { ...b.metadata, managedFields: timeless(b) } }),
  );
}

/** A write that changes nothing but the time of an entry is no change. */
function timeless(object: KubeObject): unknown[] {
  return (object.metadata?.managedFields ?? []).map(({ time: _time, ...entry }) => entry);
}
