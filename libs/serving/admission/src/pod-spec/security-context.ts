import { isDeepStrictEqual } from 'node:util';
import type { FeaturesConfig } from '@tidegate/serving-config';
import { disallowedFields } from '../disallowed-fields.js';
import { type FieldErrors, NONE, asWarnings, fieldError, index, invalidValue, outOfBounds, via } from '../field-errors.js';
import { type JsonObject, flagAt, listAt, numberAt, objectAt, own, textAt } from '../json.js';

const LARGEST_ID = 2_147_483_647;

const securesPods = ({ securePodDefaults }: FeaturesConfig): boolean => securePodDefaults !== 'Disabled';

export function validatePodSecurityContext(context: JsonObject, features: FeaturesConfig): FieldErrors {
  const groups = listAt(context, 'supplementalGroups') ?? [];
  return [
    ...disallowedFields(context, 'v1.PodSecurityContext', allowedForPods(context, features)),
    ...idsAreInRange(context, ['runAsUser', 'runAsGroup', 'fsGroup']),
    ...groups.flatMap((id, i) => (typeof id === 'number' ? via(idIsInRange(id, ''), 'supplementalGroups', index(i)) : NONE)),
  ];
}

function allowedForPods(context: JsonObject, features: FeaturesConfig): string[] {
  if (features.podSpecSecurityContext !== 'Disabled')
    return ['runAsUser', 'runAsGroup', 'runAsNonRoot', 'fsGroup', 'supplementalGroups', 'seccompProfile'];
  const profile = objectAt(context, 'seccompProfile');
  // One may opt out of the secure defaults.
  const isPlain = profile !== undefined && Object.keys(profile).every((field) => field === 'type');
  return securesPods(features) && isPlain && ['RuntimeDefault', 'Unconfined'].includes(textAt(profile, 'type')) ? ['seccompProfile'] : [];
}

export function validateSecurityContext(context: JsonObject, features: FeaturesConfig): FieldErrors {
  const allowed = [
    'capabilities',
    'readOnlyRootFilesystem',
    'runAsUser',
    'runAsGroup',
    'runAsNonRoot',
    'allowPrivilegeEscalation',
    'seccompProfile',
  ];
  // Only to say no to it.
  if (flagAt(context, 'privileged') === false) allowed.push('privileged');
  const capabilities = objectAt(context, 'capabilities');
  return [
    ...disallowedFields(context, 'v1.SecurityContext', allowed),
    ...(capabilities
      ? via(disallowedFields(capabilities, 'v1.Capabilities', allowedCapabilities(capabilities, features)), 'capabilities')
      : NONE),
    ...idsAreInRange(context, ['runAsUser', 'runAsGroup']),
  ];
}

function allowedCapabilities(capabilities: JsonObject, features: FeaturesConfig): string[] {
  const bindsLowPorts = isDeepStrictEqual(own(capabilities, 'add'), ['NET_BIND_SERVICE']);
  const mayAdd = features.containerSpecAddCapabilities === 'Enabled' || (securesPods(features) && bindsLowPorts);
  return mayAdd ? ['drop', 'add'] : ['drop'];
}

function idsAreInRange(context: JsonObject, names: readonly string[]): FieldErrors {
  return names.flatMap((name) => {
    const id = numberAt(context, name);
    return id === undefined ? NONE : idIsInRange(id, name);
  });
}

const idIsInRange = (id: number, path: string): FieldErrors => (id < 0 || id > LARGEST_ID ? outOfBounds(id, 0, LARGEST_ID, path) : NONE);

/** Warnings about what Kubernetes leaves insecure when nobody says otherwise, on the container or for the whole pod. */
export function insecureDefaults(features: FeaturesConfig, pod: JsonObject = {}, container: JsonObject = {}): FieldErrors {
  if (securesPods(features)) return NONE;
  const insecure = (path: string): FieldErrors =>
    asWarnings(fieldError('Kubernetes default value is insecure, Knative may default this to secure in a future release', path));
  const isUnset = (path: string, ...contexts: JsonObject[]): FieldErrors =>
    contexts.every((context) => own(context, path) === undefined) ? insecure(path) : NONE;
  const [podProfile, profile] = [objectAt(pod, 'seccompProfile'), objectAt(container, 'seccompProfile')];
  const profileIsUnset = !podProfile && !profile;
  const typeIsUnset = textAt(podProfile ?? {}, 'type') === '' && textAt(profile ?? {}, 'type') === '';
  return [
    ...isUnset('runAsNonRoot', pod, container),
    ...isUnset('allowPrivilegeEscalation', container),
    ...(profileIsUnset ? insecure('seccompProfile') : typeIsUnset ? insecure('seccompProfile.type') : NONE),
    ...capabilitiesAreInsecure(objectAt(container, 'capabilities'), insecure),
  ];
}

function capabilitiesAreInsecure(capabilities: JsonObject | undefined, insecure: (path: string) => FieldErrors): FieldErrors {
  if (!capabilities) return insecure('capabilities');
  const drop = listAt(capabilities, 'drop');
  if (!drop) return insecure('capabilities.drop');
  return drop[0] === 'all' ? asWarnings(invalidValue('all', 'capabilities.drop', "Must be spelled as 'ALL'")) : NONE;
}
