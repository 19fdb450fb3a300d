import type { KubeObject, ManagedFieldsEntry } from '@tidegate/kube';
import type { Schema } from '../resources/resource-definition.js';
import { emptyObject } from '../schema/go-values.js';
import { type JsonObject, cloneJson, ensureObject, equalJson, isJsonObject, jsonOf } from '@tidegate/kube/json';
import { FieldSet, pathText } from './field-set.js';
import {
  type Owner,
  type OwnerIdentity,
  hasManagedFields,
  isSameOwner,
  managerName,
  ownable,
  readOwners,
  withoutFields,
  writeOwners,
} from './managed-fields.js';
import { PatchRejected } from './patch-rejected.js';
import { compareFields, fieldsOf, withNamedParents } from './typed-fields.js';
import { mergeApplied, removeFields, withoutManagedFields } from './typed-merge.js';

/** One field that somebody else owns, with the words of a Status's cause. */
export interface ApplyConflict {
  field: string;
  message: string;
  manager: string;
}

export interface ApplyRequest {
  /** The stored object; undefined when there is none yet. */
  live: KubeObject | undefined;
  /** What the user sent: only the fields it has an opinion on. */
  applied: KubeObject;
  /** The same as the client wrote it, without what its path says. */
  sent?: KubeObject;
  schema: Schema;
  manager: string;
  force: boolean;
  apiVersion: string;
  /** '' for the main resource. */
  subresource: string;
  /** RFC 3339 in seconds. */
  time: string;
  /** True for kinds whose status only the status subresource writes. */
  hasStatus: boolean;
}

export type ApplyResult = { object: KubeObject; changed: boolean } | { conflicts: ApplyConflict[]; message: string };

/**
 * Server-side apply (structured-merge-diff's Updater.Apply): lays the applied fields over the live object, removes what this manager
 * applied before and nobody owns any more, and moves ownership. Without force, fields of others that would change are conflicts.
 * `changed` is false when object and ownership stay as they are. Neither argument is changed.
 */
export function applyServerSide(request: ApplyRequest): ApplyResult {
  const { schema, force } = request;
  const live = request.live ? jsonOf(request.live) : undefined;
  const applied = appliedPart(request);
  const keep = keptPart(request.subresource, request.hasStatus);
  const me: OwnerIdentity = { ...request, manager: managerName(request.manager), operation: 'Apply' };
  const owners = ownersBefore(request, live, keep);
  const last = owners.find((owner) => isSameOwner(owner, me));
  const others = owners.filter((owner) => owner !== last);
  const appliedFields = fieldsOf(applied, schema, true);
  const mine = ownable(appliedFields, keep);

  const liveBare = withoutManagedFields(live ?? {});
  const merged = mergeApplied(liveBare, applied, schema);
  if (!isJsonObject(merged)) throw new PatchRejected(400, 'an applied object must be an object');
  const next =
    last && !last.fields.equals(mine)
      ? dropAbandoned(merged, last.fields, [appliedFields, ...others.map((owner) => owner.fields)], schema)
      : merged;

  const difference = compareFields(liveBare, next, schema);
  const touched = ownable(difference.added.union(difference.modified), keep);
  const conflicts = others.flatMap((owner) => conflictsWith(owner, owner.fields.intersection(touched)));
  if (conflicts.length > 0 && !force) return { conflicts, message: conflictMessage(conflicts) };

  const lost = touched.union(difference.removed);
  const left = others.map((owner) => withoutFields(owner, lost));
  const unchanged = last !== undefined && last.fields.equals(mine) && last.apiVersion === me.apiVersion;
  const entry: Owner = unchanged ? last : { ...me, time: request.time, fields: mine };
  const same = unchanged && equalJson(withoutIdentity(liveBare), withoutIdentity(next));
  const entries = jsonEntries(writeOwners([...left, entry]));
  const metadata = ensureObject(next, 'metadata');
  if (entries.length > 0) metadata.managedFields = entries;
  else delete metadata.managedFields;
  return { object: next, changed: !same };
}

/** An object nobody is known to own belongs to `before-first-apply`, so that a first apply does not take everything unasked. */
function ownersBefore(request: ApplyRequest, live: JsonObject | undefined, keep: 'all' | 'main' | 'status'): Owner[] {
  const owners = readOwners(live);
  if (!live || owners.length > 0) return owners;
  const { added, modified } = compareFields(emptyObject(request.schema), withoutManagedFields(live), request.schema);
  const fields = ownable(added.union(modified), keep);
  return [
    { manager: 'before-first-apply', operation: 'Update', apiVersion: request.apiVersion, subresource: '', time: request.time, fields },
  ];
}

