import { type ServingConfig } from '@tidegate/serving-config';
import { CONFIGURATION_LABEL, SERVICE_LABEL } from '@tidegate/serving-contract';
import { validateAutoscalingAnnotations } from './autoscaling-annotations.js';
import { domainIsMappable, validateMappingSpec } from './domain-mapping.js';
import { type FieldErrors, NONE, fieldError, via } from './field-errors.js';
import { sameMeaning, shortDiff } from './go-types/diff.js';
import { type JsonObject, objectAt, objectsAt, textAt, textsAt } from './json.js';
import {
  autoscalingIsNotSetHere,
  hasOwners,
  labelNamesOwner,
  signaturesAreKept,
  validateNames,
  validateRolloutDuration,
} from './object-metadata.js';
import { templateChangesItsName, validateRevisionSpec, validateTemplate } from './revision-template.js';
import { SPEC_TYPES, type ServingKind, type ServingObject } from './serving-object.js';
import { validateTraffic } from './traffic.js';

/** Findings about an object that is created, or that replaces `old`. The rules, paths and words are Knative's. */
export function validateServingObject(
  kind: ServingKind,
  object: ServingObject,
  old: ServingObject | undefined,
  config: ServingConfig,
): FieldErrors {
  switch (kind) {
    case 'Service':
      return validateService(object, old, config);
    case 'Configuration':
      return validateConfiguration(object, old, config);
    case 'Route':
      return validateRoute(object, old);
    case 'Revision':
      return validateRevision(object, old, config);
    case 'DomainMapping':
      return validateDomainMapping(object, old);
  }
}

function validateService(service: ServingObject, old: ServingObject | undefined, config: ServingConfig): FieldErrors {
  const { metadata, spec } = service;
  return [
    ...via([...validateNames(metadata), ...via(publicAnnotations(metadata), 'annotations')], 'metadata'),
    ...via(validateTemplate(templateOf(spec), metadata, config), 'spec', 'template'),
    ...via(validateTraffic(objectsAt(spec, 'traffic'), true), 'spec', 'traffic'),
    ...(old ? [...signatures('Service', service, old), ...templateChange(service, old)] : NONE),
  ];
}

function validateConfiguration(configuration: ServingObject, old: ServingObject | undefined, config: ServingConfig): FieldErrors {
  const { metadata, spec } = configuration;
  const annotations = autoscalingIsNotSetHere(textsAt(metadata, 'annotations'));
  return [
    ...via([...validateNames(metadata), ...via(annotations, 'annotations')], 'metadata'),
    ...via(labelNamesOwner(metadata, SERVICE_LABEL, 'Service'), 'metadata', 'labels'),
    ...via(validateTemplate(templateOf(spec), metadata, config), 'spec', 'template'),
    ...(old ? [...signatures('Configuration', configuration, old), ...templateChange(configuration, old)] : NONE),
  ];
}

function validateRoute(route: ServingObject, old: ServingObject | undefined): FieldErrors {
  const { metadata, spec } = route;
  return [
    ...via([...validateNames(metadata), ...via(publicAnnotations(metadata), 'annotations')], 'metadata'),
    ...via(labelNamesOwner(metadata, SERVICE_LABEL, 'Service'), 'metadata', 'labels'),
    ...via(validateTraffic(objectsAt(spec, 'traffic'), false), 'spec', 'traffic'),
    ...(old ? signatures('Route', route, old) : NONE),
  ];
}

/** A revision is a snapshot: its spec never changes, and of a change nothing else is said. */
function validateRevision({ metadata, spec }: ServingObject, old: ServingObject | undefined, config: ServingConfig): FieldErrors {
  const diff = old ? shortDiff(old.spec, spec, SPEC_TYPES.Revision) : '';
  if (diff !== '') return fieldError('Immutable fields changed (-old +new)', 'spec', diff);
  const annotations = validateAutoscalingAnnotations(config.autoscaler, textsAt(metadata, 'annotations'));
  return [
    ...via([...validateNames(metadata), ...via(annotations, 'annotations')], 'metadata'),
    ...via(labelNamesOwner(metadata, CONFIGURATION_LABEL, 'Configuration'), 'metadata', 'labels'),
    ...(old ? NONE : via(validateRevisionSpec(spec, config), 'spec')),
  ];
}

function validateDomainMapping(mapping: ServingObject, old: ServingObject | undefined): FieldErrors {
  const { metadata, spec } = mapping;
  return [
    ...via(domainIsMappable(metadata), 'metadata'),
    ...via(validateMappingSpec(spec, textAt(metadata, 'namespace')), 'spec'),
    ...(old ? signatures('DomainMapping', mapping, old) : NONE),
  ];
}

function publicAnnotations(metadata: JsonObject): FieldErrors {
  const annotations = textsAt(metadata, 'annotations');
  return [...autoscalingIsNotSetHere(annotations), ...validateRolloutDuration(annotations)];
}

/** Objects that belong to another one are signed by whoever wrote that one. */
function signatures(kind: ServingKind, object: ServingObject, old: ServingObject): FieldErrors {
  if ((kind === 'Configuration' || kind === 'Route') && hasOwners(object.metadata)) return NONE;
  const specChanged = !sameMeaning(old.spec, object.spec, SPEC_TYPES[kind]);
  return via(signaturesAreKept(old.metadata, object.metadata, specChanged), 'metadata', 'annotations');
}

const templateOf = (spec: JsonObject): JsonObject => objectAt(spec, 'template') ?? {};

function templateChange(object: ServingObject, old: ServingObject): FieldErrors {
  return via(templateChangesItsName(templateOf(old.spec), templateOf(object.spec)), 'spec', 'template');
}
