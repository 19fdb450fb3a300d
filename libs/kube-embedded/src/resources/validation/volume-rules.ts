import { equalJson, type JsonObject, objectAt, textsAt } from '@tidegate/kube/json';
import { forbiddenValue, requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

const modeErrors = (spec: JsonObject | undefined, detail: string): FieldError[] => {
  const modes = textsAt(spec, 'accessModes');
  if (modes.length === 0) return [requiredValue('spec.accessModes', detail)];
  return modes.filter((mode) => !MODES.includes(mode)).map((mode) => unsupportedValue('spec.accessModes', mode, MODES));
};

/** Rules of PersistentVolumeClaim. */
export function claimErrors(claim: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(claim, 'spec');
  const errors = modeErrors(spec, 'at least 1 access mode is required');
  if (objectAt(spec, 'resources', 'requests')?.storage === undefined) errors.push(requiredValue('spec.resources[storage]'));
  const before = objectAt(previous, 'spec');
  if (!before) return errors;
  // A claim grows, and gets its volume; everything else stays.
  const fixed = (of: JsonObject | undefined): JsonObject => {
    const { resources: _resources, volumeName: _volume, volumeAttributesClassName: _class, ...rest } = of ?? {};
    return rest;
  };
  if (!equalJson(fixed(spec), fixed(before)))
    errors.push(forbiddenValue('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'));
  return errors;
}

const NOT_SOURCES = new Set(
  `accessModes capacity claimRef mountOptions nodeAffinity persistentVolumeReclaimPolicy storageClassName volumeAttributesClassName volumeMode`.split(' '),
);

/** Rules of PersistentVolume. */
export function volumeErrors(volume: JsonObject): FieldError[] {
  const spec = objectAt(volume, 'spec');
  const errors = modeErrors(spec, '');
  const capacity = objectAt(spec, 'capacity');
  if (!capacity || Object.keys(capacity).length === 0) errors.push(requiredValue('spec.capacity'));
  if (capacity?.storage === undefined) errors.push(unsupportedValue('spec.capacity', capacity ?? null, ['storage']));
  const sources = Object.keys(spec ?? {}).filter((key) => !NOT_SOURCES.has(key));
  if (sources.length === 0) errors.push(requiredValue('spec', 'must specify a volume type'));
  for (const source of sources.slice(1)) errors.push(forbiddenValue(`spec.${source}`, 'may not specify more than 1 volume type'));
  return errors;
}