function appliedPart(request: ApplyRequest): JsonObject {
  const applied = cloneJson(jsonOf(request.applied));
  if (hasManagedFields(applied)) throw new PatchRejected(400, 'metadata.managedFields must be nil');
  if (isJsonObject(applied.metadata)) delete applied.metadata.managedFields;
  if (request.hasStatus && request.subresource === '') delete applied.status;
  if (request.subresource === 'status')
    for (const key of Object.keys(applied)) if (!['apiVersion', 'kind', 'metadata', 'status'].includes(key)) delete applied[key];
  return applied;
}

function keptPart(subresource: string, hasStatus: boolean): 'all' | 'main' | 'status' {
  if (subresource === 'status') return 'status';
  return hasStatus ? 'main' : 'all';
}

/** Removes what the manager applied last time, does not apply now, and nobody owns. */
function dropAbandoned(merged: JsonObject, last: FieldSet, owned: FieldSet[], schema: Schema): JsonObject {
  const managed = owned.reduce((all, fields) => all.union(fields), new FieldSet());
  const abandoned = withNamedParents(last, schema).difference(withNamedParents(managed, schema));
  if (abandoned.isEmpty()) return merged;
  const left = removeFields(merged, abandoned, schema);
  return isJsonObject(left) ? left : merged;
}

function conflictsWith(owner: Owner, fields: FieldSet): ApplyConflict[] {
  return [...fields.paths()].map((path) => ({
    field: pathText(path),
    message: `conflict with ${ownerText(owner)}`,
    manager: ownerText(owner),
  }));
}

function ownerText(owner: OwnerIdentity): string {
  const name = JSON.stringify(owner.manager) + (owner.subresource === '' ? '' : ` with subresource ${JSON.stringify(owner.subresource)}`);
  return owner.operation === 'Update' ? `${name} using ${owner.apiVersion}` : name;
}

/** Kubernetes' message for 409, e.g. `Apply failed with 1 conflict: conflict with "x" using apps/v1: .spec.replicas`. */
export function conflictMessage(conflicts: ApplyConflict[]): string {
  const [only] = conflicts;
  if (conflicts.length === 1 && only) return `Apply failed with 1 conflict: ${only.message}: ${only.field}`;
  const lines = [...new Set(conflicts.map((conflict) => conflict.manager))].sort().flatMap((manager) => {
    const fields = conflicts.filter((conflict) => conflict.manager === manager).map((conflict) => `- ${conflict.field}`);
    return [`conflicts with ${manager}:`, ...fields];
  });
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

export interface UpdateRecord {
  /** The stored object; undefined when it is being created. */
  previous: KubeObject | undefined;
  /** The object about to be stored, after defaults and admission. Its managedFields are what the client sent. */
  next: KubeObject;
  schema: Schema;
  manager: string;
  apiVersion: string;
  subresource: string;
  time: string;
  hasStatus: boolean;
}

/**
 * managedFields of an object that is created, updated or patched (not applied): what changed now belongs to this manager.
 * Undefined when nobody owns anything. A client may drop ownership by sending managedFields with one empty entry, as in Kubernetes.
 */
export function recordUpdate(update: UpdateRecord): ManagedFieldsEntry[] | undefined {
  const next = jsonOf(update.next);
  const previous = update.previous && jsonOf(update.previous);
  const keep = keptPart(update.subresource, update.hasStatus);
  // An object that lost all its owners is not tracked any more until somebody applies it.
  if (previous && !hasManagedFields(previous) && !hasManagedFields(next)) return undefined;
  const owners = hasManagedFields(next) ? readOwners(next) : readOwners(previous);
  const difference = compareFields(
    previous ? withoutManagedFields(previous) : emptyObject(update.schema),
    withoutManagedFields(next),
    update.schema,
  );
  const touched = ownable(difference.added.union(difference.modified), keep);
  const removed = difference.removed;
  const me: OwnerIdentity = { ...update, manager: managerName(update.manager), operation: 'Update' };
  const mine = owners.find((owner) => isSameOwner(owner, me));
  const lost = touched.union(removed);
  const others = owners.filter((owner) => owner !== mine).map((owner) => withoutFields(owner, lost));
  const fields = (mine?.fields ?? new FieldSet()).difference(removed).union(touched);
  const time = mine && mine.fields.equals(fields) ? mine.time : update.time;
  const entries = writeOwners([...others, { ...me, time, fields }]);
  return entries.length > 0 ? entries : undefined;
}

function jsonEntries(entries: ManagedFieldsEntry[]): JsonObject[] {
  return entries.map((entry) => jsonOf(entry));
}

/** Identity is not what an apply can change; a new object lacks some of it. */
function withoutIdentity(object: JsonObject): JsonObject {
  const copy = { ...object };
  delete copy.apiVersion;
  delete copy.kind;
  return copy;
}
