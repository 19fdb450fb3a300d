import { type FeaturesConfig, goQuote } from '@tidegate/serving-config';
import { disallowedFields } from '../disallowed-fields.js';
import { type FieldErrors, NONE, fieldError, invalidValue, missingField, via } from '../field-errors.js';
import { isImageReference } from '../image-reference.js';
import { type JsonObject, objectAt, objectsAt, own, textAt } from '../json.js';
import { type ServingPort, validateInitPorts, validateServingPorts } from './container-ports.js';
import { validateEnv, validateEnvFrom } from './environment.js';
import { probeIsUnset, validateProbe, validateReadinessProbe } from './probes.js';
import { validateSecurityContext } from './security-context.js';
import { validateVolumeMounts } from './volume-mounts.js';

type Volumes = ReadonlyMap<string, JsonObject>;
type Role = 'user' | 'sidecar' | 'init';

const ALLOWED = [
  ...['name', 'args', 'command', 'env', 'workingDir', 'envFrom', 'image', 'imagePullPolicy', 'livenessProbe', 'ports', 'readinessProbe'],
  ...['resources', 'securityContext', 'startupProbe', 'terminationMessagePath', 'terminationMessagePolicy', 'volumeMounts'],
];
const RESERVED_NAMES = ['queue-proxy'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** The container that serves. */
export function validateUserContainer(container: JsonObject, volumes: Volumes, port: ServingPort, features: FeaturesConfig): FieldErrors {
  const probes = PROBES.flatMap((name) => {
    const probe = objectAt(container, name);
    if (!probe) return NONE;
    return via(name === 'readinessProbe' ? validateReadinessProbe(probe, port) : validateProbe(probe, port), name);
  });
  return [...probes, ...validateContainer(container, volumes, features, 'user')];
}

/** A container beside it, without a port. */
export function validateSidecar(container: JsonObject, volumes: Volumes, features: FeaturesConfig): FieldErrors {
  const probes = PROBES.flatMap((name) => {
    const probe = objectAt(container, name);
    if (!probe) return NONE;
    if (features.multiContainerProbing !== 'Enabled') return via(probeIsUnset(probe), name);
    return via(name === 'readinessProbe' ? validateReadinessProbe(probe, undefined) : validateProbe(probe, undefined), name);
  });
  return [...probes, ...validateContainer(container, volumes, features, 'sidecar')];
}

export function validateInitContainer(container: JsonObject, volumes: Volumes, features: FeaturesConfig): FieldErrors {
  const misplaced = [...PROBES, 'lifecycle']
    .filter((name) => own(container, name) !== undefined)
    .flatMap((name) => fieldError('field not allowed in an init container', name));
  return [...misplaced, ...validateContainer(container, volumes, features, 'init')];
}

function validateContainer(container: JsonObject, volumes: Volumes, features: FeaturesConfig, role: Role): FieldErrors {
  if (Object.keys(container).length === 0) return missingField('');
  const name = textAt(container, 'name');
  const ports = objectsAt(container, 'ports');
  const policy = textAt(container, 'terminationMessagePolicy');
  const securityContext = objectAt(container, 'securityContext');
  return [
    ...disallowedFields(container, 'v1.Container', ALLOWED),
    ...(RESERVED_NAMES.includes(name) ? fieldError(`${goQuote(name)} is a reserved container name`, 'name') : NONE),
    ...via(validateEnv(objectsAt(container, 'env'), features, role !== 'user'), 'env'),
    ...via(validateEnvFrom(objectsAt(container, 'envFrom')), 'envFrom'),
    ...validateImage(textAt(container, 'image')),
    ...via(role === 'init' ? validateInitPorts(ports) : validateServingPorts(ports), 'ports'),
    ...via(disallowedFields(objectAt(container, 'resources') ?? {}, 'v1.ResourceRequirements', ['limits', 'requests']), 'resources'),
    ...(securityContext ? via(validateSecurityContext(securityContext, features), 'securityContext') : NONE),
    ...(['', 'File', 'FallbackToLogsOnError'].includes(policy) ? NONE : invalidValue(policy, 'terminationMessagePolicy')),
    ...via(validateVolumeMounts(objectsAt(container, 'volumeMounts'), volumes, features), 'volumeMounts'),
  ];
}

function validateImage(image: string): FieldErrors {
  if (image === '') return missingField('image');
  if (isImageReference(image)) return NONE;
  const details = `image: ${goQuote(image)}, error: could not parse reference: ${image}`;
  return fieldError('Failed to parse image reference', 'image', details);
}
