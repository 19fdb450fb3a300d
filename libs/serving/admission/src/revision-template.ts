import { badDns1035Label } from '@tidegate/kube';
import { type ServingConfig, badQuantity, formatGoFloat, goQuote, parseGoFloat } from '@tidegate/serving-config';
import { PROGRESS_DEADLINE_ANNOTATIONS } from '@tidegate/serving-contract';
import { annotationOf } from './annotation-key.js';
import { validateAutoscalingAnnotations } from './autoscaling-annotations.js';
import {
  type FieldErrors,
  NONE,
  asWarnings,
  disallowedFieldsError,
  fieldError,
  invalidKeyName,
  invalidValue,
  key,
  outOfBounds,
  via,
} from './field-errors.js';
import { shortDiff } from './go-types/diff.js';
import { type JsonObject, numberAt, objectAt, textAt, textsAt } from './json.js';
import { badDns1035Prefix, wholeSeconds } from './object-metadata.js';
import { validatePodSpec } from './pod-spec/pod-spec.js';

const NETWORKING_GROUP_NAME = 'networking.knative.dev';
const NETWORKING_ANNOTATIONS = [
  ...['ingress.class', 'ingress-class', 'certificate.class', 'certificate-class', 'disableAutoTLS', 'disable-auto-tls'],
  ...['disable-external-domain-tls', 'httpOption', 'http-protocol'],
].map((name) => `${NETWORKING_GROUP_NAME}/${name}`);
const SIDECAR = 'queue.sidecar.serving.knative.dev';
const SIDECAR_PERCENTAGE = [`${SIDECAR}/resource-percentage`, `${SIDECAR}/resourcePercentage`];
const SIDECAR_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'].flatMap((resource) =>
  ['request', 'limit'].map((what) => `${SIDECAR}/${resource}-resource-${what}`),
);

/** The template of a Service or Configuration whose metadata is `parent`. Paths are relative to the template. */
export function validateTemplate(template: JsonObject, parent: JsonObject, config: ServingConfig): FieldErrors {
  const metadata = objectAt(template, 'metadata') ?? {};
  const annotations = textsAt(metadata, 'annotations');
  const ofAnnotations = [
    ...validateAutoscalingAnnotations(config.autoscaler, annotations),
    ...networkingAnnotationsAreKnown(annotations),
    ...sidecarResourcesAreQuantities(annotations),
    ...wholeSeconds(annotations, PROGRESS_DEADLINE_ANNOTATIONS, 'progress-deadline'),
  ];
  return [
    ...via(validateRevisionSpec(objectAt(template, 'spec') ?? {}, config), 'spec'),
    ...via(ofAnnotations, 'metadata', 'annotations'),
    ...via(revisionNameFits(textAt(metadata, 'name'), textAt(metadata, 'generateName'), parent), 'metadata'),
  ];
}

export function validateRevisionSpec(spec: JsonObject, { defaults, features }: ServingConfig): FieldErrors {
  const [timeout, concurrency] = [numberAt(spec, 'timeoutSeconds'), numberAt(spec, 'containerConcurrency')];
  const within = (value: number | undefined, least: number, most: number, path: string): FieldErrors =>
    value !== undefined && (value < least || value > most) ? outOfBounds(value, least, most, path) : NONE;
  return [
    ...validatePodSpec(spec, features),
    // 0 asks for the default.
    ...(timeout === 0 ? NONE : within(timeout, 0, defaults.maxRevisionTimeoutSeconds, 'timeoutSeconds')),
    ...within(concurrency, defaults.allowContainerConcurrencyZero ? 0 : 1, defaults.containerConcurrencyMaxLimit, 'containerConcurrency'),
  ];
}

/** A name that its author brought: below the parent's, whose own must be known. Paths are relative to metadata. */
function revisionNameFits(name: string, generateName: string, parent: JsonObject): FieldErrors {
  const badPrefix = generateName === '' ? [] : badDns1035Prefix(generateName);
  if (badPrefix.length > 0) return invalidValue(`not a DNS 1035 label prefix: [${badPrefix.join(' ')}]`, 'generateName');
  if (name === '') return NONE;
  const bad = badDns1035Label(name);
  if (bad.length > 0) return invalidValue(`not a DNS 1035 label: [${bad.join(' ')}]`, 'name');
  const parentName = textAt(parent, 'name');
  if (parentName === '' && textAt(parent, 'generateName') !== '') return disallowedFieldsError('name');
  const prefix = `${parentName}-`;
  return name.startsWith(prefix) ? NONE : invalidValue(`${goQuote(name)} must have prefix ${goQuote(prefix)}`, 'name');
}

function networkingAnnotationsAreKnown(annotations: ReadonlyMap<string, string>): FieldErrors {
  return [...annotations.keys()]
    .filter((name) => name.startsWith(NETWORKING_GROUP_NAME) && !NETWORKING_ANNOTATIONS.includes(name))
    .flatMap((name) => invalidKeyName(name, ''));
}

/** Settings of Knative's sidecar. There is none here, yet a manifest that is malformed elsewhere is malformed here. */
function sidecarResourcesAreQuantities(annotations: ReadonlyMap<string, string>): FieldErrors {
  const found = annotationOf(annotations, SIDECAR_PERCENTAGE);
  const quantities = SIDECAR_RESOURCES.flatMap((name) => {
    const value = annotations.get(name);
    return value !== undefined && badQuantity(value) !== undefined ? via(invalidValue(value, ''), key(name)) : NONE;
  });
  if (!found) return quantities;
  const number = parseGoFloat(found.value);
  const deprecated =
    'Queue proxy resource percentage annotation is deprecated. Please use the available annotations to explicitly set resource values per service';
  const bad = !number.ok
    ? invalidValue(found.value, '')
    : number.value < 0.1 || number.value > 100
      ? outOfBounds(formatGoFloat(number.value), 0.1, 100, '')
      : NONE;
  return [...asWarnings(fieldError(deprecated)), ...via(bad, key(found.key)), ...quantities];
}

/** Under a name that its author brought, a revision's template cannot change. Paths are relative to the template. */
export function templateChangesItsName(old: JsonObject, current: JsonObject): FieldErrors {
  const nameOf = (template: JsonObject): string => textAt(objectAt(template, 'metadata') ?? {}, 'name');
  if (nameOf(current) === '' || nameOf(current) !== nameOf(old)) return NONE;
  const diff = shortDiff(old, current, 'v1.RevisionTemplateSpec', '{*v1.RevisionTemplateSpec}');
  return diff === '' ? NONE : fieldError('Saw the following changes without a name change (-old +new)', 'metadata.name', diff);
}
