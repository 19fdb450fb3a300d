import { type FeaturesConfig, goQuote } from '@tidegate/serving-config';
import { disallowedFields } from '../disallowed-fields.js';
import { type FieldErrors, NONE, fieldError, index, missingField, missingOneOf, multipleOneOf, via } from '../field-errors.js';
import { type JsonObject, objectAt, textAt } from '../json.js';

/** Set by the platform. */
const RESERVED = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];

/** Only the container that serves is told its PORT; others may use the name. */
export function validateEnv(env: readonly JsonObject[], features: FeaturesConfig, portIsFree: boolean): FieldErrors {
  return env.flatMap((variable, i) => {
    const name = textAt(variable, 'name');
    const isReserved = RESERVED.includes(name) && !(portIsFree && name === 'PORT');
    const source = objectAt(variable, 'valueFrom');
    const errors = [
      ...(name === ''
        ? missingField('name')
        : isReserved
          ? fieldError(`${goQuote(name)} is a reserved environment variable`, 'name')
          : NONE),
      ...(source ? via(disallowedFields(source, 'v1.EnvVarSource', allowedSources(features)), 'valueFrom') : NONE),
    ];
    return via(errors, index(i));
  });
}

function allowedSources({ podSpecFieldRef }: FeaturesConfig): string[] {
  return ['configMapKeyRef', 'secretKeyRef', ...(podSpecFieldRef === 'Disabled' ? [] : ['fieldRef', 'resourceFieldRef'])];
}

/** The paths are Knative's: what was found for earlier elements is put below the reference of a later one. */
export function validateEnvFrom(sources: readonly JsonObject[]): FieldErrors {
  let errors: FieldErrors = NONE;
  sources.forEach((source, i) => {
    const [secret, configMap] = [objectAt(source, 'secretRef'), objectAt(source, 'configMapRef')];
    if (secret) errors = via(errors, 'secretRef', index(i));
    if (configMap) errors = via(errors, 'configMapRef', index(i));
    if (secret && configMap) errors = [...errors, ...multipleOneOf('configMapRef', 'secretRef')];
    else if (!secret && !configMap) errors = [...errors, ...missingOneOf('configMapRef', 'secretRef')];
  });
  return errors;
}
