import { badDnsLabel, compareQuantities } from '@tidegate/kube';
import { type FeatureName, type FeaturesConfig, goQuote } from '@tidegate/serving-config';
import { disallowedFields } from '../disallowed-fields.js';
import {
  type FieldErrors,
  NONE,
  fieldError,
  index,
  invalidValue,
  missingField,
  missingOneOf,
  multipleOneOf,
  via,
} from '../field-errors.js';
import { type JsonObject, flagAt, objectAt, objectsAt, own, textAt } from '../json.js';
import { validateKeyToPath, validateProjection } from './projected-volumes.js';

const ALWAYS_ALLOWED = ['secret', 'configMap', 'projected'];
/** Sources that a flag lets in, in the order in which messages name them, and what messages about the flag call them. */
const FLAGGED: readonly { source: string; flag: FeatureName; called?: string }[] = [
  { source: 'emptyDir', flag: 'podSpecVolumesEmptyDir', called: 'EmptyDir' },
  { source: 'persistentVolumeClaim', flag: 'podSpecPersistentVolumeClaim' },
  { source: 'hostPath', flag: 'podSpecVolumesHostPath', called: 'HostPath' },
  { source: 'csi', flag: 'podSpecVolumesCsi', called: 'CSI' },
  { source: 'ephemeral', flag: 'podSpecVolumesEphemeral', called: 'Ephemeral' },
  { source: 'image', flag: 'podSpecVolumesImage', called: 'Image' },
];
const SOURCES = [...ALWAYS_ALLOWED, ...FLAGGED.map(({ source }) => source)];

/** The last one of a name counts. */
export const volumesByName = (volumes: readonly JsonObject[]): ReadonlyMap<string, JsonObject> =>
  new Map(volumes.map((v) => [textAt(v, 'name'), v]));

export function validateVolumes(volumes: readonly JsonObject[], mounted: ReadonlySet<string>, features: FeaturesConfig): FieldErrors {
  const names = volumes.map((v) => textAt(v, 'name'));
  return volumes.flatMap((volume, i) => {
    const name = textAt(volume, 'name');
    const errors = [
      ...(names.indexOf(name) < i ? fieldError(`duplicate volume name ${goQuote(name)}`, 'name') : NONE),
      ...(mounted.has(name) ? NONE : fieldError(`volume with name ${goQuote(name)} not mounted`, 'name')),
      ...validateVolume(volume, features),
    ];
    return via(errors, index(i));
  });
}

function validateVolume(volume: JsonObject, features: FeaturesConfig): FieldErrors {
  const name = textAt(volume, 'name');
  // A bad name hides what the flags say, as in Knative.
  const first =
    name === '' ? missingField('name') : badDnsLabel(name).length > 0 ? invalidValue(name, 'name') : flagErrors(volume, name, features);
  const allowed = FLAGGED.filter(({ flag }) => features[flag] !== 'Disabled').map(({ source }) => source);
  return [
    ...first,
    ...disallowedFields(volume, 'v1.VolumeSource', [...ALWAYS_ALLOWED, ...allowed]),
    ...validateSource(volume),
    ...hasOneSource(volume, features),
  ];
}

function flagErrors(volume: JsonObject, name: string, features: FeaturesConfig): FieldErrors {
  const disabled = FLAGGED.filter(({ source, flag }) => own(volume, source) !== undefined && features[flag] !== 'Enabled').flatMap(
    ({ called }) => (called === undefined ? NONE : fieldError(`${called} volume support is disabled, but found ${called} volume ${name}`)),
  );
  const claim = objectAt(volume, 'persistentVolumeClaim');
  if (!claim) return disabled;
  const claimName = textAt(claim, 'claimName');
  const writes = flagAt(claim, 'readOnly') !== true;
  return [
    ...(features.podSpecPersistentVolumeClaim === 'Enabled'
      ? NONE
      : fieldError(`Persistent volume claim support is disabled, but found persistent volume claim ${claimName}`)),
    ...(writes && features.podSpecPersistentVolumeWrite !== 'Enabled'
      ? fieldError(`Persistent volume write support is disabled, but found persistent volume claim ${claimName} that is not read-only`)
      : NONE),
    ...disabled,
  ];
}

function validateSource(volume: JsonObject): FieldErrors {
  const items = ['secret', 'configMap'].flatMap((source) =>
    objectsAt(objectAt(volume, source) ?? {}, 'items').flatMap((item, i) => via(validateKeyToPath(item), 'items', index(i))),
  );
  const projections = objectsAt(objectAt(volume, 'projected') ?? {}, 'sources');
  const [emptyDir, image] = [objectAt(volume, 'emptyDir'), objectAt(volume, 'image')];
  return [
    ...items,
    ...projections.flatMap((projection, i) => via(validateProjection(projection), 'projected', index(i))),
    ...(emptyDir ? via(validateEmptyDir(emptyDir), 'emptyDir') : NONE),
    ...(image ? via(validateImageVolume(image), 'image') : NONE),
  ];
}

function hasOneSource(volume: JsonObject, features: FeaturesConfig): FieldErrors {
  const found = SOURCES.filter((source) => own(volume, source) !== undefined);
  if (found.length > 1) return multipleOneOf(...found);
  if (found.length === 1) return NONE;
  const usable = FLAGGED.filter(({ flag }) => features[flag] === 'Enabled').map(({ source }) => source);
  return missingOneOf(...ALWAYS_ALLOWED, ...usable);
}

function validateEmptyDir(emptyDir: JsonObject): FieldErrors {
  const [medium, limit] = [textAt(emptyDir, 'medium'), textAt(emptyDir, 'sizeLimit')];
  return [
    ...(medium === '' || medium === 'Memory' ? NONE : invalidValue(medium, 'medium')),
    ...(limit !== '' && compareQuantities(limit, '0') < 0 ? invalidValue(limit, 'sizeLimit') : NONE),
  ];
}

function validateImageVolume(image: JsonObject): FieldErrors {
  const policy = textAt(image, 'pullPolicy');
  return [
    ...(textAt(image, 'reference') === '' ? missingField('reference') : NONE),
    ...(['', 'Always', 'IfNotPresent', 'Never'].includes(policy) ? NONE : invalidValue(policy, 'pullPolicy')),
  ];
}
