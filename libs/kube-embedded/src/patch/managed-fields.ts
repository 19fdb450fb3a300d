import type { ManagedFieldsEntry } from '@tidegate/kube';
import { type JsonObject, isJsonObject, objectsAt, objectAt, textAt } from '@tidegate/kube/json';
import { FieldSet, fromFieldsV1, toFieldsV1 } from './field-set.js';

/** Who owns which fields: one entry per manager, operation, API version and subresource. */
export interface Owner {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource: string;
  /** RFC 3339; undefined when never set. */
  time: string | undefined;
  fields: FieldSet;
  /** `fields` as it was read, as long as it has not changed. */
  wire?: JsonObject;
}

export type OwnerIdentity = Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/** Kubernetes keeps this many updaters and folds older ones into one. */
const maxUpdaters = 10;
const ancient = 'ancient-changes';
/** Names of managers longer than this are refused by Kubernetes; here they are cut. */
const maxManagerLength = 128;

/** Apply entries are one per manager, whatever version it used last; Update entries are one per version. */
export function isSameOwner(a: OwnerIdentity, b: OwnerIdentity): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

export function readOwners(object: JsonObject | undefined): Owner[] {
  return objectsAt(objectAt(object, 'metadata'), 'managedFields').flatMap((entry) => {
    const operation = entry.operation === 'Apply' || entry.operation === 'Update' ? entry.operation : undefined;
    if (!operation) return [];
    return [
      {
        manager: textAt(entry, 'manager'),
        operation,
        apiVersion: textAt(entry, 'apiVersion'),
        subresource: textAt(entry, 'subresource'),
        time: textAt(entry, 'time') || undefined,
        fields: fromFieldsV1(entry.fieldsV1),
        ...(isJsonObject(entry.fieldsV1) && { wire: entry.fieldsV1 }),
      },
    ];
  });
}

/** The owner after others took `lost` from it. */
export function withoutFields(owner: Owner, lost: FieldSet): Owner {
  const { wire, ...rest } = owner;
  const fields = owner.fields.difference(lost);
  return fields.equals(owner.fields) ? { ...rest, fields: owner.fields, ...(wire && { wire }) } : { ...rest, fields };
}

export function writeOwners(owners: Owner[]): ManagedFieldsEntry[] {
  return capUpdaters(owners.filter((owner) => !owner.fields.isEmpty()))
    .sort(byOperationThenTime)
    .map((owner) => ({
      manager: owner.manager,
      operation: owner.operation,
      apiVersion: owner.apiVersion,
      ...(owner.time !== undefined && { time: owner.time }),
      fieldsType: 'FieldsV1',
      fieldsV1: owner.wire ?? toFieldsV1(owner.fields),
      ...(owner.subresource !== '' && { subresource: owner.subresource }),
    }));
}

function byOperationThenTime(a: Owner, b: Owner): number {
  const key = (owner: Owner): string =>
    [owner.operation, owner.time ?? '', owner.manager, owner.apiVersion, owner.subresource].join('\u0000');
  return key(a) < key(b) ? -1 : 1;
}

/** Folds the oldest updaters of each API version into `ancient-changes` until at most ten are left. */
function capUpdaters(owners: Owner[]): Owner[] {
  const updaters = owners.filter((owner) => owner.operation === 'Update').sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1));
  const excess = updaters.length - maxUpdaters;
  if (excess <= 0) return owners;
  const folded = new Map<string, Owner>();
  const old = updaters.slice(0, excess + 1);
  for (const owner of old) {
    const bucket = folded.get(owner.apiVersion);
    const { wire: _wire, ...rest } = owner;
    folded.set(owner.apiVersion, {
      ...rest,
      manager: ancient,
      subresource: '',
      fields: bucket ? bucket.fields.union(owner.fields) : owner.fields,
    });
  }
  return [...owners.filter((owner) => !old.includes(owner)), ...folded.values()];
}

export function managerName(name: string): string {
  return name.slice(0, maxManagerLength);
}

const unownedTop = ['apiVersion', 'kind'];
const unownedMetadata = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
];

/**
 * Fields that nobody owns: identity and what the server sets. `keep` narrows to what the request may write: 'status' for the status
 * subresource, 'main' leaves status out, 'all' for kinds without one.
 */
export function ownable(fields: FieldSet, keep: 'all' | 'main' | 'status'): FieldSet {
  const result = new FieldSet(false, new Map(fields.children));
  for (const key of unownedTop) result.children.delete(`f:${key}`);
  if (keep === 'status') for (const element of result.children.keys()) if (element !== 'f:status') result.children.delete(element);
  if (keep === 'main') result.children.delete('f:status');
  const metadata = result.children.get('f:metadata');
  if (metadata) {
    const kept = new FieldSet(false, new Map(metadata.children));
    for (const key of unownedMetadata) kept.children.delete(`f:${key}`);
    if (kept.isEmpty()) result.children.delete('f:metadata');
    else result.children.set('f:metadata', kept);
  }
  return result;
}

export function hasManagedFields(object: JsonObject): boolean {
  const metadata = object.metadata;
  return isJsonObject(metadata) && Array.isArray(metadata.managedFields) && metadata.managedFields.length > 0;
}
