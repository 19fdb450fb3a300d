import { posix } from 'node:path';
import { type FeaturesConfig, goQuote } from '@tidegate/serving-config';
import { disallowedFields } from '../disallowed-fields.js';
import { type FieldErrors, NONE, fieldError, index, invalidValue, missingField, via } from '../field-errors.js';
import { type JsonObject, flagAt, objectAt, own, textAt } from '../json.js';

const RESERVED_PATHS = ['/', '/dev', '/dev/log'];
const WRITABLE = ['emptyDir', 'persistentVolumeClaim', 'ephemeral'];

export function validateVolumeMounts(
  mounts: readonly JsonObject[],
  volumes: ReadonlyMap<string, JsonObject>,
  features: FeaturesConfig,
): FieldErrors {
  const allowed = ['name', 'readOnly', 'mountPath', 'subPath'];
  if (features.podSpecVolumesMountPropagation !== 'Disabled') allowed.push('mountPropagation');
  const taken = new Set<string>();
  return mounts.flatMap((mount, i) => {
    const volume = volumes.get(textAt(mount, 'name'));
    const errors = [
      ...disallowedFields(mount, 'v1.VolumeMount', allowed),
      ...(volume ? NONE : fieldError('volumeMount has no matching volume', 'name')),
      ...mountPathIsFree(textAt(mount, 'mountPath'), taken),
      ...mountIsReadOnly(mount, volume ?? {}),
      ...propagationIsAllowed(mount, features),
    ];
    taken.add(cleanPath(textAt(mount, 'mountPath')));
    return via(errors, index(i));
  });
}

function mountPathIsFree(path: string, taken: ReadonlySet<string>): FieldErrors {
  if (path === '') return missingField('mountPath');
  const clean = cleanPath(path);
  if (RESERVED_PATHS.includes(clean)) return fieldError(`mountPath ${goQuote(clean)} is a reserved path`, 'mountPath');
  if (!path.startsWith('/')) return invalidValue(path, 'mountPath');
  return taken.has(clean) ? invalidValue(`${goQuote(path)} must be unique`, 'mountPath') : NONE;
}

function mountIsReadOnly(mount: JsonObject, volume: JsonObject): FieldErrors {
  if (flagAt(mount, 'readOnly') === true) return NONE;
  const isWritable = WRITABLE.some((source) => own(volume, source) !== undefined);
  const claim = objectAt(volume, 'persistentVolumeClaim') ?? {};
  return [
    ...(isWritable ? NONE : fieldError('volume mount should be readOnly for this type of volume', 'readOnly')),
    ...(flagAt(claim, 'readOnly') === true ? fieldError('volume is readOnly but volume mount is not', 'readOnly') : NONE),
  ];
}

function propagationIsAllowed(mount: JsonObject, features: FeaturesConfig): FieldErrors {
  const propagation = own(mount, 'mountPropagation');
  if (propagation === undefined) return NONE;
  const name = textAt(mount, 'name');
  const disabled = `Volume Mount Propagation support is disabled, but found volume mount ${name} with mount propagation`;
  return [
    ...(features.podSpecVolumesMountPropagation === 'Enabled' ? NONE : fieldError(disabled)),
    ...(propagation === 'None' || propagation === 'HostToContainer'
      ? NONE
      : fieldError('mount propagation should be set to None or HostToContainer', 'mountPropagation')),
  ];
}

/** The shortest equivalent path, without a slash at its end. */
function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
