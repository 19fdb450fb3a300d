import { disallowedFields } from '../disallowed-fields.js';
import { type FieldErrors, NONE, fieldError, index, missingField, missingOneOf, multipleOneOf, via } from '../field-errors.js';
import { type JsonObject, objectAt, objectsAt, own, textAt } from '../json.js';

const SOURCES = ['secret', 'configMap', 'serviceAccountToken', 'downwardAPI'];

/** One source of a projected volume. */
export function validateProjection(projection: JsonObject): FieldErrors {
  const found = SOURCES.filter((source) => own(projection, source) !== undefined);
  return [
    ...disallowedFields(projection, 'v1.VolumeProjection', SOURCES),
    ...found.flatMap((source) => via(validateProjectionSource(objectAt(projection, source) ?? {}, source), source)),
    ...(found.length === 0 ? missingOneOf(...SOURCES) : found.length > 1 ? multipleOneOf(...found) : NONE),
  ];
}

function validateProjectionSource(source: JsonObject, name: string): FieldErrors {
  const required = (field: string): FieldErrors => (textAt(source, field) === '' ? missingField(field) : NONE);
  if (name === 'serviceAccountToken') return required('path');
  const validate = name === 'downwardAPI' ? validateDownwardFile : validateKeyToPath;
  const items = objectsAt(source, 'items').flatMap((item, i) => via(validate(item), 'items', index(i)));
  return name === 'downwardAPI' ? items : [...required('name'), ...items];
}

export function validateKeyToPath(item: JsonObject): FieldErrors {
  return ['key', 'path'].filter((field) => textAt(item, field) === '').flatMap((field) => missingField(field));
}

function validateDownwardFile(item: JsonObject): FieldErrors {
  const [field, resource] = [objectAt(item, 'fieldRef'), objectAt(item, 'resourceFieldRef')];
  return [
    ...(!field && !resource ? missingOneOf('fieldRef', 'resourceFieldRef') : NONE),
    ...(field && resource ? fieldError('Within a single item, cannot set both', ['resourceFieldRef', 'fieldRef']) : NONE),
    ...(textAt(item, 'path') === '' ? missingField('path') : NONE),
  ];
}
