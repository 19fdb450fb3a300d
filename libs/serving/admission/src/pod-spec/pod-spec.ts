import { badDnsSubdomain } from '@tidegate/kube';
import type { FeatureName, FeaturesConfig } from '@tidegate/serving-config';
import { disallowedFields } from '../disallowed-fields.js';
import { type FieldErrors, NONE, fieldError, index, invalidValue, missingField, via } from '../field-errors.js';
import { type JsonObject, flagAt, objectAt, objectsAt, textAt } from '../json.js';
import { validateInitContainer, validateSidecar, validateUserContainer } from './containers.js';
import { servingPort } from './container-ports.js';
import { insecureDefaults, validatePodSecurityContext } from './security-context.js';
import { volumesByName, validateVolumes } from './volumes.js';

const ALWAYS_ALLOWED = ['serviceAccountName', 'containers', 'volumes', 'imagePullSecrets', 'enableServiceLinks'];
/** Fields that a flag of config-features lets in, unless it is Disabled. */
const ALLOWED_BY: Readonly<Record<string, FeatureName>> = {
  affinity: 'podSpecAffinity',
  topologySpreadConstraints: 'podSpecTopologySpreadConstraints',
  hostAliases: 'podSpecHostAliases',
  nodeSelector: 'podSpecNodeSelector',
  runtimeClassName: 'podSpecRuntimeClassName',
  tolerations: 'podSpecTolerations',
  securityContext: 'podSpecSecurityContext',
  shareProcessNamespace: 'podSpecShareProcessNamespace',
  priorityClassName: 'podSpecPriorityClassName',
  schedulerName: 'podSpecSchedulerName',
  initContainers: 'podSpecInitContainers',
  dnsPolicy: 'podSpecDnsPolicy',
  dnsConfig: 'podSpecDnsConfig',
  hostIPC: 'podSpecHostIpc',
  hostPID: 'podSpecHostPid',
  hostNetwork: 'podSpecHostNetwork',
};

/** The PodSpec of a revision, decoded. Paths are relative to it. */
export function validatePodSpec(spec: JsonObject, features: FeaturesConfig): FieldErrors {
  const securityContext = objectAt(spec, 'securityContext');
  const [containers, initContainers] = [objectsAt(spec, 'containers'), objectsAt(spec, 'initContainers')];
  const warned = (list: readonly JsonObject[], field: string): FieldErrors =>
    list.flatMap((c, i) =>
      via(insecureDefaults(features, securityContext, objectAt(c, 'securityContext')), field, index(i), 'securityContext'),
    );
  const volumes = objectsAt(spec, 'volumes');
  const mounted = new Set([...initContainers, ...containers].flatMap((c) => objectsAt(c, 'volumeMounts')).map((m) => textAt(m, 'name')));
  const account = textAt(spec, 'serviceAccountName');
  return [
    ...disallowedFields(spec, 'v1.PodSpec', allowedFields(spec, features)),
    ...(securityContext ? via(validatePodSecurityContext(securityContext, features), 'securityContext') : NONE),
    ...warned(containers, 'containers'),
    ...warned(initContainers, 'initContainers'),
    ...via(validateVolumes(volumes, mounted, features), 'volumes'),
    ...validateInitContainers(initContainers, containers, volumesByName(volumes), features),
    ...validateContainers(containers, volumesByName(volumes), features),
    ...(account === '' ? NONE : badDnsSubdomain(account).flatMap((why) => invalidValue(account, 'serviceAccountName', why))),
  ];
}

function allowedFields(spec: JsonObject, features: FeaturesConfig): string[] {
  const byFlag = Object.entries(ALLOWED_BY)
    .filter(([, flag]) => features[flag] !== 'Disabled')
    .map(([field]) => field);
  // Judged in detail elsewhere.
  if (features.securePodDefaults !== 'Disabled') byFlag.push('securityContext');
  // Only to say no to a token.
  if (flagAt(spec, 'automountServiceAccountToken') === false) byFlag.push('automountServiceAccountToken');
  return [...ALWAYS_ALLOWED, ...byFlag];
}

function validateContainers(
  containers: readonly JsonObject[],
  volumes: ReadonlyMap<string, JsonObject>,
  features: FeaturesConfig,
): FieldErrors {
  const { port, errors: portErrors } = servingPort(containers);
  const ports = via(portErrors, 'containers[*]');
  const [only] = containers;
  if (!only) return [...ports, ...missingField('containers')];
  if (containers.length === 1) return [...ports, ...via(validateUserContainer(only, volumes, port, features), 'containers', index(0))];
  if (features.multiContainer !== 'Enabled')
    return [...ports, ...fieldError(`multi-container is off, but found ${containers.length} containers`)];
  let errors: FieldErrors = NONE;
  const names = new Set<string>();
  containers.forEach((container, i) => {
    const name = textAt(container, 'name');
    // As in Knative, whose message for a name that is there twice takes along what was found before it.
    if (names.has(name)) errors = via([...errors, ...duplicateName(name)], 'containers', index(i));
    names.add(name);
    const serves = objectsAt(container, 'ports').length > 0;
    const found = serves ? validateUserContainer(container, volumes, port, features) : validateSidecar(container, volumes, features);
    errors = [...errors, ...via(found, 'containers', index(i))];
  });
  return [...ports, ...errors];
}

function validateInitContainers(
  initContainers: readonly JsonObject[],
  containers: readonly JsonObject[],
  volumes: ReadonlyMap<string, JsonObject>,
  features: FeaturesConfig,
): FieldErrors {
  if (initContainers.length === 0) return NONE;
  if (features.podSpecInitContainers !== 'Enabled')
    return fieldError(`pod spec support for init-containers is off, but found ${initContainers.length} init containers`);
  const names = new Set(containers.map((c) => textAt(c, 'name')));
  let errors: FieldErrors = NONE;
  initContainers.forEach((container, i) => {
    const name = textAt(container, 'name');
    if (names.has(name)) errors = via([...errors, ...duplicateName(name)], 'containers', index(i));
    errors = [...errors, ...via(validateInitContainer(container, volumes, features), 'containers', index(i))];
  });
  return errors;
}

const duplicateName = (name: string): FieldErrors => fieldError(`duplicate container name "${name}"`, 'name');
